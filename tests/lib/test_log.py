from __future__ import annotations

import json

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
