"""tabtwin.evaluation.attacks.joint_tables: a row's fit to a twin's tables, beside fresh ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from audited import SCHEMA, source
from tabtwin.evaluation.attacks.joint_tables import PSEUDO, table_scores, trace
from tabtwin.evaluation.delong import components
from tabtwin.evaluation.fidelity.accuracy import Tables, fit_bins, subsets


def area(scores: list[np.ndarray], order: int) -> float:
    return float(components(scores[0][:, order - 1], scores[1][:, order - 1])[0].mean())


def test_a_score_is_the_mean_log_ratio_of_the_rows_cells():
    draw = np.random.default_rng(1)
    twin, reference, rows = (draw.integers(0, 3, (2, count)) for count in (40, 20, 6))
    members = np.array([[0, -1, -1], [1, -1, -1], [0, 1, -1]])
    found = table_scores(twin, reference, rows, Tables(members, np.array([3, 3])))

    def ratio(columns: list[int], row: np.ndarray) -> float:
        cells = 3 ** len(columns)
        shares = [
            ((part[columns] == row[columns, None]).all(axis=0).sum() + PSEUDO)
            / (part.shape[1] + PSEUDO * cells)
            for part in (twin, reference)
        ]
        return float(np.log(shares[0]) - np.log(shares[1]))

    for row, score in zip(rows.T, found, strict=True):
        assert score[0] == pytest.approx(np.mean([ratio([0], row), ratio([1], row)]))
        assert score[1] == pytest.approx(ratio([0, 1], row))
        assert score[2] == 0


def test_training_rows_are_traced_by_a_copy_of_them_and_the_better_the_more_columns_a_table_has():
    training, fresh, reference = source(1500, 1), source(1500, 2), source(1500, 3)
    found = trace(training, reference, [training, fresh], SCHEMA, seed=1)
    areas = [area(found, order) for order in (1, 2, 3)]
    assert areas == sorted(areas)
    assert areas[-1] > 0.56


def test_nobody_is_traced_by_fresh_rows():
    training, fresh, reference, twin = (source(3000, seed) for seed in range(4))
    found = trace(twin, reference, [training, fresh], SCHEMA, seed=1)
    assert all(abs(area(found, order) - 0.5) < 0.03 for order in (1, 2, 3))


def test_a_twin_that_keeps_trainings_tables_tells_though_no_row_of_it_is_near():
    """Halves of rows glued to one another keep the tables within each half, and copy nobody."""
    training, fresh, reference, others = (source(2000, seed) for seed in (5, 6, 7, 8))
    areas = [
        area(trace(glued(rows), reference, [training, fresh], SCHEMA, seed=1), 3)
        for rows in (training, others)
    ]
    assert areas[0] > areas[1] + 0.02


def glued(rows: pd.DataFrame) -> pd.DataFrame:
    order = np.random.default_rng(1).permutation(len(rows))
    left, right = ["age", "pay", "plan"], ["debt", "since", "left"]
    return pd.concat([rows[left], rows[right].iloc[order].reset_index(drop=True)], axis=1)


def test_threads_and_the_other_rows_asked_about_change_no_score():
    training, fresh, reference = source(300, 1), source(200, 2), source(200, 3)
    one = trace(training, reference, [training, fresh], SCHEMA, seed=1, threads=1)
    two = trace(training, reference, [fresh], SCHEMA, seed=1, threads=2)
    assert one[1].tobytes() == two[0].tobytes()


def test_what_only_a_traced_row_holds_falls_into_bins_that_were_there():
    reference = source(300, 1)
    odd = reference.head(5).assign(plan="unheard of", age=1e9)
    assert np.isfinite(trace(reference, reference, [odd], SCHEMA, seed=1)[0]).all()


def test_tables_of_one_column_and_of_one_value_are_traced_without_effect():
    table = source(200, 1)[["left"]]
    schema = SCHEMA.model_copy(update={"columns": (SCHEMA["left"],)})
    found = trace(table, table, [table], schema, seed=1)[0]
    assert (found == 0).all()
    assert len(subsets(fit_bins([table], schema), 1).members) == 1
