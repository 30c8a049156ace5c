"""A step's log is read again line by line, and what is no line of a step's is left out."""

from __future__ import annotations

import pytest

from tabtwin.lib.log_lines import LogLine


@pytest.mark.parametrize(
    "text",
    [
        'time="2026-11-24T15:19:05.103Z" level=info msg="sub-process exited" argo=true error="<nil>"',
        '{"level":"info","msg":"capturing logs","argo":true}',
        "Error: exit status 1",
        "[1, 2]",
        "",
    ],
)
def test_what_argos_executor_writes_into_a_log_is_left_out(text: str) -> None:
    assert LogLine.parse(text) is None


def test_a_steps_line_is_passed_on() -> None:
    line = LogLine.parse('{"event": "progress", "done": 1}')
    assert line is not None
    assert (line.event, line.fields) == ("progress", {"event": "progress", "done": 1})
    assert line.share is None


def test_progress_is_a_share_and_says_what_is_counted() -> None:
    line = LogLine.of("progress", what="rows", done=1, total=4)
    assert (line.share, line.what, line.is_skipped) == (0.25, "rows", False)
