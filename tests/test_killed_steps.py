"""A run that loses any of its steps' processes ends with the same bytes as one that loses none."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from finished import Finished
from small import command, digests
from started import start
from tabtwin.pipeline.registry import STEPS

pytestmark = pytest.mark.whole_run

LONG = {"train", "score", "audit", "utility"}
"""Steps that take long enough to be killed in their middle; the others end within a blink on this table."""


def test_every_steps_process_may_be_killed_and_the_bytes_are_the_same(
    finished: Finished, tmp_path: Path
) -> None:
    rng, killed = random.Random(7), set[str]()
    driver = start(command(finished.table, tmp_path / "twin", hurried=True))
    assert driver.stdout is not None
    for text in driver.stdout:
        line = json.loads(text)
        if line["event"] == "task.process" and (step := line["task"].split("/")[0]) not in killed:
            time.sleep(rng.uniform(0.0, 0.3 if step in LONG else 0.04))
            os.kill(line["pid"], signal.SIGKILL)
            killed.add(step)

    assert driver.wait() == 0
    assert killed == set(STEPS)
    assert digests(tmp_path / "twin") == digests(finished.out)
