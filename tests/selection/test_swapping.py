"""tabtwin.selection.swapping: what it keeps of each cell is true, and no swap makes it worse."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.selection.layout import FIXED, WEIGHT, Layout
from tabtwin.selection.swapping import Choice

SIZES = np.array([3, 2, 4])
TABLES = [
    (0, -1, -1),
    (1, -1, -1),
    (2, -1, -1),
    *((a, b, -1) for a, b in combinations(range(3), 2)),
    (0, 1, 2),
]


def layout() -> Layout:
    return Layout.of(np.array(TABLES), SIZES)


def codes(rows: int, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return np.stack([draw.integers(size, size=rows) for size in SIZES]).astype(np.uint8)


def begun(seed: int, wanted: int = 20) -> Choice:
    pool = codes(100, seed)
    target = layout().counts(codes(50, seed + 1)) / 50 * wanted
    return Choice(pool, layout(), target)


def residual(choice: Choice) -> np.ndarray:
    counted = choice.layout.counts(choice.codes[:, choice.chosen])
    return np.rint(choice.target * FIXED) - FIXED * counted


def distance(choice: Choice, wanted: int = 20) -> float:
    distances = choice.layout.tvd(choice.residual, wanted)
    return float((distances * choice.layout.weights).sum())


def test_every_order_weighs_the_same_and_sums_stay_within_31_bits() -> None:
    made = layout()
    for order in (1, 2, 3):
        assert WEIGHT - 3 <= made.weights[made.orders == order].sum() <= WEIGHT
    assert made.weights.sum() * FIXED < 2**31


def test_counts_are_those_of_the_joint_tables() -> None:
    made, pool = layout(), codes(40, 1)
    weights = np.random.default_rng(2).random(40)
    counted = made.counts(pool, weights, threads=2)
    first, second = pool[0], pool[2]
    table = TABLES.index((0, 2, -1))
    cells = counted[made.offsets[table] : made.offsets[table + 1]].reshape(SIZES[0], SIZES[2])
    assert cells[1, 3] == pytest.approx(weights[(first == 1) & (second == 3)].sum())
    assert len(cells.ravel()) == 12


@settings(max_examples=15)
@given(st.integers(0, 1_000))
def test_what_cells_lack_is_kept_true_through_filling_and_swapping(seed: int) -> None:
    choice, rng = begun(seed), np.random.default_rng(seed)
    choice.take(np.arange(5))
    choice.fill(15, np.arange(100), 8, rng)
    choice.swap(50, np.arange(100), 4, rng)
    assert choice.chosen.sum() == 20
    assert (choice.residual == residual(choice)).all()


@settings(max_examples=15)
@given(st.integers(0, 1_000))
def test_swaps_bring_the_tables_nearer_and_never_further(seed: int) -> None:
    choice, rng = begun(seed), np.random.default_rng(seed)
    choice.take(np.arange(20))
    for _ in range(5):
        before = distance(choice)
        swapped = choice.swap(20, np.arange(100), 4, rng)
        assert distance(choice) < before if swapped else distance(choice) == before


def test_a_target_that_some_rows_meet_exactly_is_met() -> None:
    pool = codes(400, 3)
    target = layout().counts(pool[:, 100:120])
    choice = Choice(pool, layout(), target)
    choice.take(np.arange(20))
    for _ in range(60):
        choice.swap(100, np.arange(400), 16, np.random.default_rng(5))
    assert distance(choice) < 0.1 * WEIGHT


def test_only_the_rows_given_are_swapped() -> None:
    choice, rng = begun(7), np.random.default_rng(7)
    choice.take(np.arange(20))
    choice.swap(200, np.arange(10, 60), 4, rng)
    assert choice.chosen[:10].all()
    assert not choice.chosen[60:].any()
