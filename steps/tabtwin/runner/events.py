"""What happens in a run, as the engine tells it to whoever watches: the terminal, or the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Watcher(Protocol):
    """Gets every event of a run. Tasks are called ``screen`` or ``train/ctgan-1``."""

    def noted(self, event: str, text: str, **facts: str) -> None:
        """Something that concerns the run as a whole: as a sentence, and as facts for a machine."""

    def planned(self, step: str, tasks: int) -> None:
        """A step is going to have this many tasks."""

    def started(self, task: str) -> None:
        """A try of a task began."""

    def said(self, task: str, line: Mapping[str, Any]) -> None:
        """A task logged a line."""

    def ended(self, task: str, code: int, reason: str, *, final: bool) -> None:
        """A try of a task ended; unless ``final``, another one follows."""
