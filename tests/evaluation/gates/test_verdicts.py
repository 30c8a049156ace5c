"""Verdicts follow from intervals."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

import examples
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.canaries.results import Canaries
from tabtwin.evaluation.gates.limits import own_limits, shipped_limits
from tabtwin.evaluation.gates.verdicts import Gate, judge, worst
from tabtwin.evaluation.intervals import Estimate, Figure, Rate, difference


def audit(
    *,
    leaning: float | None = 0.0,
    nndr: float = 0.0,
    copied: float = 0.0,
    likeness: float | None = 0.0,
    discriminator: float = 0.5,
    attacks: dict[str, float] | None = None,
    planted: float | None = None,
    near: float = 0.0,
    broken: float | None = 0.0,
    se: float = 0.001,
) -> AuditResult:
    """An audit of a spotless pool and a twin with these figures."""

    def shown(value: float | None) -> dict[str, Any] | None:
        return None if value is None else estimate(value).model_dump(mode="json")

    def estimate(value: float) -> Figure:
        return Estimate(value=value, se=se).figure()

    def surplus(share: float) -> dict[str, Any]:
        found = difference(Rate(share=share, n=9_000), Rate(share=0, n=9_000))
        return found.figure().model_dump(mode="json")

    near_counts = {"training": 0.01, "holdout": 0.01}
    given = {f"attacks.twin.{name}.auc": shown(auc) for name, auc in (attacks or {}).items()}
    return examples.audit(
        {
            "control.likeness": shown(likeness),
            "discriminator": estimate(discriminator).model_dump() | {"against": "holdout", "rows": 1_000},
            "validity.broken": shown(broken),
            "attacks.twin.*.auc": shown(0.5),
            "attacks.twin.*.exposed": shown((attacks or {}).get("exposed", 0.5)),
            "attacks.twin.relative.near.effect": shown(near),
            **given,
            "distances.*.leaning": shown(0.0),
            "distances.*.nndr": estimate(0.0).model_dump() | near_counts,
            "distances.twin.leaning": shown(leaning),
            "distances.twin.nndr": estimate(nndr).model_dump() | near_counts,
            "copies.pool.surplus": surplus(0),
            "copies.twin.surplus": surplus(copied),
            "canaries": None,
        }
        | ({} if planted is None else {"canaries": planted_canaries(shown(planted))})
    )


def planted_canaries(auc: dict[str, Any] | None) -> dict[str, Any]:
    """Canaries that are told apart so well."""
    return examples.example(Canaries, {"auc": auc})


def gate(name: str, **figures: Any) -> Gate:
    return next(gate for gate in judge(audit(**figures), shipped_limits()) if gate.name == name)


def test_a_spotless_twin_passes() -> None:
    assert worst(judge(audit(), shipped_limits())) == "passed"


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("likeness", {"likeness": 1.0}),
        ("discriminator", {"likeness": None, "discriminator": 0.9}),
        ("discriminator", {"likeness": None, "discriminator": 0.23}),
        ("discriminator", {"discriminator": 0.23}),
        ("validity", {"broken": 0.03}),
        ("dcr", {"leaning": 0.9}),
        ("nndr", {"nndr": 0.1}),
        ("copies", {"copied": 0.2}),
        ("tracing", {"attacks": {"tracing_3": 0.6}}),
        ("nearest", {"attacks": {"relative": 0.9}}),
        ("near", {"near": 0.4}),
        ("density", {"attacks": {"density_1": 0.9}}),
        ("learned", {"attacks": {"learned": 0.9}}),
        ("exposed", {"attacks": {"exposed": 0.9}}),
    ],
)
def test_a_figure_clearly_beyond_its_limit_is_refused(name: str, figures: dict[str, Any]) -> None:
    assert gate(name, **figures).verdict == "refused"
    assert gate(name, **figures).measured_on == "twin"


def test_the_pool_counts_where_it_is_worse_than_the_twin() -> None:
    found = audit(leaning=0.9, nndr=0.1, copied=0.2)
    swapped = {
        name: part.model_copy(update={"twin": part.pool, "pool": part.twin})
        for name, part in (("distances", found.distances), ("copies", found.copies))
    }
    judged = judge(found.model_copy(update=swapped), shipped_limits())
    gates = [gate for gate in judged if gate.name in ("dcr", "nndr", "copies")]
    assert {(gate.verdict, gate.measured_on) for gate in gates} == {("refused", "pool")}


def test_a_hole_is_refused_as_a_crowd_is() -> None:
    assert gate("nndr", nndr=-0.1).verdict == "refused"
    assert gate("nndr", nndr=-0.1).figure == -0.1


def test_a_hole_tells_on_training_rows_as_an_attacker_sees_it() -> None:
    assert gate("nearest", attacks={"relative": 0.3}).verdict == "refused"
    assert gate("density", attacks={"density_1": 0.3}).verdict == "refused"
    assert gate("near", near=-0.4).verdict == "refused"
    assert gate("learned", attacks={"learned": 0.3}).verdict == "passed"


def test_a_shuffle_never_passes_however_small_the_table() -> None:
    verdicts = {gate("likeness", likeness=1.0, se=se).verdict for se in (0.001, 0.1, 1.0, 10.0)}
    assert verdicts == {"refused", "not_shown"}


def test_the_discriminator_decides_only_where_likeness_says_nothing() -> None:
    both = {True: "discriminator", False: "likeness"}
    for nothing, name in both.items():
        found = audit(likeness=None if nothing else 0.0, discriminator=0.9)
        names = {gate.name for gate in judge(found, shipped_limits())}
        assert names & set(both.values()) == {name}


def test_a_discriminator_far_below_a_guess_decides_on_any_table() -> None:
    for likeness in (None, 0.0):
        assert gate("discriminator", likeness=likeness, discriminator=0.23).verdict == "refused"
    names = {gate.name for gate in judge(audit(discriminator=0.47), shipped_limits())}
    assert "discriminator" not in names


def test_a_twin_that_is_more_even_than_real_rows_does_not_pass_however_small_the_table() -> None:
    found = gate("discriminator", likeness=None, discriminator=0.23, se=0.035)
    assert (found.verdict, found.lower, found.limit) == ("not_shown", 0.25, 0.65)
    assert gate("discriminator", likeness=None, discriminator=0.47).verdict == "passed"


def test_where_nothing_always_holds_the_gate_on_it_is_not_asked() -> None:
    assert "validity" not in {gate.name for gate in judge(audit(broken=None), shipped_limits())}


def test_a_holdout_too_small_for_attacks_shows_nothing_of_them() -> None:
    found = audit().model_copy(update={"attacks": None})
    verdicts = {gate.name: gate.verdict for gate in judge(found, shipped_limits())}
    attacks = ("tracing", "nearest", "near", "density", "learned", "exposed")
    assert {verdicts[name] for name in attacks} == {"not_shown"}


def test_canaries_are_judged_on_the_raw_pool_and_only_where_there_are_any() -> None:
    found = gate("canaries", planted=0.9)
    assert (found.verdict, found.measured_on) == ("refused", "pool")
    assert gate("canaries", planted=0.5).verdict == "passed"
    assert "canaries" not in {gate.name for gate in judge(audit(), shipped_limits())}


def test_leaning_away_from_training_is_no_fault() -> None:
    assert gate("dcr", leaning=-0.9).verdict == "passed"


def test_an_interval_across_the_limit_shows_nothing() -> None:
    assert gate("dcr", leaning=0.55, se=0.05).verdict == "not_shown"
    assert gate("dcr", leaning=0.0, se=0.5).verdict == "not_shown"


def test_what_could_not_be_measured_is_not_shown() -> None:
    assert gate("dcr", leaning=None).verdict == "not_shown"
    assert gate("dcr", leaning=None).figure is None


def test_a_gate_that_was_crossed_by_little_is_refused_only_beyond_the_common_error_rate() -> None:
    assert gate("dcr", leaning=0.55 + 2.2 * 0.01, se=0.01).verdict == "not_shown"
    assert gate("dcr", leaning=0.55 + 3.5 * 0.01, se=0.01).verdict == "refused"


def test_verdicts_are_frozen() -> None:
    with pytest.raises(ValidationError):
        gate("dcr").verdict = "passed"  # type: ignore[misc] # that is the point


def test_a_limit_of_ones_own_decides_and_says_what_it_stands_for() -> None:
    found = audit(likeness=0.3)
    (own,) = (g for g in judge(found, own_limits(b"[likeness]\nlimit = 0.5")) if g.name == "likeness")
    assert (own.verdict, own.limit, own.default) == ("passed", 0.5, shipped_limits().limits["likeness"])
    assert gate("likeness", likeness=0.3).default is None


def test_more_gates_share_one_error_rate_so_that_each_has_a_wider_interval() -> None:
    one = gate("dcr", leaning=0.0, se=0.01)
    assert one.interval is not None
    assert one.interval[1] > Estimate(value=0.0, se=0.01).interval(0.005)[1]
