"""Measure how close two tables are, by mostlyai-qa's accuracy: 1 − the total variation of binned tables.

Univariate is the mean over columns, bivariate over all pairs, trivariate over all triples, or a seeded sample
of 10,000 if there are more; overall is the mean of the three (or of those that exist, in a table of one or
two columns). The public figure pools training and holdout as reference; this module does not decide that.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numba import njit

from tabtwin.evaluation.fidelity.bins import Bins, fit_bins
from tabtwin.evaluation.fidelity.contingency import cell_count, cells
from tabtwin.evaluation.intervals import GROUPS, Estimate, jackknife
from tabtwin.lib import seeds

__all__ = ["Accuracy", "Bins", "Tables", "accuracy", "expected", "fit_bins", "shuffled", "subsets"]

MAX_TRIPLES = 10_000
ORDERS = ("univariate", "bivariate", "trivariate")


@dataclass(frozen=True)
class Tables:
    """Which columns are tabulated together: int64 (tables, 3), −1 where a table has fewer columns."""

    members: np.ndarray
    sizes: np.ndarray

    def of_order(self, order: int) -> np.ndarray:
        """Return which of the tables join ``order`` columns: bool (tables,)."""
        return np.asarray((self.members >= 0).sum(axis=1) == order)


@dataclass(frozen=True)
class Accuracy:
    """Accuracy of one table against another.

    Attributes:
        overall: The mean of the orders.
        univariate: Mean over columns.
        bivariate: Mean over pairs; NaN where there is none.
        trivariate: Mean over triples; NaN where there is none.
        columns: Accuracy of each column, float64 (columns,).
        pairs: Accuracy of each pair, float64 (columns, columns), symmetric, with columns on the diagonal.
        without: ``overall`` without each jackknife group: float64 (GROUPS,), or empty.
    """

    overall: float
    univariate: float
    bivariate: float
    trivariate: float
    columns: np.ndarray
    pairs: np.ndarray
    without: np.ndarray

    def estimate(self) -> Estimate:
        """Return ``overall`` with its standard error; needs groups."""
        return jackknife(self.overall, self.without)


def subsets(bins: Bins, seed: int) -> Tables:
    """Return every column, every pair, and every triple, or 10,000 triples drawn by ``seed``."""
    count = len(bins.columns)
    singles = [(column, -1, -1) for column in range(count)]
    pairs = [(first, second, -1) for first, second in combinations(range(count), 2)]
    members = np.array([*singles, *pairs], dtype=np.int64).reshape(-1, 3)
    return Tables(np.concatenate([members, _triples(count, seed)]), bins.sizes)


def accuracy(
    synthetic: np.ndarray,
    reference: np.ndarray,
    tables: Tables,
    *,
    synthetic_groups: np.ndarray | None = None,
    reference_groups: np.ndarray | None = None,
    threads: int = 1,
) -> Accuracy:
    """Return the accuracy of ``synthetic`` codes (columns, rows) against ``reference`` codes (columns, rows).

    Args:
        synthetic: Codes of the table that is judged.
        reference: Codes of the table that it is compared with.
        tables: From :func:`subsets`.
        synthetic_groups: Jackknife groups (rows,), from :mod:`tabtwin.evaluation.intervals`; both or neither.
        reference_groups: The same for ``reference``.
        threads: Threads to compute with; the result does not depend on it.
    """
    count = 0
    left, right = np.zeros(synthetic.shape[1], np.int16), np.zeros(reference.shape[1], np.int16)
    if synthetic_groups is not None and reference_groups is not None:
        count, left, right = GROUPS, synthetic_groups, reference_groups
    judged, real = np.ascontiguousarray(synthetic), np.ascontiguousarray(reference)

    def score(members: np.ndarray) -> np.ndarray:
        return np.asarray(_agreement(judged, left, real, right, members, tables.sizes, count))

    scores = _each(tables, threads, score)
    by_order = np.stack([_mean(scores[tables.of_order(order)]) for order in (1, 2, 3)])
    overall = np.nanmean(by_order, axis=0)
    columns = scores[tables.of_order(1), 0]
    return Accuracy(
        overall=float(overall[0]),
        univariate=float(by_order[0, 0]),
        bivariate=float(by_order[1, 0]),
        trivariate=float(by_order[2, 0]),
        columns=columns,
        pairs=_matrix(tables, scores[:, 0], columns),
        without=overall[1:],
    )


def expected(reference: np.ndarray, rows: int, tables: Tables, *, threads: int = 1) -> dict[str, float]:
    """Return the expected score of ``rows`` fresh rows of the reference's source: overall and by order.

    With cell probabilities p, E[L1] = Σ sqrt(2/π · p (1 − p) (1/n_reference + 1/rows)), as in mostlyai-qa.
    """
    codes = np.ascontiguousarray(reference)
    scores = _each(tables, threads, lambda members: _expectation(codes, rows, members, tables.sizes))
    means = [float(_mean(scores[tables.of_order(order)])[0]) for order in (1, 2, 3)]
    return {"overall": float(np.nanmean(means)), **dict(zip(ORDERS, means, strict=True))}


def shuffled(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table with each column permuted on its own: right columns, no dependence at all."""
    columns = {name: table[name].to_numpy()[rng.permutation(len(table))] for name in table.columns}
    return pd.DataFrame(columns)


def _triples(count: int, seed: int) -> np.ndarray:
    total = count * (count - 1) * (count - 2) // 6
    if total <= MAX_TRIPLES:
        return np.array(list(combinations(range(count), 3)), dtype=np.int64).reshape(-1, 3)
    rng = seeds.generator(seed, "accuracy", "triples")
    drawn = np.sort(rng.integers(count, size=(8 * MAX_TRIPLES, 3)), axis=1)
    drawn = drawn[(drawn[:, 0] < drawn[:, 1]) & (drawn[:, 1] < drawn[:, 2])]
    _, first = np.unique(drawn, axis=0, return_index=True)
    return drawn[np.sort(first)[:MAX_TRIPLES]].astype(np.int64)


def _mean(scores: np.ndarray) -> np.ndarray:
    return scores.mean(axis=0) if len(scores) else np.full(scores.shape[1], np.nan)


def _matrix(tables: Tables, scores: np.ndarray, columns: np.ndarray) -> np.ndarray:
    matrix = np.diag(columns)
    of_pairs = tables.of_order(2)
    first, second, _ = tables.members[of_pairs].T
    matrix[first, second] = matrix[second, first] = scores[of_pairs]
    return matrix


def _each(tables: Tables, threads: int, score: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Score every table, in chunks that threads share; (tables, figures)."""
    chunks = np.array_split(tables.members, max(1, min(len(tables.members), 8 * threads)))
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(score, chunks)))


@njit(cache=True, nogil=True)
def _count(
    codes: np.ndarray, groups: np.ndarray, members: np.ndarray, sizes: np.ndarray, counts: np.ndarray
) -> None:  # pragma: no cover - compiled
    """Add each row to its group's table: counts (groups, cells)."""
    found = cells(codes, members, sizes)
    for row in range(len(found)):
        counts[groups[row], found[row]] += 1


@njit(cache=True, nogil=True)
def _agreement(
    left: np.ndarray,
    left_groups: np.ndarray,
    right: np.ndarray,
    right_groups: np.ndarray,
    members: np.ndarray,
    sizes: np.ndarray,
    groups: int,
) -> np.ndarray:  # pragma: no cover - compiled
    """Return 1 − TVD of each table: of all rows, then without each group; (tables, 1 + groups)."""
    scores = np.empty((len(members), 1 + groups))
    for table in range(len(members)):
        size = cell_count(members[table], sizes)
        a = np.zeros((max(1, groups), size), np.int32)
        b = np.zeros((max(1, groups), size), np.int32)
        _count(left, left_groups, members[table], sizes, a)
        _count(right, right_groups, members[table], sizes, b)
        all_a, all_b = a.sum(axis=0), b.sum(axis=0)
        for figure in range(1 + groups):
            rows_a, rows_b = all_a.sum(), all_b.sum()
            if figure > 0:
                rows_a -= a[figure - 1].sum()
                rows_b -= b[figure - 1].sum()
            if rows_a == 0 or rows_b == 0:
                scores[table, figure] = np.nan
                continue
            distance = 0.0
            for cell in range(size):
                in_a, in_b = all_a[cell], all_b[cell]
                if figure > 0:
                    in_a -= a[figure - 1, cell]
                    in_b -= b[figure - 1, cell]
                distance += abs(in_a / rows_a - in_b / rows_b)
            scores[table, figure] = 1.0 - distance / 2.0
    return scores


@njit(cache=True, nogil=True)
def _expectation(
    codes: np.ndarray, rows: int, members: np.ndarray, sizes: np.ndarray
) -> np.ndarray:  # pragma: no cover - compiled
    scores = np.empty((len(members), 1))
    groups = np.zeros(codes.shape[1], np.int16)
    for table in range(len(members)):
        counts = np.zeros((1, cell_count(members[table], sizes)), np.int32)
        _count(codes, groups, members[table], sizes, counts)
        distance = 0.0
        for count in counts[0]:
            p = count / codes.shape[1]
            distance += np.sqrt(2.0 / np.pi * p * (1.0 - p) * (1.0 / codes.shape[1] + 1.0 / rows))
        scores[table, 0] = 1.0 - distance / 2.0
    return scores
