"""tabtwin.evaluation.distances.neighbours: exact neighbours under Gower's distance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.distances.neighbours import (
    MISSING_CATEGORY,
    MISSING_NUMBER,
    Features,
    Gower,
    nearest,
)
from tabtwin.schema.schema import Column, Schema

KINDS = {
    "amount": "decimal",
    "visits": "integer",
    "when": "datetime",
    "plan": "category",
    "member": "boolean",
}
SCHEMA = Schema(columns=tuple(Column(name=name, kind=kind, missing=True) for name, kind in KINDS.items()))


def table(rows: int, seed: int, missing: float = 0.1) -> pd.DataFrame:
    """A canonical table of every learned kind."""
    draw = np.random.default_rng(seed)
    cells = {
        "amount": draw.normal(100, 15, rows),
        "visits": draw.poisson(3, rows).astype(float),
        "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 400, rows), "D"),
        "plan": draw.choice(["a", "b", "c", "d"], rows),
        "member": draw.choice(["True", "False"], rows),
    }
    made = pd.DataFrame(cells).astype({"plan": object, "member": object, "when": "datetime64[ns]"})
    for column in made:
        made.loc[draw.random(rows) < missing, column] = None
    return made.where(made.notna(), None).astype({"amount": float, "visits": float, "when": "datetime64[ns]"})


def oracle(queries: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Every distance, in one stroke."""
    apart = np.minimum(np.abs(queries[:, None].astype(float) - reference[None].astype(float)), 1)
    return apart.mean(axis=2)


def gower_by_hand(a: pd.DataFrame, b: pd.DataFrame, training: pd.DataFrame) -> np.ndarray:
    """Gower's distance of row i of ``a`` to row i of ``b``, cell by cell as the definition has it."""
    total = np.zeros(len(a))
    for name, kind in KINDS.items():
        missing_a, missing_b = a[name].isna().to_numpy(), b[name].isna().to_numpy()
        if kind in ("category", "boolean"):
            apart = (a[name].to_numpy() != b[name].to_numpy()).astype(float)
        else:
            as_days = [
                t[name].astype("int64").where(t[name].notna()) / 86_400e9 if kind == "datetime" else t[name]
                for t in (a, b, training)
            ]
            low, high = np.quantile(as_days[2].dropna(), (0.01, 0.99))
            apart = np.minimum(np.abs(as_days[0].to_numpy() - as_days[1].to_numpy()) / (high - low), 1)
        total += np.where(missing_a & missing_b, 0, np.where(missing_a ^ missing_b, 1, apart))
    return total / len(KINDS)


def compared(queries, reference, k, *, subjects=None, reach=None, within=None):
    """The neighbors by comparing all rows: sums of float32 in the columns' order, ties by index."""
    total = np.zeros((len(queries), len(reference)), np.float32)
    for a, b in zip(queries.T, reference.T, strict=True):
        total += np.minimum(np.abs(a[:, None] - b[None]), np.float32(1))
    if reach is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            total = np.nan_to_num(total * (1 / reach).astype(np.float32), nan=np.inf, posinf=np.inf)
    if subjects is not None:
        total[subjects[:, None] == subjects[None]] = np.inf
    total /= np.float32(max(1, queries.shape[1]))
    if within is not None:
        total[total >= within[:, None]] = np.inf
    distances = np.full((len(queries), k), np.inf, np.float32)
    indices = np.full((len(queries), k), -1, np.int32)
    order = np.argsort(total, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(total, order, 1)
    distances[:, : order.shape[1]] = found
    indices[:, : order.shape[1]] = np.where(np.isfinite(found), order, -1)
    return distances, indices


@st.composite
def mixed_rows(draw: st.DrawFn, tables: int, most: int = 400) -> list[np.ndarray]:
    """Comparable tables of mixed columns: numbers, few and many categories, constants, missing cells,
    repeated rows.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = draw(
        st.lists(st.sampled_from(["number", "grid", "few", "many", "unseen", "constant"]), max_size=9)
    )
    sizes = [draw(st.integers(0, most)) for _ in range(tables)]
    repeated, missing = draw(st.booleans()), draw(st.sampled_from([0.0, 0.1]))
    rows = sum(sizes)
    cells = np.empty((rows, len(columns)), np.float32)
    for place, kind in enumerate(columns):
        cells[:, place] = {
            "number": rng.normal(0, 0.3, rows),
            "grid": rng.integers(0, 5, rows) / 4,
            "few": rng.integers(0, 3, rows),
            "many": rng.integers(0, max(rows, 1), rows),
            "unseen": rng.integers(0, 3, rows) * 2.0**25,
            "constant": 0,
        }[kind]
        lost = MISSING_NUMBER if kind in ("number", "grid") else MISSING_CATEGORY
        cells[rng.random(rows) < missing, place] = lost
    if repeated and rows:
        cells = cells[rng.integers(0, 1 + rows // 8, rows)]
    return np.split(cells, np.cumsum(sizes)[:-1])


def same(found: tuple[np.ndarray, np.ndarray], expected: tuple[np.ndarray, np.ndarray]) -> None:
    assert found[1].tolist() == expected[1].tolist()
    assert found[0].tobytes() == expected[0].tobytes()


@settings(max_examples=60, deadline=None)
@given(mixed_rows(2), st.integers(1, 11))
def test_finds_to_the_bit_what_comparing_all_rows_finds(tables, k):
    a, b = tables
    same(nearest(Features(a), Features(b), k), compared(a, b, k))


@settings(max_examples=40, deadline=None)
@given(mixed_rows(1), st.integers(1, 4), st.sampled_from([1, 3, 20]))
def test_leaves_out_the_rows_of_one_subject_to_the_bit(tables, k, together):
    (a,) = tables
    subjects = np.random.default_rng(len(a)).permutation(np.arange(len(a)) // together)
    same(nearest(Features(a), Features(a), k, subjects=subjects), compared(a, a, k, subjects=subjects))


@settings(max_examples=40, deadline=None)
@given(mixed_rows(2), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_divides_by_the_reach_to_the_bit(tables, k, seed):
    a, b = tables
    reach = np.random.default_rng(seed).choice([0.0, 0.25, 0.3, 2.0], len(b))
    same(nearest(Features(a), Features(b), k, reach=reach), compared(a, b, k, reach=reach))


@settings(max_examples=40, deadline=None)
@given(mixed_rows(2), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_finds_within_a_distance_all_that_are_closer_and_no_others(tables, k, seed):
    a, b = tables
    within = np.random.default_rng(seed).choice([0.0, 0.1, 0.25, 0.5, np.inf], len(a)).astype(np.float32)
    same(nearest(Features(a), Features(b), k, within=within), compared(a, b, k, within=within))


@pytest.mark.parametrize("columns", [3, 12])
def test_finds_in_many_tiles_what_comparing_all_rows_finds(columns):
    draw = np.random.default_rng(columns)
    rows = np.concatenate(
        [draw.integers(0, 4, (9000, columns // 3)), draw.normal(0, 0.2, (9000, columns - columns // 3))],
        axis=1,
    ).astype(np.float32)
    a, b = rows[:300], rows[300:]
    same(nearest(Features(a), Features(b), 3), compared(a, b, 3))


@settings(max_examples=25)
@given(
    st.integers(1, 90), st.integers(3, 300), st.integers(1, 12), st.integers(1, 3), st.integers(0, 2**32 - 1)
)
def test_finds_the_neighbours_that_brute_force_finds(queries, rows, columns, k, seed):
    draw = np.random.default_rng(seed)
    a = Features(draw.integers(0, 4, (queries, columns)).astype(np.float32) / 4)
    b = Features(draw.integers(0, 4, (rows, columns)).astype(np.float32) / 4)
    distances, indices = nearest(a, b, k)
    expected = oracle(a.values, b.values)
    order = np.argsort(expected, axis=1, kind="stable")[:, :k]  # quarters add up exactly: ties are ties
    assert (indices == order).all()
    np.testing.assert_allclose(distances, np.take_along_axis(expected, order, 1), atol=1e-6)


def test_distance_is_the_mean_over_columns_as_gower_defines_it():
    training, rows = table(500, 1), table(400, 2)
    gower = Gower.fit(training, SCHEMA)
    distances, indices = nearest(gower.features(rows), gower.features(training), 1)
    found = training.iloc[indices[:, 0]].reset_index(drop=True)
    np.testing.assert_allclose(distances[:, 0], gower_by_hand(rows, found, training), atol=1e-5)


def test_an_identical_row_is_at_distance_zero():
    training = table(300, 3)
    gower = Gower.fit(training, SCHEMA)
    distances, _ = nearest(gower.features(training.sample(frac=1, random_state=1)), gower.features(training))
    assert (distances[:, 0] == 0).all()


def test_a_missing_cell_equals_only_a_missing_cell():
    training = table(300, 4, missing=0)
    gower = Gower.fit(training, SCHEMA)
    row = training.iloc[[0]]
    for column in KINDS:
        hollow = row.copy()
        hollow[column] = pd.NaT if column == "when" else None if column in ("plan", "member") else np.nan
        one, same = gower.features(hollow), gower.features(hollow)
        np.testing.assert_allclose(nearest(one, gower.features(row), 1)[0], 1 / len(KINDS), rtol=1e-6)
        assert nearest(one, same, 1)[0].item() == 0


def test_a_category_that_training_lacks_equals_only_itself():
    training = table(200, 5)
    gower = Gower.fit(training, SCHEMA)
    odd = training.iloc[[7, 7]].assign(plan=["x", "y"])
    distances, indices = nearest(gower.features(odd), gower.features(training), 1)
    assert (distances > 0.19).all()
    assert (indices == nearest(gower.features(training.iloc[[7, 7]]), gower.features(training), 1)[1]).all()
    apart, _ = nearest(gower.features(odd), gower.features(odd), 2)
    np.testing.assert_allclose(apart, [[0, 0.2], [0, 0.2]], rtol=1e-6)


def test_outliers_do_not_shrink_a_column():
    training = table(1000, 6, missing=0)
    training.loc[0, "amount"] = 1e12
    gower = Gower.fit(training, SCHEMA)
    pair = training.iloc[[1, 1]].assign(amount=[90.0, 110.0])
    apart, _ = nearest(gower.features(pair), gower.features(pair), 1, subjects=np.arange(len(pair)))
    assert (apart > 0.05).all()


def test_a_column_with_one_common_value_uses_its_full_range():
    schema = Schema(columns=(Column(name="n", kind="integer"),))
    training = pd.DataFrame({"n": [0.0] * 999 + [10.0]})
    gower = Gower.fit(training, schema)
    pair = gower.features(pd.DataFrame({"n": [0.0, 5.0]}))
    np.testing.assert_allclose(nearest(pair, pair, 1, subjects=np.arange(len(pair)))[0], 0.5)


def test_a_row_is_no_neighbour_of_its_own():
    features = Features(np.repeat(np.arange(40, dtype=np.float32) / 100, 2)[:, None])
    distances, indices = nearest(features, features, 2, subjects=np.arange(len(features)))
    assert (indices != np.arange(80)[:, None]).all()
    assert (indices[:, 0] == np.arange(80) ^ 1).all()
    np.testing.assert_allclose(distances[:, 1], 0.01, atol=1e-6)


def test_rows_of_one_subject_are_no_neighbours():
    features = Features(np.arange(60, dtype=np.float32)[:, None] / 100)
    subjects = np.arange(60) // 3
    _, indices = nearest(features, features, 2, subjects=subjects)
    assert (subjects[indices] != subjects[:, None]).all()


def test_too_few_rows_leave_infinite_distances():
    features = Features(np.zeros((2, 3), np.float32))
    distances, indices = nearest(features, features, 2, subjects=np.arange(len(features)))
    assert distances[:, 1].tolist() == [np.inf, np.inf]
    assert indices.tolist() == [[1, -1], [0, -1]]


def test_threads_change_no_byte():
    training = table(2000, 8)
    gower = Gower.fit(training, SCHEMA)
    queries, reference = gower.features(table(3000, 9)), gower.features(training)
    one, two = (nearest(queries, reference, 3, threads=threads) for threads in (1, 2))
    assert one[0].tobytes() == two[0].tobytes()
    assert one[1].tobytes() == two[1].tobytes()


def test_progress_ends_with_all_rows_done():
    features, seen = Features(np.arange(5000, dtype=np.float32)[:, None] / 5000), []
    nearest(features, features.take(np.arange(10)), report=lambda *step: seen.append(step[:2]))
    assert seen == [(4096, 5000), (5000, 5000)]


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(1, 300), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_distances_are_divided_by_the_reach_of_the_row_that_answers(queries, rows, columns, seed):
    draw = np.random.default_rng(seed)
    a, b = (Features(draw.integers(0, 4, (n, columns)).astype(np.float32) / 4) for n in (queries, rows))
    reach = draw.choice([0.0, 0.25, 0.5, 2.0], rows)
    distances, indices = nearest(a, b, 1, reach=reach)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(reach > 0, oracle(a.values, b.values) / reach, np.inf)
    np.testing.assert_allclose(distances[:, 0], expected.min(axis=1), rtol=1e-5)
    assert (indices[:, 0] == np.where((reach > 0).any(), indices[:, 0], -1)).all()
    assert (reach[indices[indices >= 0]] > 0).all()
