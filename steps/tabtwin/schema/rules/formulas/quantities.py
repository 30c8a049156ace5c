"""Hold the numbers and dates of a table as formulas are sought in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import units
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.datetime import Datetime
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.rules.computing import as_numbers
from tabtwin.schema.schema import Schema

MOST_COLUMNS = 120
"""Formulas are sought between the first so many columns of numbers and dates."""

LOOKED_AT = 2_000
"""Formulas are found in so many rows, then checked in all."""

FEWEST_ROWS = 60
"""Formulas are sought among columns that so many rows have all of."""

_GROUPS = 12
"""The most groups of columns among which they are sought."""

_ENOUGH = 0.2
"""The least share of the rows of a group's first column that have all of the others, too."""


@dataclass(frozen=True)
class Quantities:
    """The columns of numbers and dates.

    Attributes:
        names: Their names.
        values: Their cells, float64 (rows, columns): days since 1970 for dates, NaN where missing.
        halves: Half the unit of each: how far rounding may move a cell.
        dated: Which are dates, or times of day.
        subjects: The subject of each row (rows,).
        columns: The canonical cells, by name.
    """

    names: tuple[str, ...]
    values: np.ndarray
    halves: np.ndarray
    dated: np.ndarray
    subjects: np.ndarray
    columns: dict[str, np.ndarray]

    @classmethod
    def of(cls, training: pd.DataFrame, schema: Schema, subjects: np.ndarray) -> Quantities:
        """Return those of canonical training rows that hold more than one number."""
        kinds = {column.name: registry.of(column) for column in schema.learned}
        names = [name for name, kind in kinds.items() if isinstance(kind, Quantity)][:MOST_COLUMNS]
        columns = {name: training[name].to_numpy() for name in names}
        numbers = {name: as_numbers(cells) for name, cells in columns.items()}
        names = [name for name in names if np.nanmin(numbers[name]) < np.nanmax(numbers[name])]
        unit_of = units(schema)
        return cls(
            names=tuple(names),
            values=np.array([numbers[name] for name in names]).T.reshape(len(training), len(names)),
            halves=np.array([unit_of[name] / 2 for name in names]),
            dated=np.array([isinstance(kinds[name], Datetime) for name in names], bool),
            subjects=subjects,
            columns={name: columns[name] for name in names},
        )

    def some(self, there: np.ndarray) -> np.ndarray:
        """Return rows, as values, that are spread over those that are ``there``, bool (rows,)."""
        rows = np.flatnonzero(there)
        spread = np.linspace(0, len(rows) - 1, min(len(rows), LOOKED_AT)).astype(int)
        return np.asarray(self.values[rows[spread]])

    def complete(self) -> list[list[int]]:
        """Return groups of columns that have cells in many of the same rows, the largest first.

        Each column is in one of them, with as many as possible of the columns that have cells where it has.
        """
        present = ~np.isnan(self.values)
        counts = present.sum(axis=0)
        found: list[list[int]] = []
        waiting = list(range(len(self.names)))
        while waiting and len(found) < _GROUPS:
            start = max(waiting, key=lambda at: counts[at])
            group, rows = [start], present[:, start]
            for at in sorted(
                range(len(self.names)), key=lambda at: -(present[:, at] & present[:, start]).sum()
            ):
                both = rows & present[:, at]
                if at != start and both.sum() >= max(FEWEST_ROWS, _ENOUGH * counts[start]):
                    group, rows = [*group, at], both
            found.append(sorted(group))
            waiting = [at for at in waiting if at not in group]
        return found
