"""Define predicates that single someone out: bounds on cells in a few columns.

Only equal cells meet a category or a missing cell; numbers on one side meet a number. The people who meet a
predicate are counted by subject, so that several rows of one person count once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from tabtwin.evaluation.risks.cells import MISSING

HIGHEST = np.finfo(np.float64).max
"""Above every number and below a missing cell."""
CHUNKS = 8
FEW = 1_000_000
"""Comparisons that take less time than it takes to start threads for them."""


@dataclass(frozen=True)
class Population:
    """People in whom predicates are counted.

    Attributes:
        cells: float64 (columns, rows), rows of one subject next to one another.
        subjects: The subject of each row, int64 (rows,), from 0.
    """

    cells: np.ndarray
    subjects: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray, subjects: np.ndarray) -> Population:
        """Return rows in any order."""
        order = np.argsort(subjects, kind="stable")
        return cls(np.ascontiguousarray(cells[:, order]), np.unique(subjects[order], return_inverse=True)[1])

    @property
    def size(self) -> int:
        """Return how many subjects there are."""
        return int(self.subjects[-1]) + 1


@dataclass(frozen=True)
class Boxes:
    """Predicates: columns, int64 (predicates, width), and the bounds of each, float64, both inclusive."""

    columns: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def __len__(self) -> int:
        return len(self.columns)

    def take(self, chosen: np.ndarray | slice) -> Boxes:
        """Return some of the predicates, by index, mask or slice."""
        return Boxes(self.columns[chosen], self.low[chosen], self.high[chosen])

    @staticmethod
    def join(parts: list[Boxes]) -> Boxes:
        """Return predicates of one width, one after another."""
        return Boxes(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))


_FIELDS = ("columns", "low", "high")


def equal_to(columns: np.ndarray, values: np.ndarray) -> Boxes:
    """Return predicates met by cells that equal ``values`` (predicates, width)."""
    return Boxes(columns, values, values)


def around(columns: np.ndarray, values: np.ndarray, ordered: np.ndarray, upwards: np.ndarray) -> Boxes:
    """Return predicates met by cells that equal ``values``; in ordered columns, by those above or below.

    Args:
        columns: int64 (predicates, width).
        values: float64 (predicates, width).
        ordered: Whether each column of the table holds numbers, bool (columns,).
        upwards: Whether a number's side is the upper one, bool (predicates, width).
    """
    is_open = ordered[columns] & (values != MISSING)
    return Boxes(
        columns,
        np.where(is_open & ~upwards, -MISSING, values),
        np.where(is_open & upwards, HIGHEST, values),
    )


def met_by(boxes: Boxes, people: Population, *, most: int, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many subjects meet each predicate, counted up to ``most``, and the last of them, or -1.

    Both int64 (predicates,).
    """

    def count(part: Boxes) -> np.ndarray:
        return np.asarray(_count(part.columns, part.low, part.high, people.cells, people.subjects, most))

    if len(boxes) * len(people.subjects) < FEW:
        found = count(boxes)
    else:
        size = max(1, -(-len(boxes) // CHUNKS))
        parts = [boxes.take(slice(first, first + size)) for first in range(0, len(boxes), size)]
        with ThreadPoolExecutor(max(1, threads)) as pool:
            found = np.concatenate([np.empty((2, 0), np.int64), *pool.map(count, parts)], axis=1)
    return found[0], found[1]


@njit(cache=True, nogil=True)
def _count(
    columns: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    cells: np.ndarray,
    subjects: np.ndarray,
    most: int,
) -> np.ndarray:  # pragma: no cover - compiled
    found = np.zeros((2, len(columns)), np.int64)
    for box in range(len(columns)):
        count, last = 0, -1
        for row in range(len(subjects)):
            inside = True
            for place in range(columns.shape[1]):
                value = cells[columns[box, place], row]
                if value < low[box, place] or value > high[box, place]:
                    inside = False
                    break
            if inside and subjects[row] != last:
                count += 1
                last = subjects[row]
                if count == most:
                    break
        found[0, box], found[1, box] = count, last
    return found
