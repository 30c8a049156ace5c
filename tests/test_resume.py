"""A run that loses any of its processes, at any time, ends with the same bytes as one that loses none."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from small import command, digests, run, small_table
from started import start
from tabtwin.pipeline.registry import STEPS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    small_table().to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def undisturbed(table: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The output folder of a run that nothing happened to, which tests leave as it is, and its exit code."""
    out = tmp_path_factory.mktemp("undisturbed") / "twin"
    code, lines, _ = run(command(table, out))
    assert code in {0, 3}, lines[-3:]
    return out, code


LONG = {"train", "score", "audit", "utility"}
"""Steps that take long enough to be killed in their middle; the others end within a blink on this table."""


def test_every_steps_process_may_be_killed_and_the_bytes_are_the_same(
    table: Path, undisturbed: tuple[Path, int], tmp_path: Path
) -> None:
    rng, killed = random.Random(7), set[str]()
    driver = start(command(table, tmp_path / "twin"))
    assert driver.stdout is not None
    for text in driver.stdout:
        line = json.loads(text)
        if line["event"] == "task.process" and (step := line["task"].split("/")[0]) not in killed:
            time.sleep(rng.uniform(0.0, 0.3 if step in LONG else 0.04))
            os.kill(line["pid"], signal.SIGKILL)
            killed.add(step)

    assert driver.wait() == undisturbed[1]
    assert killed == set(STEPS)
    assert digests(tmp_path / "twin") == digests(undisturbed[0])


def test_a_killed_driver_is_succeeded_by_the_same_command(
    table: Path, undisturbed: tuple[Path, int], tmp_path: Path
) -> None:
    for step in ("train", "refine", "report"):
        driver = start(command(table, tmp_path / "twin"))
        assert driver.stdout is not None
        for text in driver.stdout:
            line = json.loads(text)
            if line["event"] == "task.start" and line["task"].startswith(step):
                driver.kill()
                break
        driver.wait()

    code, _, _ = run(command(table, tmp_path / "twin"))

    assert code == undisturbed[1]
    assert digests(tmp_path / "twin") == digests(undisturbed[0])


def test_the_same_command_again_does_nothing_twice(
    table: Path, undisturbed: tuple[Path, int], tmp_path: Path
) -> None:
    out = shutil.copytree(undisturbed[0], tmp_path / "twin")
    _, lines, _ = run(command(table, out))

    done = [line for line in lines if line["event"] == "step.done"]
    assert done
    assert all(line["skipped"] for line in done)
    assert digests(out) == digests(undisturbed[0])


def test_another_threshold_re_runs_only_what_hangs_on_it(
    table: Path, undisturbed: tuple[Path, int], tmp_path: Path
) -> None:
    out = shutil.copytree(undisturbed[0], tmp_path / "twin")
    _, lines, _ = run(command(table, out, "--min-nndr", "0.4"))

    again = {
        str(line["task"]).split("/")[0]
        for line in lines
        if line["event"] == "step.done" and not line["skipped"]
    }
    assert "screen" in again
    assert again.isdisjoint({"ingest", "train", "score", "weigh", "sample"})


def test_another_seed_gives_other_rows(table: Path, undisturbed: tuple[Path, int], tmp_path: Path) -> None:
    run(command(table, tmp_path / "twin", "--seed", "2"))

    name = "private/syn_up.csv"
    assert digests(tmp_path / "twin")[name] != digests(undisturbed[0])[name]
