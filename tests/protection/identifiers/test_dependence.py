"""What depends on groups is told from what does not, and the same rows are looked at in every run."""

import numpy as np

from tabtwin.protection.identifiers.dependence import likeness, smoothness, whole_groups


def test_a_column_hangs_on_groups_where_it_is_nearly_constant_and_that_is_no_chance() -> None:
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 50, 500)
    own = rng.integers(0, 4, 50)[groups]
    wrong = np.where(rng.random(500) < 0.04, 0, own)
    cells = np.stack([own, wrong, rng.integers(0, 4, 500), np.zeros(500, int)], axis=1)
    assert likeness(groups, cells).depends.tolist() == [True, True, False, False]


def test_missing_cells_are_compared_with_none() -> None:
    groups = np.repeat(np.arange(40), 4)
    cells = np.where(np.arange(160) % 3 == 0, -1, groups % 5).reshape(-1, 1)
    found = likeness(groups, cells)
    assert found.share[0] == 0
    assert found.depends[0]


def test_few_pairs_tell_nothing() -> None:
    groups = np.array([*range(100), *range(10)])
    assert not likeness(groups, (groups % 7).reshape(-1, 1)).depends.any()


def test_groups_are_looked_at_whole_and_the_same_in_every_run() -> None:
    groups = np.repeat(np.arange(300), 10)
    groups[::7] = -1
    rows = whole_groups(groups, 500)
    assert 400 <= len(rows) <= 500
    assert (groups[rows] >= 0).all()
    kept = np.unique(groups[rows])
    assert np.isin(groups, kept).sum() == len(rows)
    assert np.array_equal(rows, whole_groups(groups, 500))


def test_what_follows_an_order_is_told_from_what_stands_in_it_by_chance() -> None:
    rng = np.random.default_rng(2)
    assert smoothness(np.arange(60) // 6, ordered=False) < 0.3
    assert smoothness(np.sqrt(np.arange(60)), ordered=True) < 0.3
    assert smoothness(rng.integers(0, 6, 60), ordered=False) > 0.7
    assert smoothness(rng.random(60), ordered=True) > 0.7
