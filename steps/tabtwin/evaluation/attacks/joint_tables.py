"""Tracing: does a row fit the twin's tables better than those of fresh rows?

A twin that matches training's joint tables carries, summed over thousands of them, a little of every row
that is in them, although no single table reveals it and no row is near. Homer et al., "Resolving individuals
contributing trace amounts of DNA to highly complex mixtures" (PLoS Genetics 4, 2008), found members of a
study by its published frequencies; Sankararaman et al., "Genomic privacy and limits of individual detection
in a pool" (Nature Genetics 41, 2009), gave the likelihood ratio; Dwork et al., "Robust traceability from
trace amounts" (FOCS 2015), showed that a reference sample is all the attacker needs. So, for a row x,

    score(x) = Σ over tables t of  log p_twin(cell of x in t) − log p_reference(cell of x in t)

with one, two or three columns in a table, and frequencies smoothed by ``PSEUDO`` rows in every cell.

The bins are the attacker's: fitted on the twin and the reference, never on the rows that are traced.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numba import njit

from tabtwin.evaluation.fidelity.accuracy import Tables, subsets
from tabtwin.evaluation.fidelity.bins import fit_bins
from tabtwin.evaluation.fidelity.contingency import cell_count, cells
from tabtwin.schema.schema import Schema

ORDERS = 3
PSEUDO = 0.5
CHUNKS = 8
"""Parts that the tables are divided into: fixed, so that the number of threads changes no sum's order."""


def trace(
    twin: pd.DataFrame,
    reference: pd.DataFrame,
    rows: list[pd.DataFrame],
    schema: Schema,
    *,
    seed: int,
    threads: int = 1,
) -> list[np.ndarray]:
    """Trace rows of several canonical tables: float64 (rows, 3) each, by the columns in a table.

    Args:
        twin: What was published.
        reference: Fresh rows that the attacker has.
        rows: The rows to trace.
        schema: Their schema.
        seed: Draws the triples if there are more than 10,000.
        threads: Threads to compute with; the scores do not depend on it.
    """
    bins = fit_bins([reference, twin], schema)
    published, known = bins.codes(twin), bins.codes(reference)
    tables = subsets(bins, seed)
    asked = np.concatenate([bins.codes(part) for part in rows], axis=1)
    scores = table_scores(published, known, asked, tables, threads=threads)
    return np.split(scores, np.cumsum([len(part) for part in rows])[:-1])


def table_scores(
    twin: np.ndarray, reference: np.ndarray, rows: np.ndarray, tables: Tables, *, threads: int = 1
) -> np.ndarray:
    """Return the score of each row by order: float64 (rows, 3), the mean over the order's tables.

    Args:
        twin: Codes (columns, twin rows).
        reference: Codes (columns, reference rows).
        rows: Codes (columns, rows) to trace.
        tables: Which columns are tabulated together.
        threads: Threads to compute with.
    """
    published, known, asked = (np.ascontiguousarray(part, np.int16) for part in (twin, reference, rows))
    counts = np.array([max(1, tables.of_order(order).sum()) for order in range(1, ORDERS + 1)])

    def score(members: np.ndarray) -> np.ndarray:
        return np.asarray(_scores(published, known, asked, members, tables.sizes, PSEUDO))

    chunks = [tables.members[chunk::CHUNKS] for chunk in range(CHUNKS)]
    total = np.zeros((ORDERS, rows.shape[1]))
    with ThreadPoolExecutor(max(1, threads)) as pool:
        for part in pool.map(score, chunks):
            total += part
    return np.ascontiguousarray((total / counts[:, None]).T)


@njit(cache=True, nogil=True)
def _scores(
    twin: np.ndarray,
    reference: np.ndarray,
    rows: np.ndarray,
    tables: np.ndarray,
    sizes: np.ndarray,
    pseudo: float,
) -> np.ndarray:  # pragma: no cover - compiled
    """Return sums of log ratios over the tables of each order, (orders, rows)."""
    scores = np.zeros((3, rows.shape[1]))
    for table in range(len(tables)):
        order, size = 0, cell_count(tables[table], sizes)
        for column in tables[table]:
            if column >= 0:
                order += 1
        ratios = np.log(_smoothed(twin, tables[table], sizes, size, pseudo))
        ratios -= np.log(_smoothed(reference, tables[table], sizes, size, pseudo))
        found = cells(rows, tables[table], sizes)
        for row in range(len(found)):
            scores[order - 1, row] += ratios[found[row]]
    return scores


@njit(cache=True, nogil=True)
def _smoothed(
    codes: np.ndarray, columns: np.ndarray, sizes: np.ndarray, size: int, pseudo: float
) -> np.ndarray:  # pragma: no cover - compiled
    counts = np.full(size, pseudo)
    for cell in cells(codes, columns, sizes):
        counts[cell] += 1.0
    counts /= codes.shape[1] + pseudo * size
    return counts
