"""Draw some rows of tables that are read one at a time, since all of them may not fit into memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_000_000
"""The most rows of the twin, and of the pool, that are judged; of more, as many are drawn."""
_SLACK = 1.5
"""How many times as many rows as are drawn may be held before those with the greatest marks go."""


@dataclass(frozen=True)
class DrawnRows:
    """Rows that were drawn.

    Attributes:
        table: The rows, in their order; all rows if there are no more than were asked for.
        counts: How many rows each table had.
    """

    table: pd.DataFrame
    counts: tuple[int, ...]


def draw_rows(tables: Iterable[pd.DataFrame], most: int, rng: np.random.Generator) -> DrawnRows:
    """Draw rows without replacement, all equally likely, holding about as many and one table at a time.

    Each row gets a random mark; the rows with the smallest marks are drawn.

    Args:
        tables: Tables of the same columns, at least one.
        most: The most rows.
        rng: The source of randomness.
    """
    import pandas as pd  # loaded late: a driver reads no rows

    held: list[pd.DataFrame] = []
    marks: list[np.ndarray] = []
    counts = []
    below = np.uint64(2**64 - 1)
    for table in tables:
        counts.append(len(table))
        own = rng.integers(2**64 - 1, size=len(table), dtype="uint64")
        stay = own < below
        held.append(table if stay.all() else table[stay])
        marks.append(own[stay])
        if sum(map(len, marks)) > _SLACK * most:
            held, marks = _smallest(held, marks, most)
            below = max(mark.max() for mark in marks if len(mark))
    if sum(map(len, marks)) > most:
        held, _ = _smallest(held, marks, most)
    return DrawnRows(pd.concat(held, ignore_index=True), tuple(counts))


def _smallest(
    held: list[pd.DataFrame], marks: list[np.ndarray], most: int
) -> tuple[list[pd.DataFrame], list[np.ndarray]]:
    """Return the rows with the ``most`` smallest marks, and those marks; of equal marks, the first."""
    together = np.concatenate(marks)
    kept = np.zeros(len(together), bool)
    kept[np.argsort(together, kind="stable")[:most]] = True
    each = np.split(kept, np.cumsum([len(mark) for mark in marks])[:-1])
    return (
        [table[some] for table, some in zip(held, each, strict=True)],
        [mark[some] for mark, some in zip(marks, each, strict=True)],
    )
