"""Describe a column of numbers without its cells: segments, each a value that k subjects hold, or a mean.

Values are processed in order. One that k subjects hold is a segment of its own; the others between two such
are gathered into groups of at least k subjects (and of enough rows that there are not too many), and only the
mean of a group is kept, its *knot*. Where fewer than k subjects lie between two held values, their cells
count as whichever is nearer, and nothing of them is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit


@dataclass(frozen=True)
class Segments:
    """The segments of a column, in ascending order.

    Attributes:
        knots: The held value or the group's mean, float64 (segments,).
        held: Whether the knot is a value that k subjects hold, bool (segments,).
        breaks: Where one segment ends and the next begins, float64 (segments - 1,): segment i has
            ``breaks[i - 1] <= x < breaks[i]``.
    """

    knots: np.ndarray
    held: np.ndarray
    breaks: np.ndarray

    def __len__(self) -> int:
        return len(self.knots)

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return the segment of each value, int64 (rows,)."""
        return np.searchsorted(self.breaks, values, side="right")


def find_segments(
    values: np.ndarray, subjects: np.ndarray, k: int, group: int, unit: float, outer: int | None = None
) -> Segments:
    """Return the segments of some numbers; none if fewer than ``k`` subjects have one.

    Args:
        values: float64 (rows,), none missing.
        subjects: The subject of each, integers from 0 (rows,).
        k: Subjects that must share a knot.
        group: The fewest rows of a group.
        unit: Where values are multiples of it, breaks lie between multiples; 0 if they are not.
        outer: The fewest rows of the first and the last group, if less: the further in they reach, the
            shorter are the tails.
    """
    order = np.argsort(values, kind="stable")
    ascending, who = values[order], subjects[order]
    where = np.concatenate([[0], np.cumsum(ascending[1:] != ascending[:-1])])[: len(values)]
    people = int(who.max(initial=-1)) + 1
    vouched = _subjects(where, who, people) >= k
    knots, held = _gather(ascending, where, who, people, vouched, k, max(k, group), max(k, outer or group))
    return Segments(knots, held, _breaks(knots, held, unit))


@njit(cache=True, nogil=True)
def _subjects(where: np.ndarray, who: np.ndarray, people: int) -> np.ndarray:  # pragma: no cover - compiled
    """Return how many subjects have each distinct value; ``where`` is the value's number, ascending."""
    rows = len(where)
    found = np.zeros(where[-1] + 1 if rows else 0, np.int64)
    last = np.full(people, -1, np.int64)
    for row in range(rows):
        if last[who[row]] != where[row]:
            last[who[row]] = where[row]
            found[where[row]] += 1
    return found


@njit(cache=True, nogil=True)
def _gather(
    values: np.ndarray,
    where: np.ndarray,
    who: np.ndarray,
    people: int,
    vouched: np.ndarray,
    k: int,
    group: int,
    outer: int,
) -> tuple[np.ndarray, np.ndarray]:  # pragma: no cover - compiled
    """Return the knots of ascending ``values``, each of which is the ``where``-th distinct one."""
    rows = len(values)
    knots, held = np.empty(len(vouched)), np.zeros(len(vouched), np.bool_)
    counted = np.full(people, -1, np.int64)  # in which group a subject was last counted
    made, number = 0, 0
    total, size, subjects = 0.0, 0, 0  # of the open group
    before_total, before_size = 0.0, 0  # of the group closed before it, if they are neighbors
    for row in range(rows + 1):
        fresh = row == rows or row == 0 or where[row] != where[row - 1]
        ends = row == rows or vouched[where[row]]
        at_end = outer < group and ((made == 0 and size >= outer) or row == rows - outer)
        if fresh and size > 0 and (ends or (subjects >= k and (size >= group or at_end))):
            if subjects >= k:
                before_total, before_size = total, size
                knots[made] = total / size
                made += 1
            elif before_size > 0:  # too few for a group of their own
                before_total, before_size = before_total + total, before_size + size
                knots[made - 1] = before_total / before_size
            total, size, subjects, number = 0.0, 0, 0, number + 1
        if row == rows:
            break
        if vouched[where[row]]:
            if fresh:
                knots[made], held[made] = values[row], True
                made += 1
                before_size = 0
            continue
        total, size = total + values[row], size + 1
        if counted[who[row]] != number:
            counted[who[row]] = number
            subjects += 1
    return knots[:made], held[:made]


def _breaks(knots: np.ndarray, held: np.ndarray, unit: float) -> np.ndarray:
    """Return the breaks: half way between two groups or two held values, otherwise at the held value."""
    left, right = knots[:-1], knots[1:]
    left_held, right_held = held[:-1], held[1:]
    breaks = left + (right - left) / 2
    if unit > 0:
        breaks = (np.floor(breaks / unit) + 0.5) * unit
        after, before = left + unit / 2, right - unit / 2
    else:
        breaks = np.maximum(breaks, np.nextafter(left, np.inf))
        after, before = np.nextafter(left, np.inf), right
    breaks = np.where(left_held & ~right_held, after, breaks)
    breaks = np.where(~left_held & right_held, before, breaks)
    return np.asarray(breaks)
