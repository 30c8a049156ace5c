"""A run that loses any of its steps' processes ends with the same bytes as one that loses none."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from finished import Finished
from small import command, digests
from started import start
from tabtwin.pipeline.registry import STEPS

pytestmark = [pytest.mark.whole_run, pytest.mark.slow]

LONG = {"train", "score", "audit", "utility"}
"""Steps that take long enough to be killed in their middle; the others end within a blink on this table."""


RUNS = 5
"""Runs within which each step must be hit: on a busy machine a short one may end before the signal comes."""


def test_every_steps_process_may_be_killed_and_the_bytes_are_the_same(
    finished: Finished, tmp_path: Path
) -> None:
    rng, killed = random.Random(7), set[str]()
    for number in range(RUNS):
        out = tmp_path / f"twin {number}"
        killed |= killed_in_a_run(finished.table, out, set(STEPS) - killed, rng)

        assert digests(out) == digests(finished.out)
        if killed == set(STEPS):
            return
    raise AssertionError(f"no signal came in time for {sorted(set(STEPS) - killed)}")


def killed_in_a_run(table: Path, out: Path, wanted: set[str], rng: random.Random) -> set[str]:
    """Run to the end, kill one process of each wanted step on the way, and return the steps that were hit."""
    killed = set[str]()
    driver = start(command(table, out, hurried=True))
    assert driver.stdout is not None
    for text in driver.stdout:
        line = json.loads(text)
        if line["event"] == "task.process" and (step := line["task"].split("/")[0]) in wanted - killed:
            time.sleep(rng.uniform(0.0, 0.3 if step in LONG else 0.04))
            with suppress(ProcessLookupError):  # It ended before the signal: the next run tries again.
                os.kill(line["pid"], signal.SIGKILL)
                killed.add(step)
    assert driver.wait() == 0
    return killed
