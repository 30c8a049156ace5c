import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE

from tabtwin.evaluation.utility.features import Features
from tabtwin.evaluation.utility.oversampling import Grown, oversample
from tabtwin.schema.schema import Column

NUMBER = Column(name="number", kind="decimal", missing=True, digits=3)
COLOUR = Column(name="colour", kind="category", missing=True)


def grow(columns: list[Column], table: pd.DataFrame, labels: list[int], wanted: dict[int, int]) -> Grown:
    features = Features.fit(table, columns)
    return oversample(features, features.matrix(table), np.array(labels), wanted, seed=1)


def table(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    colours = rng.choice(np.array(["red", "blue", None], dtype=object), rows)
    return pd.DataFrame({"number": rng.normal(size=rows), "colour": colours})


@pytest.mark.parametrize(
    ("columns", "method"),
    [([NUMBER], "SMOTE"), ([COLOUR], "SMOTEN"), ([NUMBER, COLOUR], "SMOTENC")],
)
def test_the_algorithm_follows_from_the_kinds_of_the_columns(columns: list[Column], method: str) -> None:
    grown = grow(columns, table(40), [0] * 30 + [1] * 10, {1: 20})
    assert grown.method == method
    assert grown.neighbours == 5
    assert grown.matrix.shape == (20, len(columns))
    assert grown.labels.tolist() == [1] * 20


def test_the_smallest_class_bounds_the_neighbours() -> None:
    assert grow([NUMBER], table(40), [0] * 37 + [1] * 3, {1: 4}).neighbours == 2


def test_a_class_of_one_row_is_drawn_again() -> None:
    rows = table(40)
    grown = grow([NUMBER, COLOUR], rows, [0] * 39 + [1], {1: 4})
    assert (grown.method, grown.sampled, grown.neighbours) == ("sampling", 4, None)
    assert set(grown.matrix[:, 0]) == {rows["number"].iloc[39]}


def test_a_missing_number_stays_missing_and_its_stand_in_is_never_seen() -> None:
    rows = table(60)
    rows.loc[30:, "number"] = np.nan
    grown = grow([NUMBER, COLOUR], rows, [0] * 30 + [1] * 10 + [2] * 20, {1: 10, 2: 5})
    assert np.isnan(grown.matrix[:, 0]).all()


def test_numbers_lie_between_those_of_their_class() -> None:
    rows = pd.DataFrame({"number": np.r_[np.zeros(30), np.linspace(5, 6, 10)]})
    grown = grow([NUMBER], rows, [0] * 30 + [1] * 10, {1: 20})
    assert grown.matrix.min() >= 5 - 1e-9
    assert grown.matrix.max() <= 6 + 1e-9


def test_a_table_of_its_target_alone_is_drawn_again() -> None:
    assert grow([], pd.DataFrame(index=range(9)), [0] * 6 + [1] * 3, {1: 3}).sampled == 3


def test_the_same_seed_gives_the_same_rows_in_batches_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabtwin.evaluation.utility.oversampling.CELLS", 150)
    first, second = (grow([NUMBER, COLOUR], table(80), [0] * 60 + [1] * 20, {1: 40}) for _ in range(2))
    np.testing.assert_array_equal(first.matrix, second.matrix)
    assert len(first.matrix) == 40


@pytest.mark.parametrize("columns", [[NUMBER], [NUMBER, COLOUR]])
def test_neighbors_are_looked_for_among_a_part_of_the_class_alone(
    columns: list[Column], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabtwin.evaluation.utility.oversampling.REFERENCE", 12)
    seen, real = [], SMOTE.fit_resample
    monkeypatch.setattr(
        SMOTE, "fit_resample", lambda self, rows, y: seen.append(y.tolist()) or real(self, rows, y)
    )
    grown = grow(columns, table(100), [0] * 60 + [1] * 30 + [2] * 10, {1: 30})
    assert len(grown.matrix) == 30
    assert [(given.count(0), given.count(1), given.count(2)) for given in seen] == [(1, 12, 1)]
