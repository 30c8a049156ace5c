"""Define quantities: columns whose cells each are a number on a scale, however it is written."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import pandas as pd

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.kind import Learned


class Quantity(Learned):
    """A kind of numbers on a scale: protected by bounds, binned by size, compared by difference.

    Attributes:
        plural: The name of its cells, as in "most cells are numbers".
        scale: Quantities of one scale may be compared with one another, as an order of two columns does.
        is_calendar: Whether the numbers are days since 1970.
        slack: How far rounding alone may move a number beyond a bound.
        keeps_few_apart: Whether each value has its own bin if there are few.
    """

    plural: ClassVar[str]
    scale: ClassVar[str]
    is_calendar: ClassVar[bool] = False
    slack: ClassVar[float] = 0.0
    keeps_few_apart: ClassVar[bool] = True
    unread = "not_a_number"

    def numbers(self, cells: pd.Series) -> np.ndarray:
        """Return canonical cells as float64 (rows,), NaN where missing."""
        return cells.to_numpy("float64")

    @abstractmethod
    def fitting(self, texts: np.ndarray) -> np.ndarray:
        """Return which distinct texts are of this kind, even if not all are, bool (n,)."""

    @abstractmethod
    def unit(self, column: Column) -> float:
        """Return what the numbers are multiples of; 0 if that is not known or too fine to matter."""

    @abstractmethod
    def grid(self, column: Column, largest: float) -> Grid | None:
        """Return the grid of numbers up to ``largest``; ``None`` if it is too fine."""

    @abstractmethod
    def on_grid(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return the nearest numbers (n,) that the column can be written with."""

    @abstractmethod
    def canonical(self, values: np.ndarray, column: Column, ends: tuple[float, float]) -> np.ndarray:
        """Return numbers within bounds as canonical cells (rows,), rounded to what the column can write."""

    @abstractmethod
    def spell(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return distinct canonical values (n,) as text, object."""

    @abstractmethod
    def label(self, value: float, column: Column) -> str:
        """Return a number as the label of a chart's axis."""

    def has_days(self, column: Column) -> bool:
        """Return whether the numbers are days and times of day, which are learned separately."""
        return False

    def told_apart(self, column: Column) -> int | None:
        """Return the steps per 1 within which a guess counts as equal; ``None`` if near is good enough."""
        return None

    def texts(self, cells: pd.Series, column: Column) -> pd.Series:
        """Return cells as they are written, each distinct value spelled once."""
        codes, values = pd.factorize(cells.to_numpy())
        if not len(values):
            return pd.Series([None] * len(cells), index=cells.index, dtype=object)
        spelled = np.append(self.spell(np.asarray(values), column), [None])
        return pd.Series(spelled[codes], index=cells.index, dtype=object)
