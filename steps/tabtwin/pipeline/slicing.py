"""Cut a twin into slices, and the rows that each is chosen from into shards.

A slice is a task of ``screen`` and one of ``refine``, a shard one of ``sample``. Where one model draws
balanced blocks, a slice is some of them with a reserve of its own, so that a twin of any size is made of
tasks of one size; where rows are selected from a pool, the twin is one slice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TypedDict

SHARD_ROWS = 50_000
RESERVE_SHARE = 0.2
LEAST_RESERVE = 2_500
"""Rows of the reserve, or as many as the slice has: screening drops a larger share of a small pool."""


class PlannedShard(TypedDict):
    """A task of ``sample``, in the words of the pipeline: every value is text."""

    name: str
    model: str
    first: str
    count: str
    reserve: str


class PlannedSlice(TypedDict):
    """A slice, in the same words; :class:`tabtwin.store.twins.Slice` is what steps read of it."""

    name: str
    rows: str
    shards: list[PlannedShard]


def in_one(
    rows: Mapping[str, int], blocks: Mapping[str, int], begun: Mapping[str, int], wanted: int
) -> list[PlannedSlice]:
    """Return the only slice of a twin that is selected from several models' rows.

    Args:
        rows: The number of rows of each model.
        blocks: The rows per block of each model.
        begun: The first row of each model that was not drawn before; at the beginning of a block.
        wanted: Rows of the twin.
    """
    shards = [
        shard
        for model, count in rows.items()
        for shard in _shards(model, model, begun[model], count, blocks[model])
    ]
    return [_slice("", wanted, shards)]


def in_slices(model: str, rows: int, block: int, begun: int, most: int) -> list[PlannedSlice]:
    """Return the slices of a twin that one model's balanced blocks make, each with a reserve.

    >>> [one["rows"] for one in in_slices("boost-1", 1_250_000, 100_000, 0, 500_000)]
    ['400000', '400000', '450000']

    Args:
        model: The model.
        rows: Rows of the twin.
        block: The rows per block of the model: none is cut, so that every slice is balanced.
        begun: The first row that was not drawn before; at the beginning of a block.
        most: About the most rows of a slice, which ends where a block does.
    """
    whole = max(1, rows // block)
    count = min(whole, -(-rows // most))
    ends = [whole * number // count * block for number in range(count)] + [rows]
    slices = []
    for number, (first, end) in enumerate(pairwise(ends), start=1):
        name = str(number) if count > 1 else ""
        called = f"{model}-{name}" if name else model
        shards = _shards(called, model, begun + first, end - first, block)
        # Drawn together, since a part of a block is not balanced.
        reserve = _shard(f"{called}-reserve", model, begun + end, reserve_rows(end - first), reserve=True)
        slices.append(_slice(name, end - first, [*shards, reserve]))
    return slices


def reserve_rows(wanted: int) -> int:
    """Return how many rows are drawn to replace those that screening drops."""
    return max(math.ceil(RESERVE_SHARE * wanted), min(wanted, LEAST_RESERVE))


def _shards(called: str, model: str, first: int, count: int, block: int) -> list[PlannedShard]:
    """Return a model's rows in shards of about 50,000 that end where blocks do: any part of a block costs as
    much to draw as the whole.
    """
    size = max(1, round(SHARD_ROWS / block)) * block
    return [
        _shard(f"{called}-{number}", model, first + at, min(size, count - at))
        for number, at in enumerate(range(0, count, size))
    ]


def _slice(name: str, rows: int, shards: list[PlannedShard]) -> PlannedSlice:
    return {"name": name, "rows": str(rows), "shards": shards}


def _shard(name: str, model: str, first: int, count: int, *, reserve: bool = False) -> PlannedShard:
    return {
        "name": name,
        "model": model,
        "first": str(first),
        "count": str(count),
        "reserve": str(reserve).lower(),
    }
