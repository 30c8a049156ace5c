"""Turn a canonical table into one matrix of numbers for models, and back.

Features go by position, since LightGBM refuses names that hold ``, [ ] { } : "``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Column, numbers


@dataclass(frozen=True)
class Features:
    """The columns that become features, and the code of each category.

    Attributes:
        columns: One feature each, in this order.
        categories: By column, in the order of their codes; empty for numbers and dates.
    """

    columns: tuple[Column, ...]
    categories: tuple[tuple[str, ...], ...]

    @classmethod
    def fit(cls, table: pd.DataFrame, columns: Sequence[Column]) -> Features:
        """Code the categories of ``table``, commonest first, so that a tree's cut separates common from
        rare ones.
        """
        return cls(tuple(columns), tuple(_by_frequency(table, column) for column in columns))

    @property
    def categorical(self) -> list[int]:
        """Return which features are categories."""
        return [place for place, column in enumerate(self.columns) if is_label(column)]

    def matrix(self, table: pd.DataFrame) -> np.ndarray:
        """Return the features of each row, float64 (rows, columns).

        Missing cells are NaN; a category that the fitted table did not hold has the next free code.
        """
        matrix = np.empty((len(table), len(self.columns)))
        for place, (column, categories) in enumerate(zip(self.columns, self.categories, strict=True)):
            if is_label(column):
                matrix[:, place] = _codes(table[column.name], categories)
            else:
                matrix[:, place] = numbers(table, column)
        return matrix

    def frame(self, matrix: np.ndarray) -> pd.DataFrame:
        """Return the table whose features are ``matrix``, numbers as float64: the inverse of
        :meth:`matrix`.
        """
        cells: dict[str, np.ndarray] = {}
        for place, (column, categories) in enumerate(zip(self.columns, self.categories, strict=True)):
            values = matrix[:, place]
            if is_label(column):
                names = np.array([*categories, None], dtype=object)
                cells[column.name] = names[np.where(np.isnan(values), -1, values).astype(int)]
            else:
                cells[column.name] = values
        return pd.DataFrame(cells)


def _by_frequency(table: pd.DataFrame, column: Column) -> tuple[str, ...]:
    if not is_label(column):
        return ()
    counts = Counter(table[column.name].dropna())
    return tuple(sorted(counts, key=lambda category: (-counts[category], category)))


def _codes(cells: pd.Series, categories: Sequence[str]) -> np.ndarray:
    """Return codes of a column's cells, float64 (rows,): NaN if missing, one past the last if unknown."""
    lookup = {category: code for code, category in enumerate(categories)}
    found = cells.map(lookup).to_numpy("float64")
    return np.where(np.isnan(found) & cells.notna().to_numpy(), len(categories), found)
