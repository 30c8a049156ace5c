"""Costs are of the parts that are named, caps are scaled meanwhile, and power is a distance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.comparison import Comparison, Rows, Tables
from tabtwin.evaluation.fidelity import likeness
from tabtwin.evaluation.gates.verdicts import Gate
from tabtwin.schema.schema import Column, Schema
from tests.benchmarks import cost, costing
from tests.benchmarks.costing import CAPS, PARTS, few
from tests.benchmarks.gatepower import Power, powers

SCHEMA = Schema(
    columns=(Column(name="x", kind="decimal", digits=2), Column(name="c", kind="category")), target="c"
)


def table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows).round(2)
    return pd.DataFrame({"x": x, "c": np.where(x + rng.normal(size=rows) > 0, "yes", "no").astype(object)})


def compared() -> Comparison:
    twin, training, holdout = (table(rows, seed) for rows, seed in ((300, 1), (300, 2), (100, 3)))
    whole = Tables(twin, twin, Rows.of(training), Rows.of(holdout))
    return costing.compared_with(whole, SCHEMA, 1, 1)


def gate(figure: float, interval: tuple[float, float], limit: float, lower: float | None = None) -> Gate:
    return Gate(
        name="nearest",
        title="",
        figure=figure,
        interval=interval,
        neutral=0.5,
        limit=limit,
        lower=lower,
        default=None,
        measured_on="twin",
        verdict="passed",
        means="",
        remedy="",
    )


def test_parts_and_caps_are_of_measures_that_there_are() -> None:
    measures = {measure.__name__ for measure in AuditResult.measures()}
    assert set(PARTS) <= measures
    assert set(CAPS) <= measures | {costing.UTILITY}


def test_every_measure_has_its_cost_and_every_part_is_called() -> None:
    audit, found = costing.costs(compared())
    assert set(found) == {measure.__name__ for measure in AuditResult.measures()} | {costing.UTILITY}
    assert all(seconds > 0 for one in found.values() for seconds in one.parts.values())
    assert {power.gate for power in powers(audit)} >= {"nearest", "learned", "nndr"}
    assert costing.costs(few_of(compared()))[0].rows.synthetic == 50


def few_of(whole: Comparison) -> Comparison:
    return costing.compared_with(few(whole.whole, 50), SCHEMA, 1, 1)


def test_caps_are_scaled_meanwhile_alone() -> None:
    before = likeness.MAX_COMPARED
    with costing.scaled(0.25):
        assert before // 4 == likeness.MAX_COMPARED
    assert before == likeness.MAX_COMPARED


def test_power_is_the_distance_to_the_nearer_limit_in_standard_errors() -> None:
    above = Power.of(gate(0.52, (0.49, 0.55), 0.56, 0.44), 0.01)
    below = Power.of(gate(0.46, (0.44, 0.48), 0.56, 0.44), 0.01)
    assert above is not None
    assert below is not None
    assert (above.limit, above.apart, above.reach) == (0.56, pytest.approx(4), pytest.approx(3))
    assert (below.limit, below.apart, below.reach) == (0.44, pytest.approx(2), pytest.approx(2))
    assert above.enough == pytest.approx(9 / 16)


def test_no_number_of_rows_passes_a_figure_beyond_its_limit() -> None:
    beyond = Power.of(gate(0.6, (0.57, 0.63), 0.56), 0.01)
    assert beyond is not None
    assert beyond.enough is None
    assert "none" in cost.powers_markdown({1.0: [beyond]})
    assert Power.of(gate(0.5, (0.5, 0.5), 0.56), 0.0) is None
