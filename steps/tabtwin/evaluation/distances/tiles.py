"""Put rows in an order in which neighbors are close, and in tiles with bounds.

Rows are split in two again and again, each time at a value of the column that makes both parts most alike
within themselves (a k-d tree: Bentley, "Multidimensional binary search trees", 1975). In that order, ``TILE``
rows are a tile and ``BOXES`` tiles a block. Each has a box, the least and the greatest value of every column,
from which the distance of a row to all within is bounded.

A category of a thousand values is no help in a box. But few rows have the same value as the one that asks:
they are listed (``Postings``), and all others are a whole 1 apart in that column.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

TILE, BOXES = 128, 32
"""Rows of a tile, and tiles of a block."""
LEAF = 32
"""Rows that are not split further."""
SAMPLE = 32
"""Rows by which a split is chosen."""
PAIRS = 2_000
"""Pairs of rows by which columns are put in order."""
RARE = 32
"""Rows with a value up to which they are listed rather than bounded."""
WORTH = 0.02
"""The share of asking rows with a rare value from which a column's rows are listed."""


class Tiles(NamedTuple):
    """Rows in tiles, lane by lane; missing lanes are infinite, missing tiles have an empty box.

    Attributes:
        rows: The row at each place, int64 (rows,).
        columns: The columns' order here: those that tell rows apart come first, int64 (columns,).
        cells: float32 (tiles, columns, TILE).
        scale: What a distance to each place is multiplied by, float32 (tiles, TILE).
        low, high: Each tile's box, float32 (blocks, columns, BOXES).
        least: The least ``scale`` of each tile, float32 (blocks, BOXES).
        block_low, block_high: Each block's box, float32 (columns, blocks).
        block_least: The least ``scale`` of each block, float32 (blocks,).
    """

    rows: np.ndarray
    columns: np.ndarray
    cells: np.ndarray
    scale: np.ndarray
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    block_low: np.ndarray
    block_high: np.ndarray
    block_least: np.ndarray


class Postings(NamedTuple):
    """Rows listed by value, for columns in which any two values are 0 or at least 1 apart.

    Attributes:
        columns: The places of these columns in ``Tiles.columns``, int64 (listed,).
        rows: Rows in the order of each column's values, int64 (listed, rows).
        first, end: Where the rows with an asking row's value are, int64 (queries, listed).
    """

    columns: np.ndarray
    rows: np.ndarray
    first: np.ndarray
    end: np.ndarray


def tiled(values: np.ndarray, weights: np.ndarray) -> Tiles:
    """Return rows in tiles; ``values`` is float32 (rows, columns), ``weights`` float32 (rows,)."""
    columns = telling(values)
    rows = in_order(values)
    sorted_values = np.ascontiguousarray(values[rows][:, columns])
    tiles = -(-len(rows) // TILE)
    blocks = -(-tiles // BOXES)
    starts = np.arange(tiles) * TILE
    low = np.full((blocks * BOXES, len(columns)), np.inf, np.float32)
    high, least = -low, np.full(blocks * BOXES, np.inf, np.float32)
    low[:tiles] = np.minimum.reduceat(sorted_values, starts)
    high[:tiles] = np.maximum.reduceat(sorted_values, starts)
    least[:tiles] = np.minimum.reduceat(weights[rows], starts)

    def lanes(of: np.ndarray, number: int, width: int, fill: float) -> np.ndarray:
        padded = np.full((number * width, *of.shape[1:]), fill, np.float32)
        padded[: len(of)] = of
        return np.ascontiguousarray(np.moveaxis(padded.reshape(number, width, *of.shape[1:]), 1, -1))

    return Tiles(
        rows=rows,
        columns=columns,
        cells=lanes(sorted_values, tiles, TILE, np.inf),
        scale=lanes(weights[rows], tiles, TILE, 1),
        low=lanes(low, blocks, BOXES, 0),
        high=lanes(high, blocks, BOXES, 0),
        least=lanes(least, blocks, BOXES, 0),
        block_low=np.ascontiguousarray(low.reshape(blocks, BOXES, -1).min(axis=1).T),
        block_high=np.ascontiguousarray(high.reshape(blocks, BOXES, -1).max(axis=1).T),
        block_least=least.reshape(blocks, BOXES).min(axis=1),
    )


def listed(queries: np.ndarray, reference: np.ndarray, columns: np.ndarray) -> Postings:
    """Return the rows of ``reference`` by value, where many of ``queries`` have a rare one."""
    chosen, rows, first, end = [], [], [], []
    for place, column in enumerate(columns):
        asked, cells = queries[:, column], reference[:, column]
        if _whole(asked) and _whole(cells) and _often_rare(asked, np.sort(cells)):
            order = np.argsort(cells, kind="stable")
            chosen.append(place)
            rows.append(order)
            first.append(np.searchsorted(cells[order], asked, "left"))
            end.append(np.searchsorted(cells[order], asked, "right"))
    return Postings(
        np.array(chosen, np.int64),
        np.array(rows, np.int64).reshape(len(chosen), len(reference)),
        np.ascontiguousarray(np.array(first, np.int64).reshape(len(chosen), len(queries)).T),
        np.ascontiguousarray(np.array(end, np.int64).reshape(len(chosen), len(queries)).T),
    )


def _often_rare(asked: np.ndarray, line: np.ndarray) -> bool:
    """Return whether many of ``asked`` are rare among sorted values."""
    values, often = np.unique(asked, return_counts=True)
    rows = np.searchsorted(line, values, "right") - np.searchsorted(line, values, "left")
    return bool(often[rows <= RARE].sum() >= WORTH * len(asked))


def _whole(cells: np.ndarray) -> bool:
    return bool((cells == np.rint(cells)).all())


def telling(values: np.ndarray) -> np.ndarray:
    """Return columns, those first in which rows differ most, int64 (columns,)."""
    draw = np.random.default_rng(0).integers(0, max(len(values), 1), (2, PAIRS if len(values) else 0))
    apart = np.minimum(np.abs(values[draw[0]] - values[draw[1]]), 1).sum(axis=0)
    return np.argsort(-apart, kind="stable")


@numba.njit(cache=True)
def in_order(values: np.ndarray) -> np.ndarray:
    """Return rows in an order in which neighbors are alike, int64 (rows,)."""
    rows, columns = values.shape
    order, right = np.arange(rows), np.empty(rows, np.int64)
    line, cells = np.empty(SAMPLE, np.float32), np.empty((columns, SAMPLE), np.float32)
    waiting = [(0, rows)]
    while waiting:
        first, end = waiting.pop()
        if end - first <= LEAF:
            continue
        for place in range(SAMPLE):
            row = order[first + (end - first) * place // SAMPLE]
            for column in range(columns):
                cells[column, place] = values[row, column]
        best, chosen, threshold = np.float32(0), -1, np.float32(0)
        for column in range(columns):
            line[:] = np.sort(cells[column])
            cut = _middle(line)
            gain = _gain(line, cut)
            if gain > best:
                best, chosen, threshold = gain, column, line[cut - 1]
        if chosen < 0:
            continue
        middle, moved = first, 0
        for place in range(first, end):
            row = order[place]
            if values[row, chosen] <= threshold:
                order[middle] = row
                middle += 1
            else:
                right[moved] = row
                moved += 1
        order[middle:end] = right[:moved]
        waiting.append((first, middle))
        waiting.append((middle, end))
    return order


@numba.njit(cache=True)
def _middle(line: np.ndarray) -> int:
    """Return the place nearest the middle where sorted values change; 0 if they do not."""
    half = len(line) // 2
    for away in range(half):
        for cut in (half - away, half + away):
            if line[cut - 1] < line[cut]:
                return cut
    return 0


@numba.njit(cache=True)
def _gain(line: np.ndarray, cut: int) -> np.float32:
    """Return how much further apart values of different sides are than values of one side."""
    one, count = np.float32(1), len(line)
    if not cut:
        return np.float32(0)
    across, within = np.float32(0), np.float32(0)
    for place in range(count):
        is_left = place < cut
        first, size = (0, cut) if is_left else (cut, count - cut)
        same = first + (place - first + size // 2) % size
        other = cut + place % (count - cut) if is_left else place % cut
        within += min(abs(line[place] - line[same]), one)
        across += min(abs(line[place] - line[other]), one)
    return (across - within) * np.float32(cut * (count - cut))
