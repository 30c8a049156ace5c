"""A run goes on where it was left, and does nothing twice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from finished import Finished
from small import command, digests, run
from started import start

pytestmark = pytest.mark.whole_run


@pytest.mark.parametrize(
    "steps",
    [("refine",), pytest.param(("train", "refine", "report"), marks=pytest.mark.slow)],
    ids=["once", "three times"],
)
def test_a_killed_driver_is_succeeded_by_the_same_command(
    steps: tuple[str, ...], finished: Finished, tmp_path: Path
) -> None:
    for step in steps:
        driver = start(command(finished.table, tmp_path / "twin"))
        assert driver.stdout is not None
        for text in driver.stdout:
            line = json.loads(text)
            if line["event"] == "task.start" and line["task"].startswith(step):
                driver.kill()
                break
        driver.wait()

    code, _, _ = run(command(finished.table, tmp_path / "twin"))

    assert code == 0
    assert digests(tmp_path / "twin") == digests(finished.out)


def test_the_same_command_again_does_nothing_twice(finished: Finished, tmp_path: Path) -> None:
    out = shutil.copytree(finished.out, tmp_path / "twin")
    _, lines, _ = run(command(finished.table, out))

    done = [line for line in lines if line["event"] == "step.done"]
    assert done
    assert all(line["skipped"] for line in done)
    assert digests(out) == digests(finished.out)


@pytest.mark.slow
def test_another_threshold_re_runs_only_what_hangs_on_it(finished: Finished, tmp_path: Path) -> None:
    out = shutil.copytree(finished.out, tmp_path / "twin")
    _, lines, _ = run(command(finished.table, out, "--min-nndr", "0.4"))

    again = {
        str(line["task"]).split("/")[0]
        for line in lines
        if line["event"] == "step.done" and not line["skipped"]
    }
    assert "screen" in again
    assert again.isdisjoint({"ingest", "train", "score", "weigh", "sample"})


@pytest.mark.slow
def test_another_seed_gives_other_rows(finished: Finished, tmp_path: Path) -> None:
    run(command(finished.table, tmp_path / "twin", "--seed", "2"))

    name = "private/syn_up.csv"
    assert digests(tmp_path / "twin")[name] != digests(finished.out)[name]
