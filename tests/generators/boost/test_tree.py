from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.generators.boost.tree import LEAF, plant

COUNTS = st.lists(st.integers(1, 100), min_size=1, max_size=60).map(np.array)


@given(COUNTS)
def test_a_tree_without_a_limit_leads_every_code_to_a_leaf_of_its_own(counts: np.ndarray) -> None:
    tree = plant(counts, 0, missing=False)
    leaves = tree.cut == LEAF
    assert sorted(tree.first[leaves]) == list(range(len(counts)))
    assert (tree.end - tree.first)[leaves].tolist() == [1] * len(counts)


@given(COUNTS, st.integers(1, 300))
def test_children_share_their_parents_codes_at_its_cut(counts: np.ndarray, fewest: int) -> None:
    tree = plant(counts, fewest, missing=False)
    for node in np.flatnonzero(tree.cut != LEAF):
        left = tree.left[node]
        assert (tree.first[left], tree.end[left]) == (tree.first[node], tree.cut[node] + 1)
        assert (tree.first[left + 1], tree.end[left + 1]) == (tree.cut[node] + 1, tree.end[node])
        assert tree.rows[node] >= fewest


def test_the_cut_is_where_the_halves_are_most_alike() -> None:
    assert plant(np.array([5, 1, 1, 8]), 0, missing=False).cut[0] == 2


def test_missing_is_cut_off_first() -> None:
    tree = plant(np.array([50, 50, 3]), 0, missing=True)
    assert tree.cut[0] == 1
    assert tree.share[0] == 3 / 103


def test_a_range_of_too_few_rows_is_a_leaf() -> None:
    tree = plant(np.array([4, 4, 100]), 10, missing=False)
    assert (tree.first[tree.cut == LEAF].tolist(), tree.end[tree.cut == LEAF].tolist()) == ([0, 2], [2, 3])
