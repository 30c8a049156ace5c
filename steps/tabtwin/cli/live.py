"""Draw a run on a terminal: a live list of the steps, with what each is doing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tabtwin.cli.lines import clock
from tabtwin.lib.log_lines import LogLine
from tabtwin.pipeline.registry import STEPS

BAR_WIDTH = 18
NARROW = 60
"""On a narrower terminal, a percentage replaces the bar."""
NOTES = 3
"""How many of the latest notes are shown under the list."""


@dataclass
class _StepView:
    """The state of one step: its tasks, and how far each running one is (0 to 1)."""

    planned: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    running: dict[str, float] = field(default_factory=dict)
    since: float | None = None
    until: float | None = None
    note: str = ""

    @property
    def share(self) -> float:
        """Return how much of the step is done, 0 to 1."""
        finished = self.done + self.failed + sum(self.running.values())
        return min(1.0, finished / self.planned) if self.planned else 0.0

    def seconds(self, now: float) -> float:
        """Return how long the step has run."""
        return 0.0 if self.since is None else (self.until or now) - self.since


class LiveList:
    """A watcher that keeps the steps' state and draws it."""

    def __init__(self) -> None:
        self.steps = {name: _StepView() for name in STEPS}
        self.begun = time.monotonic()
        self.notes: list[str] = []

    def noted(self, event: str, text: str, **facts: str) -> None:
        """See :class:`Watcher`."""
        self.notes.append(text)

    def planned(self, step: str, tasks: int) -> None:
        """See :class:`Watcher`."""
        self.steps[step].planned += tasks

    def started(self, task: str) -> None:
        """See :class:`Watcher`."""
        view = self.steps[task.partition("/")[0]]
        view.since = view.since if view.since is not None else time.monotonic()
        view.until = None
        view.running[task] = 0.0

    def said(self, task: str, line: LogLine) -> None:
        """See :class:`Watcher`."""
        view = self.steps[task.partition("/")[0]]
        if line.share is not None:
            view.running[task] = min(0.99, line.share)
            view.note = line.what
        elif line.is_skipped:
            view.skipped += 1
        elif line.event == "task.waiting":
            view.note = line.reason

    def ended(self, task: str, code: int, reason: str, *, final: bool) -> None:
        """See :class:`Watcher`."""
        view = self.steps[task.partition("/")[0]]
        view.running.pop(task, None)
        if code == 0:
            view.done += 1
        else:
            view.failed += final
            view.note = reason
        if not view.running:
            view.until = time.monotonic()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Return the current list."""
        now, narrow = time.monotonic(), options.max_width < NARROW
        table = Table.grid(padding=(0, 1), expand=True)
        for _ in range(5):
            table.add_column(no_wrap=True)
        table.add_column(
            no_wrap=True, overflow="ellipsis", ratio=1
        )  # the only column that a long note may narrow
        for name, view in self.steps.items():
            table.add_row(*_row(name, view, now, narrow=narrow))
        yield table
        yield Text(f"{clock(now - self.begun)} so far", style="dim")
        yield from (Text(note, style="dim", overflow="fold") for note in self.notes[-NOTES:])


def _row(name: str, view: _StepView, now: float, *, narrow: bool) -> list[Any]:
    """Return one line of the list: mark, step, bar, tasks, time, and what it is doing."""
    finished = bool(view.planned) and view.done + view.failed >= view.planned and not view.running
    bar: Text | ProgressBar
    if view.since is None:
        mark, bar = Text("·", style="dim"), Text("")
    elif finished:
        mark = Text("✗", style="red") if view.failed and not view.done else Text("✓", style="green")
        bar = Text("stands" if view.skipped == view.done and view.done else "", style="dim")
    else:
        mark = Text("▸", style="cyan")
        bar = Text(f"{view.share:.0%}") if narrow else ProgressBar(1.0, view.share, width=BAR_WIDTH)
    count = f"{view.done}/{view.planned}" if view.planned > 1 else ""
    spent = clock(view.seconds(now)) if view.since is not None else ""
    note = view.note if not finished or view.failed else ""
    if not finished and 0.05 < view.share < 1:
        left = view.seconds(now) * (1 - view.share) / view.share
        note = f"{clock(left)} to go, {note}"
    return [mark, name, bar, count, spent, Text(note, style="dim")]
