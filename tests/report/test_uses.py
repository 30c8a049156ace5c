"""What is said of models goes by what real rows teach beyond guessing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from step_outputs import bare_evidence
from tabtwin.evaluation.intervals import Estimate
from tabtwin.evaluation.utility.results import Trained, Utility
from tabtwin.report.evidence import Evidence
from tabtwin.report.templating import fill
from tabtwin.report.views import uses


def evidence(metric: str, synthetic: float, real: float, baseline: float) -> Evidence:
    scores = {"synthetic": synthetic, "real": real}
    trained = {
        name: Trained(rows=9, score={metric: Estimate(value=score, se=0.0).figure()})
        for name, score in scores.items()
    }
    utility = Utility(target="left", metrics=(metric,), baseline={metric: baseline}, trained_on=trained)
    return bare_evidence(utility)


def shown(found: Evidence) -> str:
    """What the report says of uses."""
    return fill("uses.html", view=uses.view(found))


def test_a_shortfall_is_a_part_of_what_real_rows_teach_beyond_guessing() -> None:
    said = shown(evidence("auc", 0.6, 0.7, 0.5))
    assert "scores 0.600 on unseen real rows" in said
    assert "0.700 (a difference of 0.100), guessing 0.500" in said
    assert "loses 50.0% of what real rows teach" in said


def test_a_twin_that_teaches_nearly_as_much_argues_for_models() -> None:
    assert "Developing and comparing models that predict left" in shown(evidence("accuracy", 0.899, 0.9, 0.6))


@pytest.mark.parametrize(("metric", "real", "baseline"), [("auc", 0.51, 0.5), ("r2", -0.1, -0.01)])
def test_where_real_rows_teach_nothing_nothing_is_shown(metric: str, real: float, baseline: float) -> None:
    said = shown(evidence(metric, real, real, baseline))
    assert "real rows teach next to nothing about it" in said
    assert "none could be trained" not in said


def test_of_a_twin_from_elsewhere_nothing_is_said_that_only_our_pipeline_does() -> None:
    found = evidence("auc", 0.7, 0.7, 0.5)
    for said in (shown(found), shown(replace(found, refused=True))):
        assert "no row of the twin is" not in said
        assert "are hidden" not in said
        assert "formats are the source" not in said
