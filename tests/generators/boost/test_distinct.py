"""tabtwin.generators.boost.distinct: each kind of row is asked once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.generators.boost import distinct, forest
from tabtwin.generators.boost.forest import Forest, Member, store

NOTHING = np.zeros((1, 0), np.float32)


def boosters(draw: np.random.Generator, columns: int, codes: int, trees: int) -> Forest:
    """Two boosters of three members each; the first feature is a category."""

    def tree() -> tuple[np.ndarray, ...]:
        feature = np.array([draw.integers(columns), draw.integers(columns), -1, -1, -1], np.int16)
        threshold = draw.integers(0, codes - 1, 5).astype(np.uint8)
        child = np.array([1, 3, 0, 0, 0], np.int16)
        return feature, threshold, child, draw.normal(size=5).astype(np.float32)

    def member() -> Member:
        made = tuple(tree() for _ in range(trees))
        return Member(float(draw.normal()), made, {0: draw.permutation(codes).astype(np.uint8)})

    return store([[member() for _ in range(3)] for _ in range(2)])


@settings(max_examples=60)
@given(
    st.integers(0, 600), st.integers(1, 6), st.sampled_from([2, 3, 20, 256]), st.integers(0, 6),
    st.integers(0, 3), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_probabilities_are_those_of_asking_about_every_row(rows, columns, codes, trees, groups, seed):
    draw = np.random.default_rng(seed)
    made = boosters(draw, columns, codes, trees)
    x = draw.integers(0, codes, (rows, columns)).astype(np.uint8)
    group = draw.integers(0, max(groups, 1), rows)
    start = draw.normal(size=(3, 4)).astype(np.float32)[:, group] if groups else NOTHING
    for booster in range(2):
        found = distinct.probabilities(made, booster, x, start, group)
        assert found.tobytes() == forest.probabilities(made, booster, x, start).tobytes()


@pytest.fixture
def asked(monkeypatch) -> list[int]:
    """How many rows each call of :func:`forest.probabilities` was given."""
    counts, real = [], forest.probabilities
    monkeypatch.setattr(forest, "probabilities", lambda *given: counts.append(len(given[2])) or real(*given))
    return counts


def test_a_row_of_each_kind_is_asked(asked):
    draw = np.random.default_rng(1)
    made = boosters(draw, 2, 3, 10)
    x = draw.integers(0, 3, (1_000, 2)).astype(np.uint8)
    distinct.probabilities(made, 0, x, NOTHING, np.zeros(1_000, np.int64))
    assert asked == [9]


def test_numbers_between_the_same_thresholds_are_of_one_kind(asked):
    tree = (
        np.array([1, -1, -1], np.int16), np.array([99, 0, 0], np.uint8),
        np.array([1, 0, 0], np.int16), np.array([0, -1, 1], np.float32),
    )  # fmt: skip
    made = store([[Member(0.0, (tree,) * 20, {})]])
    x = np.random.default_rng(2).integers(0, 256, (5_000, 3)).astype(np.uint8)
    distinct.probabilities(made, 0, x, NOTHING, np.zeros(5_000, np.int64))
    assert asked == [2]


def test_rows_that_are_all_of_kinds_of_their_own_are_asked_as_they_are(asked):
    draw = np.random.default_rng(3)
    made = boosters(draw, 6, 256, 200)
    x = draw.integers(0, 256, (500, 6)).astype(np.uint8)
    distinct.probabilities(made, 0, x, NOTHING, np.zeros(500, np.int64))
    assert asked == [500]
