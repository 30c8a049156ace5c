"""Remember texts that new ones must differ from, in eight bytes each, however long they are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd


class Taken:
    """Texts that new ones must differ from.

    Texts are known by marks of 64 bits: once in some hundred thousand million texts, one counts as taken that
    is not, and another is made in its place.

    Args:
        texts: The first of them.
        planned: How many there will be in all, if that is known: keys get room for so many at once, so that
            those that are made first and last look alike.
    """

    def __init__(self, texts: Iterable[str] = (), *, planned: int = 0) -> None:
        self.planned = planned
        self._count = 0
        self._marks = np.empty(0, "uint64")
        self.add(np.array(list(texts), dtype=object))

    def __len__(self) -> int:
        return self._count

    def add(self, texts: np.ndarray) -> None:
        """Remember texts (n,), object ``str``; of those that repeat among them, only one counts."""
        distinct = np.asarray(pd.unique(pd.Series(texts, dtype=object)), dtype=object)
        self._count += len(distinct)
        # Both halves are sorted: a stable sort only merges them.
        self._marks = np.sort(np.concatenate([self._marks, np.sort(_marks(distinct))]), kind="stable")

    def holds(self, texts: np.ndarray) -> np.ndarray:
        """Return which texts (n,), object ``str``, are taken: bool (n,)."""
        if not len(self._marks) or not len(texts):
            return np.zeros(len(texts), bool)
        marks = _marks(texts)
        places = np.minimum(np.searchsorted(self._marks, marks), len(self._marks) - 1)
        return np.asarray(self._marks[places] == marks)

    def copy(self) -> Taken:
        """Return the same texts; what is added to one of the two is not in the other."""
        other = Taken(planned=self.planned)
        other._count, other._marks = self._count, self._marks
        return other


def _marks(texts: np.ndarray) -> np.ndarray:
    return np.asarray(pd.util.hash_array(np.asarray(texts, dtype=object), categorize=False))
