"""Lay out the joint tables that rows are chosen by: the place of their cells in one array, and weights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numba import njit

from tabtwin.evaluation.fidelity.contingency import cells
from tabtwin.lib import seeds
from tabtwin.selection.coding import Coder

ORDERS = 3
MAX_TRIPLES = 5_000
TARGETS_SHARE = 0.5
"""The largest share of sampled triples that hold the target."""
WEIGHT = 1 << 20
"""The weight of all tables of one order; with ``FIXED`` it keeps a row's sum within 31 bits."""
FIXED = 1 << 8
"""Counts are kept in steps of 1 / FIXED rows, so that sums are exact for any number of threads."""


@dataclass(frozen=True)
class Layout:
    """The tables, cell by cell.

    Attributes:
        members: Columns joined by each table: int64 (tables, 3), −1 where it has fewer.
        sizes: Codes of each column: int64 (columns,).
        strides: int64 (tables, 3): a row's cell is the table's offset and the sum of its codes, each times
            its stride (0 where there is no column).
        offsets: Where the cells of each table begin, and the end of all: int64 (tables + 1,).
        weights: Of each table: int32 (tables,); all tables of one order together weigh ``WEIGHT``.
    """

    members: np.ndarray
    sizes: np.ndarray
    strides: np.ndarray
    offsets: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, members: np.ndarray, sizes: np.ndarray) -> Layout:
        """Lay tables out one after another."""
        spans = np.where(members >= 0, sizes[members], 1)
        lengths = spans.prod(axis=1)
        strides = np.where(members >= 0, lengths[:, None] // np.cumprod(spans, axis=1), 0)
        orders = (members >= 0).sum(axis=1)
        weights = np.maximum(1, WEIGHT // np.maximum(1, np.bincount(orders, minlength=ORDERS + 1)))[orders]
        return cls(members, sizes, strides, np.append(0, np.cumsum(lengths)), weights.astype(np.int32))

    @property
    def orders(self) -> np.ndarray:
        """Return how many columns each table joins: int64 (tables,)."""
        return np.asarray((self.members >= 0).sum(axis=1))

    def counts(self, codes: np.ndarray, weights: np.ndarray | None = None, threads: int = 1) -> np.ndarray:
        """Return the rows in each cell of every table: float64 (cells,).

        Args:
            codes: uint8 (columns, rows).
            weights: float64 (rows,), the weight of each row; 1 by default.
            threads: Threads to compute with; the result does not depend on it.
        """
        counted = np.zeros(self.offsets[-1])
        each = np.ones(codes.shape[1]) if weights is None else weights
        edges = np.linspace(0, len(self.members), 8 * threads + 1).astype(int)

        def count(first: int, last: int) -> None:
            _count(codes, each, self.members, self.sizes, self.offsets, first, last, counted)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(count, edges[:-1], edges[1:]))
        return counted

    def distances(self, codes: np.ndarray, target: np.ndarray, threads: int = 1) -> np.ndarray:
        """Return the total variation of each table of some rows from the target's: float64 (tables,).

        Args:
            codes: uint8 (columns, rows).
            target: float64 (cells,): each table's cells sum to the rows.
            threads: Threads to compute with.
        """
        lacking = (target - self.counts(codes, threads=threads)) * FIXED
        return self.tvd(np.rint(lacking).astype(np.int64), codes.shape[1])

    def tvd(self, residual: np.ndarray, rows: int) -> np.ndarray:
        """Return each table's total variation from its target: float64 (tables,).

        Args:
            residual: int64 (cells,), the rows missing in each cell, in ``FIXED`` steps of a row.
            rows: The number of rows of the target.
        """
        return np.add.reduceat(np.abs(residual), self.offsets[:-1]) / (2.0 * FIXED * max(1, rows))


def plan(coder: Coder, target: int | None, seed: int) -> Layout:
    """Lay out all one- and two-way tables, and every three-way table or a sample of ``MAX_TRIPLES``.

    The pattern of missing cells has a table of its own and one with the target. The sample is independent of
    the one that ``audit`` measures, which would otherwise judge the very tables that were fitted.

    Args:
        coder: The codes of the columns.
        target: The code row of the column to predict, if there is one that is binned.
        seed: The run's.
    """
    count = len(coder.bins.columns)
    tables = [(column, -1, -1) for column in range(len(coder.sizes))]
    tables += [(first, second, -1) for first, second in combinations(range(count), 2)]
    if len(coder.patterns) and target is not None:
        tables.append((target, count, -1))
    members = np.array(tables, np.int64).reshape(-1, ORDERS)
    return Layout.of(np.concatenate([members, _triples(count, target, seed)]), coder.sizes)


def _triples(count: int, target: int | None, seed: int) -> np.ndarray:
    if count * (count - 1) * (count - 2) // 6 <= MAX_TRIPLES:
        return np.array(list(combinations(range(count), ORDERS)), np.int64).reshape(-1, ORDERS)
    rng = seeds.generator(seed, "refine", "triples")
    triples = _drawn(rng, count)
    if target is not None:
        others = [column for column in range(count) if column != target]
        pairs = np.array(list(combinations(others, 2)), np.int64)
        pairs = pairs[rng.permutation(len(pairs))[: int(TARGETS_SHARE * MAX_TRIPLES)]]
        with_target = np.sort(np.column_stack([pairs, np.full(len(pairs), target)]), axis=1)
        without = triples[(triples != target).all(axis=1)]
        triples = np.concatenate([with_target, without])
    return triples[:MAX_TRIPLES].astype(np.int64)


def _drawn(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return at least ``MAX_TRIPLES`` different triples, if there are so many, in random order."""
    drawn = np.sort(rng.integers(count, size=(16 * MAX_TRIPLES, ORDERS)), axis=1)
    drawn = drawn[(drawn[:, 0] < drawn[:, 1]) & (drawn[:, 1] < drawn[:, 2])]
    _, first = np.unique(drawn, axis=0, return_index=True)
    return np.asarray(drawn[np.sort(first)])


@njit(cache=True, nogil=True)
def _count(
    codes: np.ndarray,
    weights: np.ndarray,
    members: np.ndarray,
    sizes: np.ndarray,
    offsets: np.ndarray,
    first: int,
    last: int,
    counted: np.ndarray,
) -> None:  # pragma: no cover - compiled
    for table in range(first, last):
        found, base = cells(codes, members[table], sizes), offsets[table]
        for row in range(len(found)):
            counted[base + found[row]] += weights[row]
