"""Code rows for choosing: the bin of each cell, and the pattern of a row's missing cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.evaluation.fidelity.bins import Bins, fit_bins
from tabtwin.lib import seeds
from tabtwin.schema.schema import Schema

MAX_PATTERNS = 30
"""Patterns of missing cells that are distinguished: the most common; all others are one."""
PATTERN = "(pattern of missing cells)"
MISSING = 0
"""The code of a missing cell in any column's bins."""


@dataclass(frozen=True)
class Coder:
    """Bins fitted on one table, for any table of its schema.

    Attributes:
        bins: The bins of each column.
        patterns: Keys of the most common patterns of missing cells, ascending: uint64; empty if fewer than
            two columns have missing cells.
    """

    bins: Bins
    patterns: np.ndarray

    @classmethod
    def fit(cls, table: pd.DataFrame, schema: Schema) -> Coder:
        """Fit bins and patterns to a typed table."""
        bins = fit_bins([table], schema)
        codes = bins.codes(table)
        if ((codes == MISSING).any(axis=1)).sum() < 2:
            return cls(bins, np.empty(0, np.uint64))
        keys, counts = np.unique(_patterns(codes), return_counts=True)
        return cls(bins, np.sort(keys[np.argsort(-counts, kind="stable")[:MAX_PATTERNS]]))

    @property
    def names(self) -> list[str]:
        """Return the name of each row of :meth:`codes`."""
        return [*self.bins.names, *([PATTERN] if len(self.patterns) else [])]

    @property
    def sizes(self) -> np.ndarray:
        """Return how many codes each row of :meth:`codes` has: int64 (columns,), a pattern's last."""
        pattern = [len(self.patterns) + 1] if len(self.patterns) else []
        return np.append(self.bins.sizes, pattern).astype("int64")

    def codes(self, table: pd.DataFrame) -> np.ndarray:
        """Return uint8 (columns, rows): each column's bins, then the pattern of missing cells if there is
        one.
        """
        codes = self.bins.codes(table)
        if not len(self.patterns):
            return codes.astype(np.uint8)
        keys = _patterns(codes)
        places = np.minimum(np.searchsorted(self.patterns, keys), len(self.patterns) - 1)
        known = np.where(self.patterns[places] == keys, places + 1, 0)
        return np.concatenate([codes, known[None]]).astype(np.uint8)

    def row_of(self, name: str | None) -> int | None:
        """Return a column's row in :meth:`codes`, if it is binned."""
        return self.bins.names.index(name) if name in self.bins.names else None


def _patterns(codes: np.ndarray) -> np.ndarray:
    """Return a key of each row's missing cells: uint64 (rows,); two patterns share one with a chance of
    2^-64.
    """
    weights = seeds.generator(0, "selection", "patterns").integers(1, 2**63, len(codes), dtype=np.uint64)
    keys = np.zeros(codes.shape[1], np.uint64)
    for column, weight in zip(codes, weights, strict=True):
        keys[column == MISSING] += weight
    return keys
