"""Find rows that are equal, so that neighbors are looked for once for each kind of row, among kinds of rows.

Tables repeat themselves: of 300,000 answers to five questions, 3,000 may differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

MIX = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)


@dataclass(frozen=True)
class Kinds:
    """Rows by kind; kinds are numbered in the order in which they first appear.

    Attributes:
        kind: The kind of each row, int64 (rows,).
        first: The first row of each kind, int64 (kinds,), ascending.
        rows: The rows of each kind, ascending, one kind behind the other, int64 (rows,).
        starts: Where each kind begins in ``rows``, and their number, int64 (kinds + 1,).
    """

    kind: np.ndarray
    first: np.ndarray
    rows: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.first)


def kinds(values: np.ndarray, *marks: np.ndarray | None) -> Kinds:
    """Return the kinds of rows: equal cells, and equal marks if there are any.

    Args:
        values: Cells, float32 (rows, columns).
        marks: What also tells rows apart: 32-bit numbers (rows,).
    """
    cells = [values, *(mark[:, None] for mark in marks if mark is not None)]
    keys = np.concatenate([part.view(np.uint32) for part in cells], axis=1)
    kind, first = _numbered(np.ascontiguousarray(keys))
    starts = np.concatenate([[0], np.cumsum(np.bincount(kind, minlength=len(first)))])
    return Kinds(kind, first, np.argsort(kind, kind="stable"), starts)


def found_in(values: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return which row of ``reference``, all different, equals each of ``values``, int64 (rows,); else −1."""
    found = kinds(np.concatenate([reference, values])).kind[len(reference) :]
    return np.where(found < len(reference), found, -1)


def spread(
    distances: np.ndarray,
    indices: np.ndarray,
    asking: Kinds,
    answering: Kinds,
    k: int,
    labels: tuple[np.ndarray, np.ndarray] | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ``k`` nearest rows of each row, of the nearest kinds of each kind.

    Args:
        distances, indices: The nearest kinds of each kind that asks, as many as make ``k`` rows sure: float32
            and int32 (asking kinds, kinds).
        asking: The kinds that ask.
        answering: The kinds that answer.
        k: How many rows.
        labels: int32, of each row that asks and of each that answers: rows of the same label are left out.

    Returns:
        float32 and int32 (rows, k): ascending, ties by index; infinite and −1 where there are fewer rows.
    """
    found = np.full((len(asking.kind), k), np.inf, np.float32)
    at = np.full((len(asking.kind), k), -1, np.int32)
    if labels is None:  # -1: none is left out
        labels = np.full(len(found), -1, np.int32), np.zeros(len(answering.kind), np.int32)
    own, others = labels
    _spread(distances, indices, asking.kind, answering.rows, answering.starts, own, others, found, at)
    return found, at


@numba.njit(cache=True, parallel=True)
def _spread(
    distances: np.ndarray,
    indices: np.ndarray,
    kind: np.ndarray,
    rows: np.ndarray,
    starts: np.ndarray,
    asking: np.ndarray,
    labels: np.ndarray,
    found: np.ndarray,
    at: np.ndarray,
) -> None:
    """Fill in the nearest rows."""
    for row in numba.prange(len(kind)):
        for distance, other in zip(distances[kind[row]], indices[kind[row]]):  # noqa: B905 - numba has no strict
            if other < 0 or distance > found[row, -1]:
                break
            for place in range(starts[other], starts[other + 1]):
                one = rows[place]
                if labels[one] != asking[row] and not insert(found[row], at[row], distance, one):
                    break


@numba.njit(cache=True)
def insert(found: np.ndarray, at: np.ndarray, distance: np.float32, row: int) -> bool:
    """Put a row in its place by distance, then index; return whether it is new among the nearest so far."""
    place = len(found)
    while place > 0 and (
        distance < found[place - 1] or (distance == found[place - 1] and row < at[place - 1])
    ):
        place -= 1
    if place == len(found) or (place > 0 and distance == found[place - 1] and row == at[place - 1]):
        return False
    for later in range(len(found) - 1, place, -1):
        found[later], at[later] = found[later - 1], at[later - 1]
    found[place], at[place] = distance, row
    return True


@numba.njit(cache=True)
def _numbered(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's kind, and the first row of each kind, by a hash table with open addressing."""
    rows, columns = keys.shape
    bits = 2
    while 1 << bits < 2 * rows:
        bits += 1
    shift = np.uint64(64 - bits)
    slots = np.full(1 << bits, -1, np.int64)
    kind, first = np.empty(rows, np.int64), np.empty(rows, np.int64)
    found = 0
    for row in range(rows):
        key = MIX
        for column in range(columns):
            key = (key ^ np.uint64(keys[row, column])) * MIX
            key ^= key >> HALF
        slot = np.int64((key * MIX) >> shift)
        while slots[slot] >= 0 and not (keys[first[slots[slot]]] == keys[row]).all():
            slot = (slot + 1) & (len(slots) - 1)
        if slots[slot] < 0:
            slots[slot], first[found] = found, row
            found += 1
        kind[row] = slots[slot]
    return kind, first[:found]
