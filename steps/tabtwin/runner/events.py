"""The events of a run, as the engine reports them to a watcher: the terminal, or the log."""

from __future__ import annotations

from typing import Protocol

from tabtwin.lib.log_lines import LogLine


class Watcher(Protocol):
    """A receiver of every event of a run. Tasks are named ``screen`` or ``train/ctgan-1``."""

    def noted(self, event: str, text: str, **facts: str) -> None:
        """Note what concerns the run as a whole: as a sentence, and as facts for a machine."""

    def planned(self, step: str, tasks: int) -> None:
        """Add this many tasks to a step's plan."""

    def started(self, task: str) -> None:
        """Note that a try of a task began."""

    def said(self, task: str, line: LogLine) -> None:
        """Note a line that a task logged."""

    def ended(self, task: str, code: int, reason: str, *, final: bool) -> None:
        """Note that a try of a task ended; unless ``final``, another one follows."""
