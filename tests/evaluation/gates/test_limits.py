"""The limits that come with the package, and a user's own."""

from __future__ import annotations

import pytest

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.gates.limits import Limits, own_limits, shipped_limits
from tabtwin.lib.errors import InputError


def test_every_gate_has_a_limit_and_no_other() -> None:
    assert set(shipped_limits().limits) == {question.name for question in AuditResult.questions()}
    assert shipped_limits().alpha == 0.05


def test_no_file_changes_nothing() -> None:
    assert own_limits(b"") == shipped_limits()


def test_a_file_may_set_some_limits_and_leave_the_others() -> None:
    found = own_limits(b"alpha = 0.01\n[tracing]\nlimit = 0.55\n")
    shipped = shipped_limits()
    assert found.alpha == 0.01
    assert found.limits == shipped.limits | {"tracing": 0.55}
    assert found.replaced == {"tracing": shipped.limits["tracing"]}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"[likenes]\nlimit = 1", "did you mean 'likeness'"),
        (b"[x]\nlimit = 1", "the gates are likeness, "),
        (b"[likeness]\nlimits = 1", "expected 'limit = NUMBER' below '[likeness]'"),
        (b"[likeness]\nlimit = true", "expected 'limit = NUMBER' below '[likeness]'"),
        (b"likeness = 1", "expected 'limit = NUMBER' below '[likeness]'"),
        (b"[likeness]\nlimit = -1", "expected a limit above 0 for the gate likeness"),
        (b"[tracing]\nlimit = 0.4", "expected a limit above 0.5 for the gate tracing"),
        (b"[dcr]\nlimit = nan", "expected a limit above 0 for the gate dcr"),
        (b"alpha = 2", "alpha: Input should be less than or equal to 0.5"),
        (b"alpha = 1e-30", "alpha: Input should be greater than or equal to 0.0001"),
        (b"alpha = '0.5'", "alpha: Input should be a valid number"),
        (b"likeness: 3", "expected TOML"),
        (b"\xff\xfe", "expected TOML"),
    ],
)
def test_a_file_that_is_wrong_is_told_so_in_one_line(file: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        own_limits(file)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["inf", "1e300", "9" * 400])
def test_a_limit_out_of_reach_is_one_that_can_be_written_down(text: str) -> None:
    limit = own_limits(f"[likeness]\nlimit = {text}".encode()).limits["likeness"]
    assert 1_000 < limit < float("inf")


def test_a_gate_without_a_limit_is_no_set_of_limits() -> None:
    with pytest.raises(ValueError, match="expected a limit above 0 for the gate likeness"):
        Limits(alpha=0.05, limits={})
