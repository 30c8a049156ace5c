"""An encoded table as codes: one *part* for a column, or several that are learned one after another.

A date with a time of day has two or three parts, which keep their joint pattern: the day, the day of the week
where one code spans more than a few days, and the time of day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from tabtwin.generators.boost.categories import Categories, CategoriesState, fit_categories, load_categories
from tabtwin.generators.boost.numbers import Numbers, NumbersState, fit_numbers, load_numbers
from tabtwin.schema.kinds.registry import is_label, quantity
from tabtwin.schema.schema import Column

Part = Numbers | Categories

WEEK = 7
FEW_DAYS = 2
DAY, WEEKDAY, TIME = "day", "weekday", "time"


@dataclass(frozen=True)
class ColumnCoding:
    """One column's parts, by name; only dates with a time have several, the part of others has no name."""

    name: str
    parts: Mapping[str, Part]

    def join(self, drawn: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the column's encoded cells (rows,) from its parts' values, (rows,) each."""
        if DAY not in drawn:
            return drawn[""]
        days = drawn[DAY]
        if WEEKDAY in drawn:
            days = _on_weekday(days, drawn[WEEKDAY], self.parts[DAY])
        if TIME not in drawn:
            return days
        # The day determines whether a date is missing.
        return days + np.where(np.isnan(drawn[TIME]), 0.0, drawn[TIME])


Coding = tuple[ColumnCoding, ...]


class _Placed(TypedDict):
    """The column and the part that a stored part is of."""

    column: str
    part: str


class StoredNumbers(NumbersState, _Placed):
    """A part of numbers as a file keeps it."""


class StoredCategories(CategoriesState, _Placed):
    """A part of categories as a file keeps it."""


PartState = StoredNumbers | StoredCategories


def fit_column(
    cells: pd.Series, column: Column, subjects: np.ndarray, protect: int, bins: int
) -> ColumnCoding:
    """Fit the codes of a column of an encoded table.

    Args:
        cells: float64 with NaN, or objects, ``str`` and ``None`` (rows,).
        column: What it is.
        subjects: The subject of each row (rows,), integers.
        protect: k of value protection, unless a column has its own.
        bins: About how many codes a column of numbers gets.
    """
    return ColumnCoding(column.name, _fit_parts(cells, column, subjects, protect, bins))


def split(cells: pd.Series, column: ColumnCoding) -> dict[str, np.ndarray]:
    """Return a column's encoded cells as its parts' values, (rows,) each."""
    if "" in column.parts:
        part = column.parts[""]
        return {"": cells.to_numpy("float64" if isinstance(part, Numbers) else object)}
    values = _date_parts(cells.to_numpy("float64"))
    return {name: values[name] for name in column.parts}


def with_parts(coding: Coding, parts: Sequence[Part]) -> Coding:
    """Return the coding with other parts in place of its own."""
    left = iter(parts)
    return tuple(ColumnCoding(column.name, {name: next(left) for name in column.parts}) for column in coding)


def state(coding: Coding) -> tuple[list[PartState], dict[str, np.ndarray]]:
    """Return what a file keeps of a coding, as JSON values and arrays."""
    about: list[PartState] = []
    arrays: dict[str, np.ndarray] = {}
    for number, column in enumerate(coding):
        for name, part in column.parts.items():
            stored, kept = _state(column.name, name, part)
            about.append(stored)
            arrays |= {f"{number}.{name}.{field}": values for field, values in kept.items()}
    return about, arrays


def _state(column: str, name: str, part: Part) -> tuple[PartState, dict[str, np.ndarray]]:
    if isinstance(part, Numbers):
        numbers, arrays = part.state()
        return {"column": column, "part": name, **numbers}, arrays
    categories, arrays = part.state()
    return {"column": column, "part": name, **categories}, arrays


def load_coding(about: Sequence[PartState], arrays: Mapping[str, np.ndarray]) -> Coding:
    """Return the coding that :func:`state` described."""
    columns: dict[str, dict[str, Part]] = {}
    for fields in about:
        parts = columns.setdefault(fields["column"], {})
        prefix = f"{len(columns) - 1}.{fields['part']}."
        kept = {key.removeprefix(prefix): values for key, values in arrays.items() if key.startswith(prefix)}
        parts[fields["part"]] = (
            load_numbers(fields, kept) if fields["kind"] == "numbers" else load_categories(fields, kept)
        )
    return tuple(ColumnCoding(name, parts) for name, parts in columns.items())


def _fit_parts(
    cells: pd.Series, column: Column, subjects: np.ndarray, protect: int, bins: int
) -> dict[str, Part]:
    if is_label(column):
        return {"": fit_categories(cells.to_numpy(object))}
    kind = quantity(column)
    values, k, unit = cells.to_numpy("float64"), column.threshold(protect), kind.unit(column)
    if not kind.has_days(column):
        return {"": fit_numbers(values, subjects, k, unit, bins)}
    dates = _date_parts(values)
    days = fit_numbers(dates[DAY], subjects, k, 1.0, bins)
    parts: dict[str, Part] = {DAY: days}
    if len(days.low) and np.diff(days.breaks).max(initial=0) > FEW_DAYS:
        parts[WEEKDAY] = fit_numbers(dates[WEEKDAY], subjects, k, 1.0, bins)
    if unit < 1:
        parts[TIME] = fit_numbers(dates[TIME], subjects, k, unit, bins)
    return parts if len(parts) > 1 else {"": fit_numbers(values, subjects, k, unit, bins)}


def _date_parts(values: np.ndarray) -> dict[str, np.ndarray]:
    days = np.floor(values)
    # 1970 began on a Thursday, the fourth day of a week that begins on a Monday.
    return {DAY: days, WEEKDAY: (days + 3) % WEEK, TIME: values - days}


def _on_weekday(days: np.ndarray, weekdays: np.ndarray, part: Part) -> np.ndarray:
    """Move days to the nearest one of the wanted weekday with the same code; leave the others as they are."""
    back = (days + 3 - weekdays) % WEEK
    codes = part.codes(days)
    for moved in (days - back, days + (WEEK - back)):
        nearer = np.abs(moved - days) <= WEEK / 2
        days = np.where(nearer & (part.codes(moved) == codes), moved, days)
    return days
