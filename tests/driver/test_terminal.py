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
    return next(line for line in capture.get().splitlines() if f" {step} " in f" {line} ")


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


def test_a_step_whose_pod_waits_says_for_what() -> None:
    view = LiveList()
    view.planned("train", 1)
    view.started("train/a")
    view.said("train/a", {"event": "task.waiting", "reason": "no node has 3 GiB"})

    assert "no node has 3 GiB" in drawn(view, "train")


def test_a_note_is_a_sentence_on_a_terminal_and_facts_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    view = LiveList()
    view.noted("cluster.away", "the cluster is away", reason="timeout")
    JsonLines().noted("cluster.away", "the cluster is away", reason="timeout")

    assert "the cluster is away" in drawn(view, "the cluster is away")
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["reason"]) == ("cluster.away", "timeout")


def test_a_long_reason_is_cut_and_nothing_else() -> None:
    view = LiveList()
    view.planned("ingest", 1)
    view.started("ingest")
    view.ended("ingest", 2, "expected " * 40, final=True)

    assert drawn(view, "ingest").startswith("✗ ingest")
    assert "· utility" in drawn(view, "utility")
