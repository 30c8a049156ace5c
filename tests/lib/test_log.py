from __future__ import annotations

import json
from itertools import pairwise

import pytest

from tabtwin.lib import log


def test_an_unexpected_error_is_told_by_type_and_place_and_not_by_its_message() -> None:
    try:
        float("Jane Doe")
    except ValueError as error:
        told = log.where(error)

    assert told.startswith("ValueError at test_log.py")
    assert "Jane" not in told


def test_a_line_is_json_where_a_machine_reads(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("json")
    log.logger().info("step.done", rows=3)

    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["rows"], line["level"]) == ("step.done", 3, "info")


def test_progress_is_thinned_out_but_its_end_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("json")
    for done in range(1, 1001):
        log.progress(done, 1000, "thinned")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) < 20
    assert lines[-1]["done"] == 1000


def test_a_portion_is_told_as_a_part_of_the_whole_and_never_goes_back() -> None:
    told: list[tuple[int, int, str]] = []
    with log.report_to(lambda *shown: told.append(shown)):
        for before in (0, 3):
            with log.portion(before, 3 if before == 0 else 1, 4, "audit"):
                for what in ("first", "then"):
                    log.progress(1, 2, f"{what} {before}")
                    log.progress(2, 2, f"{what} {before}")

    shares = [done / total for done, total, _ in told]
    assert shares[:2] == [0.37, 0.75]
    assert all(earlier <= later for earlier, later in pairwise(shares))
    assert told[-1] == (100, 100, "audit")


def test_a_portion_that_is_silenced_stays_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with log.silence(), log.portion(0, 1, 2, "audit"):
        log.progress(1, 1, "silenced portion")

    assert capsys.readouterr().out == ""
