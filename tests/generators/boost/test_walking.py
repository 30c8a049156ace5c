"""tabtwin.generators.boost.walking: rows that walk together arrive where each would alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.generators.boost.walking import BLOCK, add_values, walk


def tree(draw: np.random.Generator, leaves: int, columns: int) -> tuple[np.ndarray, ...]:
    """A tree whose leaves are split at random: feature, threshold, child, value."""
    nodes = 2 * leaves - 1
    feature, child = np.full(nodes, -1, np.int16), np.zeros(nodes, np.int16)
    open_leaves = [0]
    for made in range(1, nodes, 2):
        parent = open_leaves.pop(draw.integers(len(open_leaves)))
        feature[parent], child[parent] = draw.integers(columns), made
        open_leaves += [made, made + 1]
    return (
        feature,
        draw.integers(0, 256, nodes).astype(np.uint8),
        child,
        draw.normal(size=nodes).astype(np.float32),
    )


def leaf(row: np.ndarray, feature: np.ndarray, threshold: np.ndarray, child: np.ndarray) -> int:
    node = 0
    while feature[node] >= 0:
        node = child[node] + (row[feature[node]] > threshold[node])
    return int(node)


@settings(max_examples=50)
@given(st.integers(0, 300), st.integers(1, 16), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_each_row_arrives_at_its_own_leaf(rows, leaves, columns, seed):
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 256, (columns, rows)).astype(np.uint8)
    feature, threshold, child, _ = tree(draw, leaves, columns)
    start, end = sorted(draw.integers(0, rows + 1, 2).tolist())
    found = np.empty(BLOCK, np.uint8)
    walk(x, start, end, feature, threshold, child, found)
    assert found[: end - start].tolist() == [leaf(row, feature, threshold, child) for row in x.T[start:end]]


def test_values_are_added_to_rows_of_all_blocks_that_are_not_done():
    draw = np.random.default_rng(1)
    x = draw.integers(0, 256, (3, 2 * BLOCK + 5)).astype(np.uint8)
    feature, threshold, child, value = tree(draw, 4, 3)
    score, done = draw.normal(size=x.shape[1]).astype(np.float32), draw.random(x.shape[1]) < 0.3
    steps = value[[leaf(row, feature, threshold, child) for row in x.T]]
    expected = np.where(done, score, score + steps)
    add_values(x, feature, threshold, child, value, score, done)
    assert score.tobytes() == expected.tobytes()
