"""Linkability: two parts of one row, known apart, that the twin brings together.

After Giomi et al. 2023: somebody holds one half of a row's columns, and in another place the other. For
each half they look for its nearest rows of the twin; where one and the same twin row is among the nearest of
both, they take the halves for one person's. Which columns go into which half is dealt anew for every 20th of
the guesses, since it decides much: of one copy of a table, four deals linked .48 and four others .78.

Guessing links two halves where two draws of k twin rows of N meet: 1 − C(N − k, k) / C(N, k).
"""

from __future__ import annotations

import numpy as np
from scipy.stats import hypergeom

from tabtwin.evaluation.distances.neighbours import Features, nearest

NEIGHBOURS = (1, 10)
"""How many nearest twin rows are looked at."""
DEALS = 20


def deals(columns: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Columns in two halves, ascending, for every part of the guesses."""
    orders = [rng.permutation(columns) for _ in range(DEALS)]
    return [(np.sort(order[: columns // 2]), np.sort(order[columns // 2 :])) for order in orders]


def links(
    asked: Features, twin: Features, dealt: list[tuple[np.ndarray, np.ndarray]], *, threads: int = 1
) -> dict[int, np.ndarray]:
    """Whether the halves of each row are linked, by how many neighbours: float64 (rows,), 0 or 1.

    Args:
        asked: The rows, which are dealt out among the deals.
        twin: What was published.
        dealt: Of :func:`deals`.
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
    """How often guessing links two halves, with ``near`` of ``rows`` twin rows each."""
    drawn = min(near, rows)
    return float(1 - hypergeom.pmf(0, rows, drawn, drawn))


def _part(rows: Features, columns: np.ndarray) -> Features:
    return Features(np.ascontiguousarray(rows.values[:, columns]))
