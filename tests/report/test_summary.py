"""The first screen answers in words what the figures say."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from step_outputs import attacked, audit, bare_evidence, figure
from tabtwin.evaluation.disclosure import Carried
from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import guards_privacy, judge, refuses
from tabtwin.evaluation.utility.results import Utility
from tabtwin.report.templating import fill
from tabtwin.report.views import first_screen, guidance


def screen(carried: Carried | None = None, **changed: Any) -> str:
    """What the first screen says of hand-made findings."""
    found = audit(**changed)
    gates = judge(found, shipped_limits())
    evidence = replace(
        bare_evidence(Utility(target="left", metrics=("auc",))),
        audit=found,
        gates=gates,
        refused=refuses(gates, strict=False),
        carried=carried,
        releases=changed.get("releases", ()),
    )
    first = fill("first_screen.html", view=first_screen.view(evidence))
    return unescape(first + fill("guidance.html", view=guidance.view(evidence)))


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({}, "Nearly as close as fresh real rows"),
        ({"likeness": figure(0.13, 0.01)}, "13% of the way to a shuffle"),
        ({"likeness": figure(0.09, 0.01)}, "9% of the way to a shuffle"),
        ({"twin": 0.8, "likeness": figure(1.4)}, "Further than shuffled columns"),
        ({"likeness": None}, "Discriminator: AUC 0.800"),
    ],
)
def test_how_close_it_is_goes_by_the_likeness_and_its_interval(changed: dict[str, Any], answer: str) -> None:
    assert f"<b>{answer}</b>" in screen(**changed)


def test_a_twin_that_breaks_what_always_holds_is_not_as_close_as_fresh_rows() -> None:
    said = screen(broken=figure(0.013, 0.004))
    assert "<b>1.3% of rows break what always holds</b>" in said
    assert "1.3% of the twin’s rows break what always holds" in said
    assert "Nearly as close" not in said
    assert "what always holds" not in screen(broken=figure(0.009, 0.001))
    far = screen(broken=figure(0.2), likeness=figure(0.13, 0.01))
    assert "<b>13% of the way to a shuffle</b>" in far
    assert "20.0% of its rows break what" in far
    assert "<b>20.0% of rows break what always holds</b>" in screen(broken=figure(0.2), likeness=None)


def test_a_discriminator_that_errs_more_than_a_guess_says_so() -> None:
    assert "more even than real rows" in screen(discriminator=0.23, likeness=None)
    assert "more even than real rows" not in screen(discriminator=0.49, likeness=None)


def test_how_private_it_is_goes_by_the_attack_that_found_most_either_way() -> None:
    hole = attacked(relative=figure(0.44))
    assert "<b>51.2% right, guessing 50%</b>" in screen()
    assert "<b>56.0% right, guessing 50%</b>" in screen(attacks=hole)


def test_a_weak_attack_does_not_speak_for_a_twin_that_privacy_refuses() -> None:
    said = screen(surplus=figure(0.2), likeness=figure(0.6))
    gates = [gate for gate in judge(audit(), shipped_limits()) if guards_privacy(gate)]
    assert f"<b>1 of {len(gates)} privacy gates refuse</b>" in said
    assert "51.2% right, guessing 50%. Copies beyond chance: 20.0%." in said


def test_without_an_attack_no_figure_stands_for_one() -> None:
    said = screen(attacks=None)
    assert "No attack could be run" in said
    assert "guessing 50%" not in said


def test_fewer_copies_than_by_chance_are_none() -> None:
    assert "Copies beyond chance: none." in screen(surplus=figure(-0.004))
    assert "Copies beyond chance: 0.1%." in screen(surplus=figure(0.001))


def test_only_three_gates_are_named_beside_the_verdict_and_all_below() -> None:
    said = screen(attacks=None, leaning=None)
    verdict = said[: said.index("How close is it?")]
    assert f"Yes, but 7 of {len(judge(audit(), shipped_limits()))} gates could not decide." in verdict
    assert "and 4 more. The person who shares the twin decides" in verdict
    assert said.count("not shown; the table is too small to decide") == 7


@pytest.mark.parametrize(
    ("carried", "answer"),
    [
        (Carried(keys={}, protected={"pay": 9}, not_compared=()), "Yes, but it holds rare values."),
        (Carried(keys={}, protected={}, not_compared=("note",)), "Yes, but not every column was compared."),
        (Carried(keys={}, protected={}, not_compared=()), "Yes, within what was measured."),
    ],
)
def test_what_a_twin_from_elsewhere_carries_stands_against_it(carried: Carried, answer: str) -> None:
    said = screen(carried)
    assert f"<b>{answer}</b>" in said
    assert ("about 10 cells of 'pay'" in said) == bool(carried.protected)
    assert ("judged by no gate: note" in said) == bool(carried.not_compared)


def test_several_releases_are_said_to_be_judged_together() -> None:
    said = screen(releases=(200, 100, 50))
    assert "Release 3 of this twin: 50 rows beside the 300 that were released before." in said


def test_a_twin_of_which_some_rows_were_drawn_is_said_to_be_judged_by_them() -> None:
    found = audit()
    rows = found.rows.model_copy(update={"synthetic": 100_000_000, "drawn": {"synthetic": 1_000_000}})
    bare = bare_evidence(Utility(target="left", metrics=("auc",)))
    evidence = replace(bare, gates=judge(found, shipped_limits()))
    drawn = replace(evidence, audit=found.model_copy(update={"rows": rows}))
    said, whole = (
        " ".join(fill("first_screen.html", view=first_screen.view(one)).split()) for one in (drawn, evidence)
    )
    assert "100 000 000 synthetic rows" in said
    assert "It is judged by 1 000 000 of the synthetic rows, drawn at random." in said
    assert "drawn at random" not in whole
