"""tabtwin.evaluation.distances.tiles: rows in an order, with boxes around them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.distances.tiles import BOXES, TILE, in_order, listed, tiled


def rows(count: int, columns: int, seed: int) -> np.ndarray:
    """Numbers and categories in turn."""
    draw = np.random.default_rng(seed)
    cells = [draw.random(count) if at % 2 else draw.integers(0, 4, count) for at in range(columns)]
    return np.array(cells, np.float32).reshape(columns, count).T.copy()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 1500), st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_each_row_is_in_one_tile_and_in_its_boxes(count, columns, seed):
    values = rows(count, columns, seed)
    weights = np.random.default_rng(seed).random(count).astype(np.float32)
    tiles = tiled(values, weights)
    assert sorted(tiles.rows) == list(range(count))
    assert sorted(tiles.columns) == list(range(columns))
    for place, row in enumerate(tiles.rows):
        tile, lane = divmod(place, TILE)
        block, box = divmod(tile, BOXES)
        cells = values[row, tiles.columns]
        assert (tiles.cells[tile, :, lane] == cells).all()
        assert (tiles.low[block, :, box] <= cells).all()
        assert (cells <= tiles.high[block, :, box]).all()
        assert (tiles.block_low[:, block] <= cells).all()
        assert (cells <= tiles.block_high[:, block]).all()
        assert tiles.block_least[block] <= tiles.least[block, box] <= weights[row] == tiles.scale[tile, lane]


def test_rows_of_a_category_lie_beside_each_other():
    values = np.random.default_rng(1).integers(0, 2, (1000, 3)).astype(np.float32)
    line = values[in_order(values)]
    assert (line[1:] != line[:-1]).any(axis=1).sum() < 8


def test_a_column_of_names_does_not_decide_the_order():
    draw = np.random.default_rng(2)
    values = np.stack([draw.permutation(2000), draw.random(2000)], axis=1).astype(np.float32)
    line = values[in_order(values), 1]
    assert np.abs(np.diff(line)).mean() < 0.05


@pytest.mark.parametrize(("values", "columns"), [(2000, [0]), (4, [])])
def test_rows_are_listed_where_values_are_rare(values, columns):
    draw = np.random.default_rng(3)
    reference = np.stack([draw.integers(0, values, 3000), draw.random(3000)], axis=1).astype(np.float32)
    found = listed(reference[:50], reference, np.arange(2))
    assert found.columns.tolist() == columns
    for entry, place in enumerate(columns):
        for row in range(50):
            with_it = found.rows[entry, found.first[row, entry] : found.end[row, entry]]
            assert sorted(with_it) == np.flatnonzero(reference[:, place] == reference[row, place]).tolist()
