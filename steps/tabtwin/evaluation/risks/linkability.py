"""Link two separately known parts of one row by means of the twin.

After Giomi et al. 2023: someone has one half of a row's columns and, elsewhere, the other. For each half
they find the nearest rows of the twin; if the same twin row is among the nearest of both, they conclude that
the halves are one person's. The columns are divided again for every 20th of the guesses, since much depends
on it: for one copy of a table, four divisions linked .48 and four others .78.

Guessing links two halves if two draws of k twin rows of N overlap: 1 − C(N − k, k) / C(N, k).
"""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.distances.neighbours import Features, nearest

NEIGHBOURS = (1, 10)
"""How many nearest twin rows are compared."""
DEALS = 20


def deals(columns: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return columns in two halves, ascending, for every part of the guesses."""
    orders = [rng.permutation(columns) for _ in range(DEALS)]
    return [(np.sort(order[: columns // 2]), np.sort(order[columns // 2 :])) for order in orders]


def links(
    asked: Features, twin: Features, dealt: list[tuple[np.ndarray, np.ndarray]], *, threads: int = 1
) -> dict[int, np.ndarray]:
    """Return whether the halves of each row are linked, by how many neighbors: float64 (rows,), 0 or 1.

    Args:
        asked: The rows, which are distributed among the divisions.
        twin: What was published.
        dealt: The divisions of :func:`deals`.
        threads: Threads to compute with.
    """
    found = {near: np.zeros(len(asked)) for near in NEIGHBOURS}
    for deal, halves in enumerate(dealt):
        mine = np.arange(deal, len(asked), len(dealt))
        left, right = (
            nearest(_part(asked.take(mine), half), _part(twin, half), max(NEIGHBOURS), threads=threads)[1]
            for half in halves
        )
        for near, linked in found.items():
            alike = left[:, :near, None] == right[:, None, :near]
            linked[mine] = (alike & (left[:, :near, None] >= 0)).any(axis=(1, 2))
    return found


def by_chance(near: int, rows: int) -> float:
    """Return how often guessing links two halves, with ``near`` of ``rows`` twin rows each."""
    from scipy.stats import hypergeom  # loaded late: `tabtwin check` reads the measures, and computes none

    drawn = min(near, rows)
    return float(1 - hypergeom.pmf(0, rows, drawn, drawn))


def _part(rows: Features, columns: np.ndarray) -> Features:
    return Features(np.ascontiguousarray(rows.values[:, columns]))
