"""Build the features of a row: 8-bit codes of the earlier parts, and ancestors in terms of the target.

An *ancestor* here is an earlier part of numbers that follows the target closely. It becomes two features that
a tree can compare with a node's cut: the code that the target would give to the same number, and the target's
code at the same rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.numbers import Numbers

REACH = 24
SMALL = 256
"""The number of codes in 8 bits."""


@dataclass
class View:
    """Rows as far as they are known so far.

    Attributes:
        sizes: How many codes each part has.
        codes: Codes of every part, int32 (rows, parts).
        small: The same in 8 bits, uint8 (rows, parts); neighboring codes share one if there are more.
        values: Numbers of parts that are numbers, float64 (rows,), by part.
    """

    sizes: tuple[int, ...]
    codes: np.ndarray
    small: np.ndarray
    values: dict[int, np.ndarray]

    @classmethod
    def empty(cls, rows: int, parts: Sequence[Part]) -> View:
        """Return rows without any part yet."""
        shape = (rows, len(parts))
        sizes = tuple(part.size for part in parts)
        return cls(sizes, np.zeros(shape, np.int32), np.zeros(shape, np.uint8), {})

    def put(self, part: int, codes: np.ndarray, values: np.ndarray | None) -> None:
        """Add a part: its codes, and its values if it is numbers."""
        self.codes[:, part] = codes
        size = self.sizes[part]
        self.small[:, part] = codes if size <= SMALL else codes.astype(np.int64) * SMALL // size
        if values is not None:
            self.values[part] = values

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Ancestor:
    """A close ancestor of a part: its number, and the target's code at each of its codes' rank."""

    part: int
    rank: np.ndarray

    def aligned(self, view: View, target: Part) -> tuple[np.ndarray, np.ndarray]:
        """Return the target's codes of the same number and of the same rank, int32 (rows,) each."""
        by_value = target.codes(view.values[self.part])
        return by_value, self.rank[view.codes[:, self.part]].astype(np.int32)


def ranks(of: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the target's code at the mid-rank of each code of an ancestor; both by counts (codes,):
    uint8.
    """
    middle = (np.cumsum(of) - of / 2) / of.sum()
    upto = np.cumsum(target) / target.sum()
    found = np.searchsorted(upto, middle)
    return np.asarray(np.minimum(found, len(target) - 1).astype(np.uint8))


def alone(view: View, predictors: np.ndarray, aligned: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return features of singly fitted nodes, uint8 (rows, features): codes, and the closest ancestor's by
    value.
    """
    known = view.small[:, predictors]
    if aligned:
        known = np.concatenate([known, aligned[0][0][:, None].astype(np.uint8)], axis=1)
    return np.ascontiguousarray(known)


def pooled(
    codes: np.ndarray,
    place: np.ndarray,
    cut: np.ndarray,
    aligned: list[tuple[np.ndarray, np.ndarray]],
) -> np.ndarray:
    """Return features of pooled nodes, uint8 (rows, features).

    Args:
        codes: The parts' codes, uint8 (rows, predictors).
        place: The number of each row's node in the pool, (rows,).
        cut: Its cut (rows,).
        aligned: Each ancestor's codes of the rows, by value and by rank.
    """
    offsets = [np.clip(by - cut, -REACH, REACH) + REACH for pair in aligned for by in pair]
    extra = np.stack([place, *offsets], axis=1).astype(np.uint8)
    return np.ascontiguousarray(np.concatenate([codes, extra], axis=1))


def is_close(part: Part) -> bool:
    """Return whether a part may be an ancestor: numbers of more than a few codes."""
    return isinstance(part, Numbers) and part.size > 8
