from __future__ import annotations

import pytest

from tabtwin.cluster.logs import parse


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
    assert parse(text) is None


def test_a_steps_line_is_passed_on() -> None:
    assert parse('{"event": "progress", "done": 1}') == {"event": "progress", "done": 1}
