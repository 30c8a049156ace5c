"""Prepare columns as those that may fix others, and as those that others may fix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds import registry
from tabtwin.schema.rules.fixed_cells import as_text
from tabtwin.schema.rules.number_codes import spelled
from tabtwin.schema.schema import Column

MOST_DIFFERENT = 0.5
"""With more different numbers, as a share of the rows, a column has none that is fixed."""


@dataclass(frozen=True)
class Groups:
    """The rows of a table, grouped by the values of one column.

    Attributes:
        column: The column.
        cells: Its cells after protection.
        numbers: The same, if they are numbers.
        values: Its values, except for the rare group, and those that too few subjects hold.
        order: Rows, ordered by value.
        starts: Where each value begins in ``order``, and where the last ends.
        people: How many subjects hold each value.
    """

    column: Column
    cells: np.ndarray
    numbers: np.ndarray | None
    values: tuple[str, ...]
    order: np.ndarray
    starts: np.ndarray
    people: np.ndarray

    @classmethod
    def of(cls, protected: pd.DataFrame, column: Column, subjects: np.ndarray, protect: int) -> Groups:
        """Return those of a column in canonical rows after value protection."""
        cells = protected[column.name].to_numpy()
        codes, found = pd.factorize(cells, use_na_sentinel=True)
        people = holders(codes, subjects, len(found))[:-1]
        if registry.is_label(column):
            kept = np.array(
                [value != column.token or not registry.has_rare_group(column) for value in found], bool
            )
            values = [str(value) for value in found]
        else:
            kept = people >= max(2, column.threshold(protect))
            values = [spelled(value) for value in found]
        places = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)[codes]
        order = np.argsort(places, kind="stable")
        return cls(
            column=column,
            cells=cells,
            numbers=None if registry.is_label(column) else cells.astype("float64"),
            values=tuple(value for value, keep in zip(values, kept, strict=True) if keep),
            order=order,
            starts=np.searchsorted(places[order], np.arange(kept.sum() + 1)),
            people=people[kept],
        )


@dataclass(frozen=True)
class Things:
    """What others may fix in a column; in one of numbers or dates that are nearly all different, only whether
    they are missing.

    Attributes:
        column: The column.
        cells: Its cells after protection.
        codes: The place of each row's value in ``held``, -1 if missing (rows,).
        held: The distinct values, as text.
        shares: The shares of rows with a missing cell, and with each value.
        sayable: Whether a value can be fixed, and not only a missing cell.
        least: How many subjects must show what is fixed: what fewer have is not said, even if protection
            leaves the column that fixes it alone.
    """

    column: Column
    cells: pd.Series
    codes: np.ndarray
    held: np.ndarray
    shares: np.ndarray
    sayable: bool
    least: int

    @classmethod
    def of(cls, cells: pd.Series, column: Column, protect: int) -> Things:
        """Return those of a column in canonical rows after value protection."""
        is_label = registry.is_label(column)
        codes, held = pd.factorize(cells.to_numpy(object) if is_label else cells.to_numpy())
        sayable = is_label or len(held) <= MOST_DIFFERENT * len(codes)
        if not sayable:
            codes, held = np.where(cells.isna(), -1, 0), np.array([""], dtype=object)
        elif not is_label:
            held = np.array([as_text(value) for value in held], dtype=object)
        shares = np.bincount(codes + 1, minlength=len(held) + 1) / max(1, len(codes))
        return cls(column, cells, codes, np.asarray(held), shares, sayable, column.threshold(protect))


def holders(codes: np.ndarray, subjects: np.ndarray, values: int) -> np.ndarray:
    """Return how many subjects hold each value; last, how many have a missing cell: int (values + 1,).

    Args:
        codes: Each row's value, from 0; -1 is a missing cell (rows,).
        subjects: The subject of each row (rows,), integers from 0.
        values: How many values there are.
    """
    width = int(subjects.max(initial=0)) + 1
    pairs = pd.unique((codes % (values + 1)).astype("int64") * width + subjects)
    return np.bincount(pairs // width, minlength=values + 1)
