"""Verdicts follow from intervals."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tabtwin.measures.gates import Gate, judge, read_limits, worst
from tabtwin.measures.intervals import Estimate, Rate, difference


def audit(
    *, leaning: float | None = 0.0, nndr: float = 0.0, copied: float = 0.0, se: float = 0.001
) -> dict[str, Any]:
    """An audit of a spotless pool and a twin with these figures."""

    def sample(leaning: float | None, nndr: float) -> dict[str, Any]:
        lean = None if leaning is None else Estimate(value=leaning, se=se).as_json()
        return {"leaning": lean, "nndr": Estimate(value=nndr, se=se).as_json()}

    surplus = [
        difference(Rate(share=share, n=9_000), Rate(share=0, n=9_000)).as_json() for share in (copied, 0)
    ]
    return {
        "distances": {"twin": sample(leaning, nndr), "pool": sample(0.0, 0.0)},
        "copies": {"twin": {"surplus": surplus[0]}, "pool": {"surplus": surplus[1]}},
    }


def gate(name: str, **figures: Any) -> Gate:
    return next(gate for gate in judge(audit(**figures), read_limits()) if gate.name == name)


def test_a_spotless_twin_passes() -> None:
    assert worst(judge(audit(), read_limits())) == "passed"


@pytest.mark.parametrize(
    ("name", "figures"), [("dcr", {"leaning": 0.9}), ("nndr", {"nndr": 0.1}), ("copies", {"copied": 0.2})]
)
def test_a_figure_clearly_beyond_its_limit_is_refused(name: str, figures: dict[str, float]) -> None:
    assert gate(name, **figures).verdict == "refused"
    assert gate(name, **figures).measured_on == "twin"


def test_the_pool_counts_where_it_is_worse_than_the_twin() -> None:
    found = audit(leaning=0.9, nndr=0.1, copied=0.2)
    for section in found.values():
        section["twin"], section["pool"] = section["pool"], section["twin"]
    gates = judge(found, read_limits())
    assert {(gate.verdict, gate.measured_on) for gate in gates} == {("refused", "pool")}


def test_a_hole_is_refused_as_a_crowd_is() -> None:
    assert gate("nndr", nndr=-0.1).verdict == "refused"
    assert gate("nndr", nndr=-0.1).figure == -0.1


def test_leaning_away_from_training_is_no_fault() -> None:
    assert gate("dcr", leaning=-0.9).verdict == "passed"


def test_an_interval_across_the_limit_shows_nothing() -> None:
    assert gate("dcr", leaning=0.4, se=0.05).verdict == "not_shown"
    assert gate("dcr", leaning=0.0, se=0.5).verdict == "not_shown"


def test_what_could_not_be_measured_is_not_shown() -> None:
    assert gate("dcr", leaning=None).verdict == "not_shown"
    assert gate("dcr", leaning=None).figure is None


def test_a_gate_that_was_crossed_by_little_is_refused_only_beyond_the_common_error_rate() -> None:
    assert gate("dcr", leaning=0.4 + 2.2 * 0.01, se=0.01).verdict == "not_shown"
    assert gate("dcr", leaning=0.4 + 3.5 * 0.01, se=0.01).verdict == "refused"


def test_verdicts_are_frozen() -> None:
    with pytest.raises(ValidationError):
        gate("dcr").verdict = "passed"  # type: ignore[misc] # that is the point


def test_limits_come_with_the_package() -> None:
    limits = read_limits()
    assert limits.alpha == 0.05
    assert 0 < limits.copies.limit < limits.dcr.limit
