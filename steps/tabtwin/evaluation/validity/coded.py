"""Hold tables in the form in which rules are looked for: a code for every cell, and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.registry import is_quantity, quantity
from tabtwin.schema.schema import Column

MISSING = 0
"""The code of a missing cell."""
_PLACES = 9
"""Decimals beyond which numbers are equal: what other tools' floats add there is noise."""


@dataclass(frozen=True)
class Coded:
    """The cells of one table.

    Attributes:
        codes: int32 (rows, columns), the same for equal cells of a column in all tables; 0 is missing.
        numbers: float64 (rows, columns), NaN where missing and in columns of words.
    """

    codes: np.ndarray
    numbers: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: np.ndarray) -> Coded:
        """Return some of the rows, by index or mask."""
        return Coded(self.codes[rows], self.numbers[rows])


@dataclass(frozen=True)
class Known:
    """Training rows, in which rules are looked for.

    Attributes:
        columns: The columns, in the order of the codes.
        cells: The rows.
        words: For each column of words, what its codes from 1 on stand for; empty for a quantity.
        subjects: int (rows,), whose each row is.
    """

    columns: tuple[Column, ...]
    cells: Coded
    words: tuple[np.ndarray, ...]
    subjects: np.ndarray

    @property
    def rows_are_subjects(self) -> bool:
        """Return whether each row is its own subject."""
        return len(np.unique(self.subjects)) == len(self.subjects)

    def count(self, rows: np.ndarray) -> int:
        """Return how many subjects have one of the rows, bool (rows,)."""
        return len(np.unique(self.subjects[rows]))

    def token(self, number: int) -> int:
        """Return the code of a column's group of rare words, which may stand for any of them; -1: none."""
        token, words = self.columns[number].token, self.words[number]
        return next((code for code, word in enumerate(words, 1) if word == token), -1)


def coded(
    tables: Sequence[pd.DataFrame], columns: Sequence[Column]
) -> tuple[list[Coded], tuple[np.ndarray, ...]]:
    """Return canonical tables coded alike, and each column's words; codes are numbered as they appear."""
    ends = np.cumsum([len(table) for table in tables])
    codes = np.zeros((ends[-1], len(columns)), "int32")
    numbers = np.full((ends[-1], len(columns)), np.nan)
    words = []
    for number, column in enumerate(columns):
        if is_quantity(column):
            values = np.concatenate([quantity(column).numbers(table[column.name]) for table in tables])
            numbers[:, number] = values
            found, _ = pd.factorize(np.round(values, _PLACES) + 0.0)
            words.append(np.array([], dtype=object))
        else:
            together = pd.concat([table[column.name] for table in tables], ignore_index=True)
            found, held = pd.factorize(together.to_numpy(dtype=object))
            words.append(np.asarray(held))
        codes[:, number] = found + 1
    parts = [
        Coded(codes[start:end], numbers[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)
    ]
    return parts, tuple(words)
