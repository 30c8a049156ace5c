from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from tabtwin.driver.terminal import JsonLines, LiveList


def drawn(view: LiveList, step: str) -> str:
    """The line of a step, as the terminal shows it."""
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as capture:
        console.print(view)
    return next(line for line in capture.get().splitlines() if f" {step} " in line)


def test_a_step_that_waits_for_its_next_try_is_not_drawn_as_lost() -> None:
    view = LiveList()
    view.planned("screen", 1)
    view.started("screen")
    view.ended("screen", 1, "out of memory", final=False)
    assert "▸" in drawn(view, "screen")
    assert "out of memory" in drawn(view, "screen")

    view.started("screen")
    view.ended("screen", 0, "", final=True)
    assert "✓" in drawn(view, "screen")


def test_a_step_whose_last_try_failed_is_drawn_as_lost() -> None:
    view = LiveList()
    view.planned("screen", 1)
    view.started("screen")
    view.ended("screen", 1, "out of memory", final=True)
    assert "✗" in drawn(view, "screen")


def test_the_log_says_whether_a_failed_try_was_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    JsonLines().ended("screen", 1, "why", final=False)

    line = json.loads(capsys.readouterr().out)
    del line["timestamp"]
    assert line == {"event": "task.end", "task": "screen", "code": 1, "reason": "why", "final": False}
