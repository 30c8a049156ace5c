"""What counts by fold and code say of a code tree's nodes is what the rows themselves say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.generators.boost.node_counts import FOLDS, STARTS_SHIFT, NodeCounts, by_fold
from tabtwin.generators.boost.tree import CodeTree, plant

SIZE = 6
CELLS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, FOLDS - 1)), min_size=1, max_size=80)
MEMBERS = st.integers(1, FOLDS)


def table(cells: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray, CodeTree]:
    """Rows that have every code, and a tree over them with inner nodes and leaves of several codes."""
    codes, folds = np.array(cells + [(code, code % FOLDS) for code in range(SIZE)]).T
    return codes, folds, plant(np.bincount(codes, minlength=SIZE), 8, False)


@given(CELLS, st.integers(0, 80))
def test_counts_of_shards_of_rows_add_up(cells: list[tuple[int, int]], cut: int) -> None:
    codes, folds, _ = table(cells)
    whole = by_fold(codes, SIZE, folds)
    first, second = (by_fold(codes[of], SIZE, folds[of]) for of in (slice(cut), slice(cut, None)))

    assert (first + second == whole).all()
    assert whole.sum() == len(codes)


@given(CELLS, MEMBERS)
def test_a_members_first_logit_is_the_share_of_its_own_rows(
    cells: list[tuple[int, int]], members: int
) -> None:
    codes, folds, tree = table(cells)
    counts = NodeCounts(tree, by_fold(codes, SIZE, folds), members)
    for node in np.flatnonzero(tree.cut >= 0):
        inside = (codes >= tree.first[node]) & (codes < tree.end[node])
        for member, base in enumerate(counts.bases(node)):
            own = codes[inside & (folds != member)]
            right = (own > tree.cut[node]).sum() + STARTS_SHIFT
            assert base == np.float32(np.log(right / (len(own) + 2 * STARTS_SHIFT - right)))


@given(CELLS, MEMBERS)
def test_losses_are_the_sums_of_what_each_row_loses(cells: list[tuple[int, int]], members: int) -> None:
    codes, folds, tree = table(cells)
    counts = NodeCounts(tree, by_fold(codes, SIZE, folds), members)
    for node in range(len(tree.cut)):
        wanted = [0.0, 0.0]
        inside = (codes >= tree.first[node]) & (codes < tree.end[node])
        branch = codes - tree.first[node] if tree.cut[node] < 0 else (codes > tree.cut[node]).astype(int)
        branches = tree.end[node] - tree.first[node] if tree.cut[node] < 0 else 2
        for member in range(members):
            own = np.bincount(branch[inside & (folds != member)], minlength=branches) + STARTS_SHIFT
            for row in np.flatnonzero(inside):
                is_own = int(folds[row] != member)
                wanted[is_own] -= np.log(own[branch[row]] / own.sum()) if branches > 1 else 0.0
        np.testing.assert_allclose(counts.losses(node), wanted, rtol=1e-6)


@given(CELLS, MEMBERS)
def test_every_member_has_each_row_as_its_own_or_left_out(cells: list[tuple[int, int]], members: int) -> None:
    codes, folds, tree = table(cells)
    counts = NodeCounts(tree, by_fold(codes, SIZE, folds), members)

    assert counts.rows.sum() == members * len(codes)
    assert (replace(counts, counts=np.zeros_like(counts.counts)).rows == 1).all()
