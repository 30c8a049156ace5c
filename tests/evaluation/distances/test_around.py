"""tabtwin.evaluation.distances.around: which training rows are asked about, each of them once."""

from __future__ import annotations

import numpy as np
import pytest

from tabtwin.evaluation.distances import around
from tabtwin.evaluation.distances.around import MOST_ASKED, Around, asked
from tabtwin.evaluation.distances.neighbours import Features, nearest


def test_all_rows_are_asked_about_up_to_a_number():
    assert asked(MOST_ASKED, np.random.default_rng(1)).tolist() == list(range(MOST_ASKED))


def test_of_more_rows_as_many_are_drawn_by_the_seed():
    first, again, other = (asked(3 * MOST_ASKED, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert len(np.unique(first)) == MOST_ASKED
    assert first.max() < 3 * MOST_ASKED
    assert (first == again).all()
    assert (first != other).any()


@pytest.fixture
def searched(monkeypatch) -> list[int]:
    """How many rows each search was for."""
    counts: list[int] = []
    monkeypatch.setattr(
        around,
        "nearest",
        lambda rows, *others, **how: counts.append(len(rows)) or nearest(rows, *others, **how),
    )
    return counts


def test_each_row_is_looked_for_once(searched):
    found = Around(Features(np.random.default_rng(1).random((50, 3), np.float32)), np.arange(50), 1)
    found.look(np.array([3, 3, 4]))
    found.look(np.array([4, 5]))
    assert searched == [2, 1]
    assert np.flatnonzero(found.indices[:, 0] >= 0).tolist() == [3, 4, 5]
