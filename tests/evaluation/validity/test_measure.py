"""How often a twin breaks what always holds, beyond unseen rows, and what is published of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import examples
from tabtwin.evaluation.comparison import Comparison, Rows, Tables
from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import judge
from tabtwin.evaluation.rounding import Grid, People
from tabtwin.evaluation.validity.measure import ValidityMeasure
from tabtwin.evaluation.validity.results import Validity
from tabtwin.schema.schema import Column, Schema

ROWS = 3_000
PLACE = "Zyxomarkle"
SCHEMA = Schema(
    columns=(
        Column(name="town", kind="category"),
        Column(name="state", kind="category"),
        Column(name="net", kind="decimal", digits=2),
        Column(name="tax", kind="decimal", digits=2),
        Column(name="gross", kind="decimal", digits=2),
    )
)


def source(rows: int, seed: int) -> pd.DataFrame:
    """Fresh rows of a table whose towns are in a state, and whose amounts add up."""
    rng = np.random.default_rng(seed)
    town = rng.integers(0, 12, rows)
    net, tax = np.round(rng.gamma(2, 50, rows), 2), np.round(rng.gamma(2, 9, rows), 2)
    towns = np.array([PLACE, *(f"t{number}" for number in range(1, 12))], dtype=object)
    states = np.array([f"s{number % 4}" for number in range(12)], dtype=object)
    cells = {"town": towns[town], "state": states[town], "net": net, "tax": tax}
    return pd.DataFrame(cells | {"gross": np.round(net + tax, 2)})


def with_broken(twin: pd.DataFrame, share: float) -> pd.DataFrame:
    """The twin with another state in its first rows, so many of them."""
    twin = twin.copy()
    rows = twin.index[: round(share * len(twin))]
    twin.loc[rows, "state"] = twin.loc[rows, "state"].map({f"s{n}": f"s{(n + 1) % 4}" for n in range(4)})
    return twin


def measured(twin: pd.DataFrame, subjects: np.ndarray | None = None) -> Validity:
    tables = Tables(twin, twin, Rows.of(source(ROWS, 1), subjects), Rows.of(source(ROWS // 2, 2)))
    return ValidityMeasure.measured(Comparison.of(tables, SCHEMA, seed=1, threads=1)).validity


def verdict(found: Validity) -> str | None:
    audit = examples.audit({"validity": found.model_dump(mode="json")})
    return next((gate.verdict for gate in judge(audit, shipped_limits()) if gate.name == "validity"), None)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, "passed"), (0.005, "not_shown"), (0.01, "not_shown"), (0.03, "refused")]
)
def test_a_twin_is_judged_by_the_share_of_rows_that_break_a_rule(share: float, expected: str) -> None:
    found = measured(with_broken(source(ROWS, 3), share))
    assert found.broken is not None
    assert found.broken.value == pytest.approx(share)
    assert verdict(found) == expected
    assert (found.breaks is not None) == (share >= 0.01)


def test_the_rules_that_are_broken_most_come_first_with_the_share_of_unseen_rows() -> None:
    found = measured(with_broken(source(ROWS, 3), 0.2))
    assert found.rules["fixing"] == 1
    assert found.rules["sum"] == 1
    first = found.found[0]
    assert (first.says, first.columns, first.subjects) == ("town fixes state", ("town", "state"), ROWS)
    assert (first.twin, first.holdout) == (0.2, 0.0)


def test_rows_that_break_a_rule_as_often_as_unseen_rows_do_count_for_nothing() -> None:
    """Nearly always right in the source: no training row breaks it, and fresh rows rarely do."""
    broken, unseen = with_broken(source(ROWS, 3), 0.02), with_broken(source(ROWS // 2, 2), 0.02)
    tables = Tables(broken, broken, Rows.of(source(ROWS, 1)), Rows.of(unseen))
    found = ValidityMeasure.measured(Comparison.of(tables, SCHEMA, seed=1, threads=1)).validity
    assert found.broken is not None
    assert found.broken.value == 0
    assert verdict(found) != "refused"


def test_unseen_rows_of_few_subjects_widen_the_interval() -> None:
    twin = source(ROWS, 3)

    def width(subjects: np.ndarray | None) -> float:
        unseen = Rows.of(source(ROWS // 2, 2), subjects)
        tables = Tables(twin, twin, Rows.of(source(ROWS, 1)), unseen)
        found = ValidityMeasure.measured(Comparison.of(tables, SCHEMA, seed=1, threads=1)).validity.broken
        assert found is not None
        return found.high - found.low

    assert width(np.arange(ROWS // 2) // 30) > 3 * width(None)


def test_where_nothing_always_holds_no_gate_is_asked() -> None:
    rng = np.random.default_rng(1)

    def mixed(table: pd.DataFrame) -> pd.DataFrame:
        return table.apply(lambda cells: rng.permutation(cells.to_numpy()))

    twin = mixed(source(400, 3))
    tables = Tables(twin, twin, Rows.of(mixed(source(400, 1))), Rows.of(mixed(source(400, 2))))
    found = ValidityMeasure.measured(Comparison.of(tables, SCHEMA, seed=1, threads=1)).validity
    assert found.broken is None
    assert verdict(found) is None


def test_cells_that_are_not_of_a_columns_kind_or_range_are_counted_beside_unseen_rows() -> None:
    twin = source(1_000, 3)
    twin.loc[:99, "town"] = "nowhere"
    twin.loc[:49, "net"] = 1e6
    twin.loc[50:99, "tax"] = 0.123
    twin.loc[:9, "gross"] = np.nan
    found = {cells.column: cells for cells in measured(twin).columns}
    assert (found["town"].unlike, found["town"].unlike_holdout) == (0.1, 0.0)
    assert (found["net"].beyond, found["net"].unlike) == (pytest.approx(0.05, abs=0.01), 0.0)
    assert found["tax"].unlike == 0.05
    assert found["gross"].unlike == 0.01
    assert "state" not in found


def test_what_is_published_is_rounded_and_names_columns_and_no_value() -> None:
    found = measured(with_broken(source(ROWS, 3), 0.0312))
    people = People(training=ROWS, holdout=ROWS // 2, rows=ROWS + ROWS // 2)
    shown = ValidityMeasure(validity=found).public(Grid(5), people).validity
    assert PLACE not in found.model_dump_json()
    assert shown.broken is not None
    assert shown.broken.value == pytest.approx(0.03)
    assert {rule.holdout for rule in shown.found} == {None}
    assert len(shown.found) == len(found.found)
    hidden = ValidityMeasure(validity=found).public(Grid(ROWS + 1), people).validity
    assert hidden.found == ()
    assert hidden.count == 0
