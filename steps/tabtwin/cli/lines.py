"""Show a run as lines that are never overwritten: JSON for machines, or plain text."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from tabtwin.lib.log_lines import LogLine


class JsonLines:
    """A watcher that prints the steps' log lines, and the engine's own events between them."""

    def noted(self, event: str, text: str, **facts: str) -> None:
        """See :class:`Watcher`."""
        self._print({"event": event, **facts})

    def planned(self, step: str, tasks: int) -> None:
        """See :class:`Watcher`."""

    def started(self, task: str) -> None:
        """See :class:`Watcher`."""
        self._print({"event": "task.start", "task": task})

    def said(self, task: str, line: LogLine) -> None:
        """See :class:`Watcher`."""
        self._print({**line.fields, "task": line.fields.get("task", task)})

    def ended(self, task: str, code: int, reason: str, *, final: bool) -> None:
        """See :class:`Watcher`."""
        self._print({"event": "task.end", "task": task, "code": code, "reason": reason, "final": final})

    def _print(self, line: Mapping[str, JsonValue]) -> None:
        stamp = {"timestamp": datetime.now(UTC).isoformat()}
        print(json.dumps(stamp | dict(line), ensure_ascii=False), flush=True)  # noqa: T201 - the log


class PlainLines:
    """A watcher that prints a line for every task that ended, and for other important events."""

    def __init__(self) -> None:
        self.since: dict[str, float] = {}
        self.standing: set[str] = set()

    def noted(self, event: str, text: str, **facts: str) -> None:
        """See :class:`Watcher`."""
        self._print(text)

    def planned(self, step: str, tasks: int) -> None:
        """See :class:`Watcher`."""

    def started(self, task: str) -> None:
        """See :class:`Watcher`."""
        self.since[task] = time.monotonic()

    def said(self, task: str, line: LogLine) -> None:
        """See :class:`Watcher`."""
        if line.is_skipped:
            self.standing.add(task)
        elif line.event == "task.waiting":
            self._print(f"{task} waits: {line.reason}")

    def ended(self, task: str, code: int, reason: str, *, final: bool) -> None:
        """See :class:`Watcher`."""
        if code == 0:
            how = "stands" if task in self.standing else "done"
            self._print(f"{task} {how}, {clock(time.monotonic() - self.since[task])}")
        else:
            self._print(f"{task} {'failed' if final else 'will be tried again'}: {reason}")

    def _print(self, line: str) -> None:
        print(line, flush=True)  # noqa: T201 - the command's answer


def clock(seconds: float) -> str:
    """Return minutes and seconds, and hours if there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
