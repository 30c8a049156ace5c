"""Read the log of a step again, line by line: an event, and what the step said of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import JsonValue


@dataclass(frozen=True)
class LogLine:
    """A line of a log.

    Attributes:
        event: What it tells of, such as ``step.done``.
        fields: The whole line, the event included, in the order in which it was written.
    """

    event: str
    fields: Mapping[str, JsonValue]

    @classmethod
    def of(cls, event: str, **fields: JsonValue) -> Self:
        """Return a line of our own."""
        return cls(event, {"event": event, **fields})

    @classmethod
    def parse(cls, text: str | bytes) -> Self | None:
        """Return a line that a step wrote, or ``None`` if it is not a step's.

        >>> LogLine.parse('{"event": "step.done"}')
        LogLine(event='step.done', fields={'event': 'step.done'})
        """
        try:
            found = json.loads(text)
        except ValueError:
            return None
        return cls(str(found["event"]), found) if isinstance(found, dict) and "event" in found else None

    @property
    def reason(self) -> str:
        """Return why a task ended or waits; empty if the line does not say."""
        return str(self.fields.get("reason", ""))

    @property
    def is_skipped(self) -> bool:
        """Return whether the line says that a step had nothing to do."""
        return self.event == "step.done" and bool(self.fields.get("skipped"))

    @property
    def share(self) -> float | None:
        """Return how much is done, 0 to 1, where the line tells of progress."""
        done, total = self.fields.get("done"), self.fields.get("total")
        if (
            self.event != "progress"
            or not isinstance(done, int | float)
            or not isinstance(total, int | float)
        ):
            return None
        return done / total if total else None

    @property
    def what(self) -> str:
        """Return what is counted, where the line tells of progress."""
        return str(self.fields.get("what", ""))
