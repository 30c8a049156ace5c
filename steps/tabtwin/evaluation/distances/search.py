"""Search tiles of rows for the nearest ones: exact, whatever is left out.

A row that asks first looks at the tile whose box is closest, and then only at boxes that are no further than
the furthest of its neighbors so far. What is summed up on the way, over columns in another order, is only a
bound, with room for rounding; the distance of a row that may be a neighbor is summed up again in the
columns' own order. So the result is that of comparing all rows, to the last bit, whatever the tiles are.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from tabtwin.evaluation.distances.equal_rows import found_in, insert
from tabtwin.evaluation.distances.tiles import BOXES, RARE, TILE, Postings, Tiles, in_order, listed, tiled
from tabtwin.lib.log import Progress

TOGETHER = 64
"""Asking rows that a thread takes at once."""
STRIDE = 8
"""Columns after which a tile may be given up."""
SHARES = (0.5, 0.75, 1.0)
"""Boxes up to these shares of the limit are looked into first, since what is found there lowers it."""
CHUNK = 4096
"""Asking rows between two reports."""


class Rows(NamedTuple):
    """Rows that answer.

    Attributes:
        values: float32 (rows, columns).
        labels: int32 (rows,); a row is no neighbor of one that asks with the same label.
        weights: What distances to each are multiplied by, float32 (rows,).
    """

    values: np.ndarray
    labels: np.ndarray
    weights: np.ndarray


class Ask(NamedTuple):
    """Rows that ask, all different.

    Attributes:
        values: float32 (queries, columns).
        labels: int32 (queries,).
        within: Sums over columns beyond which rows may be left out, float32 (queries,).
    """

    values: np.ndarray
    labels: np.ndarray
    within: np.ndarray


def nearest_kinds(
    ask: Ask, rows: Rows, sizes: np.ndarray, k: int, report: Progress | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ``k`` rows closest to each row that asks, nearest first, then lowest index.

    Args:
        ask: The rows that ask.
        rows: The rows that answer, all different.
        sizes: For how many each of these stands, (rows,): one that equals a row that asks is enough where it
            stands for ``k``.
        k: How many.
        report: Called as rows are done.

    Returns:
        Sums over columns, float32 (queries, k), infinite where there are fewer rows; and indices, int32
        (queries, k), −1 there.
    """
    distances = np.full((len(ask.values), k), np.inf, np.float32)
    indices = np.full((len(ask.values), k), -1, np.int32)
    if not len(ask.values) or not len(rows.values):
        return distances, indices
    waiting = np.arange(len(ask.values))
    if sizes.max() >= k:
        equal = found_in(ask.values, rows.values)
        settled = (equal >= 0) & (sizes[equal] >= k)
        distances[settled, 0], indices[settled, 0] = 0, equal[settled]
        waiting = np.flatnonzero(~settled)
    tiles = tiled(rows.values, rows.weights)
    postings = listed(ask.values, rows.values, tiles.columns)
    turns = waiting[in_order(ask.values[waiting])]
    for first in range(0, len(turns), CHUNK):
        _search(ask, rows, tiles, postings, turns[first : first + CHUNK], distances, indices)
        if report:
            report(len(ask.values) - max(len(turns) - first - CHUNK, 0), len(ask.values), "neighbours")
    return distances, indices


@numba.njit(parallel=True, cache=True)
def _search(
    ask: Ask,
    rows: Rows,
    tiles: Tiles,
    postings: Postings,
    turns: np.ndarray,
    distances: np.ndarray,
    indices: np.ndarray,
) -> None:
    """Fill in the neighbors of those whose turn it is; threads share nothing."""
    for part in numba.prange((len(turns) + TOGETHER - 1) // TOGETHER):
        before = indices[0, :0]
        for turn in range(part * TOGETHER, min(len(turns), (part + 1) * TOGETHER)):
            one = turns[turn]
            _seek(ask, one, before, rows, tiles, postings, distances[one], indices[one])
            before = indices[one]


@numba.njit(cache=True)
def _seek(
    ask: Ask,
    one: int,
    before: np.ndarray,
    rows: Rows,
    tiles: Tiles,
    postings: Postings,
    found: np.ndarray,
    at: np.ndarray,
) -> None:
    """Fill in the neighbors of one row; those of a row that is like it say how far to look."""
    own, label, columns = ask.values[one], ask.labels[one], len(tiles.columns)
    room = np.float32(1 + (columns + 4) * 2.0**-22)
    query, rare = own[tiles.columns], np.zeros(columns, np.bool_)
    for entry in range(len(postings.columns)):
        first, end = postings.first[one, entry], postings.end[one, entry]
        if end - first <= RARE:
            rare[postings.columns[entry]] = True
            for place in range(first, end):
                _offer(own, label, rows, postings.rows[entry, place], found, at)
    limit = min(ask.within[one], found[-1], _furthest(own, label, rows, before)) * room

    block_bounds = np.empty(len(tiles.block_least), np.float32)
    bounds, sums = np.empty(BOXES, np.float32), np.empty(TILE, np.float32)
    _bound(query, rare, tiles.block_low, tiles.block_high, tiles.block_least, block_bounds)
    block = int(np.argmin(block_bounds))
    _bound(query, rare, tiles.low[block], tiles.high[block], tiles.least[block], bounds)
    closest = min(block * BOXES + int(np.argmin(bounds)), len(tiles.cells) - 1)
    limit = _look(own, query, label, rows, tiles, closest, sums, limit, room, found, at)

    near, apart = np.empty(len(tiles.cells), np.int64), np.empty(len(tiles.cells), np.float32)
    count = 0
    for block in range(len(block_bounds)):
        if not block_bounds[block] <= limit:
            continue
        _bound(query, rare, tiles.low[block], tiles.high[block], tiles.least[block], bounds)
        for lane in range(min(BOXES, len(tiles.cells) - block * BOXES)):
            if bounds[lane] <= limit and block * BOXES + lane != closest:
                near[count], apart[count] = block * BOXES + lane, bounds[lane]
                count += 1
    for share in SHARES:
        upto, left = limit * np.float32(share), 0
        for place in range(count):
            tile = near[place]
            if apart[place] <= min(upto, limit):
                limit = _look(own, query, label, rows, tiles, tile, sums, limit, room, found, at)
            elif apart[place] <= limit:
                near[left], apart[left] = tile, apart[place]
                left += 1
        count = left


@numba.njit(cache=True)
def _bound(
    query: np.ndarray,
    rare: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    least: np.ndarray,
    bounds: np.ndarray,
) -> None:
    """Fill in the least distance to each box, of rows that were not offered by a rare value."""
    zero, one = np.float32(0), np.float32(1)
    bounds[:] = 0
    for column in range(len(query)):
        if rare[column]:
            bounds += one
            continue
        value = query[column]
        for box in range(len(bounds)):
            apart = max(max(low[column, box] - value, value - high[column, box]), zero)
            bounds[box] += apart if apart < one else one
    bounds *= least


@numba.njit(cache=True)
def _look(
    own: np.ndarray,
    query: np.ndarray,
    label: int,
    rows: Rows,
    tiles: Tiles,
    tile: int,
    sums: np.ndarray,
    limit: np.float32,
    room: np.float32,
    found: np.ndarray,
    at: np.ndarray,
) -> np.float32:
    """Offer the rows of a tile that may be neighbors; return the distance up to which others may be."""
    if not _sum_up(query, tiles.cells, tiles.scale, tile, sums, limit):
        return limit
    for lane in range(min(TILE, len(tiles.rows) - tile * TILE)):
        if sums[lane] * tiles.scale[tile, lane] <= limit:
            _offer(own, label, rows, tiles.rows[tile * TILE + lane], found, at)
            limit = min(limit, found[-1] * room)
    return limit


@numba.njit(cache=True)
def _sum_up(
    query: np.ndarray, cells: np.ndarray, scale: np.ndarray, tile: int, sums: np.ndarray, limit: np.float32
) -> bool:
    """Sum up distances to each row of a tile; false once none is within the limit."""
    one = np.float32(1)
    sums[:] = 0
    for start in range(0, len(query), STRIDE):
        for column in range(start, min(start + STRIDE, len(query))):
            value = query[column]
            for lane in range(TILE):
                apart = abs(value - cells[tile, column, lane])
                sums[lane] += apart if apart < one else one
        alive = 0
        for lane in range(TILE):
            alive += sums[lane] * scale[tile, lane] <= limit
        if not alive:
            return False
    return True


@numba.njit(cache=True)
def _distance(own: np.ndarray, row: np.ndarray) -> np.float32:
    """Return the sum over columns, in their order."""
    one, total = np.float32(1), np.float32(0)
    for column in range(len(own)):
        apart = abs(own[column] - row[column])
        total += apart if apart < one else one
    return total


@numba.njit(cache=True)
def _furthest(own: np.ndarray, label: int, rows: Rows, others: np.ndarray) -> np.float32:
    """Return the distance to the furthest of some rows; infinite if one of them is no neighbor, or none."""
    if not len(others):
        return np.float32(np.inf)
    furthest = np.float32(0)
    for row in others:
        if row < 0 or rows.labels[row] == label:
            return np.float32(np.inf)
        apart = _distance(own, rows.values[row]) * rows.weights[row]
        if not apart < np.inf:
            return np.float32(np.inf)
        furthest = max(furthest, apart)
    return furthest


@numba.njit(cache=True)
def _offer(own: np.ndarray, label: int, rows: Rows, row: int, found: np.ndarray, at: np.ndarray) -> None:
    """Put a row among the nearest so far, if it is one."""
    if rows.labels[row] != label:
        insert(found, at, _distance(own, rows.values[row]) * rows.weights[row], row)
