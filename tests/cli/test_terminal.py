from __future__ import annotations

import io
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from pseudoterminal import COLOUR, drawn, lines
from tabtwin.cli.lines import JsonLines
from tabtwin.cli.live import LiveList
from tabtwin.lib.log_lines import LogLine


def drawn_of(view: LiveList, step: str) -> str:
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
    assert "▸" in drawn_of(view, "screen")
    assert "out of memory" in drawn_of(view, "screen")

    view.started("screen")
    view.ended("screen", 0, "", final=True)
    assert "✓" in drawn_of(view, "screen")


def test_a_step_whose_last_try_failed_is_drawn_as_lost() -> None:
    view = LiveList()
    view.planned("screen", 1)
    view.started("screen")
    view.ended("screen", 1, "out of memory", final=True)
    assert "✗" in drawn_of(view, "screen")


def test_the_log_says_whether_a_failed_try_was_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    JsonLines().ended("screen", 1, "why", final=False)

    line = json.loads(capsys.readouterr().out)
    del line["timestamp"]
    assert line == {"event": "task.end", "task": "screen", "code": 1, "reason": "why", "final": False}


def test_a_step_whose_pod_waits_says_for_what() -> None:
    view = LiveList()
    view.planned("train", 1)
    view.started("train/a")
    view.said("train/a", LogLine.of("task.waiting", reason="no node has 3 GiB"))

    assert "no node has 3 GiB" in drawn_of(view, "train")


def test_a_note_is_a_sentence_on_a_terminal_and_facts_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    view = LiveList()
    view.noted("cluster.away", "the cluster is away", reason="timeout")
    JsonLines().noted("cluster.away", "the cluster is away", reason="timeout")

    assert "the cluster is away" in drawn_of(view, "the cluster is away")
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["reason"]) == ("cluster.away", "timeout")


def test_a_long_reason_is_cut_and_nothing_else() -> None:
    view = LiveList()
    view.planned("ingest", 1)
    view.started("ingest")
    view.ended("ingest", 2, "expected " * 40, final=True)

    assert drawn_of(view, "ingest").startswith("✗ ingest")
    assert "· utility" in drawn_of(view, "utility")


A_RUN = """
from tabtwin.lib.log_lines import LogLine
from tabtwin.runner.folder import Folder
from tabtwin.cli.terminal import open_watcher, summarize
from tabtwin.pipeline.finish import Ending
from pathlib import Path
with open_watcher("{style}") as run:
    run.planned("ingest", 1)
    run.planned("train", 12)
    run.started("ingest")
    run.ended("ingest", 0, "", final=True)
    for member in range(12):
        run.started(f"train/ctgan-{{member}}")
        line = LogLine.of("progress", what="epochs, loss 0.842", done=30, total=300)
        run.said(f"train/ctgan-{{member}}", line)
    run.ended("train/ctgan-0", 1, "the store at s3://somewhere/far/away was away " * 3, final=False)
    run.noted("cluster.away", "the cluster is away " * 5)
summarize("{style}", Folder(Path("{out}")), Ending(task="train/ctgan-0", code=3, reason="expected less"))
"""
HEADLINE = {"verdict": "not shown", "accuracy_holdout_of_real_rows": 0.9657}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with a long path, after a run that came as far as a report."""
    folder = tmp_path_factory.mktemp("a folder") / "of_a_name_that_is_longer_than_a_line"
    (folder / "private").mkdir(parents=True)
    (folder / "private" / "metrics.json").write_text(json.dumps({"headline": HEADLINE}))
    return folder


def a_run(out: Path, style: str = "auto") -> list[str]:
    return [sys.executable, "-c", A_RUN.format(style=style, out=out)]


@cache
def shown(out: Path, columns: int, **environment: str) -> str:
    """What a terminal shows of a run."""
    code, written = drawn(a_run(out), columns, **environment)
    assert code == 0
    return written


@pytest.mark.parametrize("columns", [80, 40])
def test_a_list_is_never_wider_than_its_terminal(out: Path, columns: int) -> None:
    written = shown(out, columns)
    listed = written[: written.index("verdict ")]
    assert max(map(len, lines(listed))) <= columns
    assert any(line.startswith("✓ ingest") for line in lines(listed))
    assert ("━" in listed) == (columns == 80)
    assert ("9%" in listed) == (columns == 40)


@pytest.mark.parametrize("columns", [80, 40])
def test_figures_keep_to_their_lines_and_a_path_to_one(out: Path, columns: int) -> None:
    written = shown(out, columns)
    ended = lines(written[written.index("verdict ") :])
    assert "accuracy holdout of real rows  0.9657" in ended
    assert f"report: {out}/private/report.html" in ended
    assert "train/ctgan-0 ended the run (exit code 3): expected less" in ended


def test_without_colour_there_is_none(out: Path) -> None:
    assert COLOUR.search(shown(out, 80))
    plain = shown(out, 80, NO_COLOR="1")
    assert not COLOUR.search(plain)
    assert "▸ train" in plain


def test_a_dumb_terminal_has_a_line_for_every_task_that_ended(out: Path) -> None:
    written = shown(out, 80, TERM="dumb")
    assert "\x1b" not in written
    said = written.splitlines()
    assert said[0].startswith("ingest done, 0:0")
    assert said[1].startswith("train/ctgan-0 will be tried again: the store")
    assert said[2].startswith("the cluster is away")


@pytest.mark.parametrize("style", ["auto", "text"])
def test_a_pipe_holds_no_escape_codes(out: Path, style: str) -> None:
    done = subprocess.run(a_run(out, style), capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout + done.stderr
    if style == "auto":
        assert json.loads(done.stdout.splitlines()[-1])["event"] == "run.done"
    else:
        assert "ingest done, 0:0" in done.stdout


PROGRESS = """
from tabtwin.cli.terminal import open_progress
from tabtwin.lib import log
with open_progress("{style}"):
    log.progress(3, 3, "attacks")
print("done")
"""


def progress(style: str = "auto") -> list[str]:
    return [sys.executable, "-c", PROGRESS.format(style=style)]


def test_progress_is_a_line_that_goes_away_on_a_terminal_and_a_log_elsewhere() -> None:
    _, written = drawn(progress(), 40)
    assert "attacks, 3 of 3" in written
    assert lines(written)[-2:] == ["done", ""]
    assert "info" not in written
    assert drawn(progress(), 40, TERM="dumb")[1].split() == ["done"]
    logged = subprocess.run(progress(), capture_output=True, text=True, check=True).stdout.splitlines()
    assert json.loads(logged[0])["what"] == "attacks"
    asked = subprocess.run(progress("text"), capture_output=True, text=True, check=True).stdout
    assert asked == "done\n"
