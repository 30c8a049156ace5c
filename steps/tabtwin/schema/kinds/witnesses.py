"""Record whose cells of a column hold which values, so that only what k subjects share is released."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.kinds.cells import Cells

_SOME = 100
"""Cells that are searched first, as a multiple of k: they mostly have k subjects."""


class Witnesses:
    """Whose cells of one column hold which of its values, in training.

    Attributes:
        cells: The column, in all rows.
        codes: Which value each cell of training holds that is not missing, int32 (cells,).
        subjects: The subject of each, integers (cells,).
        held: Which values these are, int64 (n,).
        k: How many subjects must share what is released.
    """

    def __init__(self, cells: Cells, training: np.ndarray, subjects: np.ndarray, k: int) -> None:
        codes = cells.codes[training]
        there = codes >= 0
        self.cells, self.k = cells, k
        self.codes, self.subjects = codes[there], subjects[training][there]
        self._lacking = subjects[training][~there]
        self.held = np.flatnonzero(np.bincount(self.codes, minlength=len(cells.values)))

    def vouch(self, values: np.ndarray) -> bool:
        """Return whether k subjects have a cell with one of some values, bool (values of the column,)."""
        people = self.subjects[values[self.codes]]
        if len(people) < self.k:
            return False
        return any(len(np.unique(some)) >= self.k for some in (people[: _SOME * self.k], people))

    @property
    def lacking(self) -> int:
        """Return how many cells are missing."""
        return len(self._lacking)

    def lack(self) -> bool:
        """Return whether k subjects have a cell that is missing."""
        return len(np.unique(self._lacking)) >= self.k

    def most(self, decimals: np.ndarray) -> int:
        """Return the most decimals that k subjects' cells have at least; ``decimals`` (values,)."""
        ways = np.unique(decimals[self.held])[::-1]
        return next((int(way) for way in ways if self.vouch(decimals >= way)), 0)

    def fewest(self, decimals: np.ndarray) -> int:
        """Return the fewest decimals that k subjects' cells have at most; ``decimals`` (values,)."""
        ways = np.unique(decimals[self.held])
        return next((int(way) for way in ways if self.vouch(decimals <= way)), 0)
