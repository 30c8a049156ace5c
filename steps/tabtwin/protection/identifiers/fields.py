"""View columns for the search of subjects: which rows hold the same, and what the values are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from tabtwin.lib.counting import different
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.category import CATEGORY, VariedError
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.source import Source
from tabtwin.schema.spelling import numerals

_SAMPLED = 400
_LONGEST = 200


@dataclass(frozen=True)
class Field:
    """One column.

    Attributes:
        name: Its name in the source.
        cells: Its cells, without marks of missing ones.
        kind: The kind of its values.
        numbers: Numbers, or days since 1970 of dates, of its distinct values (n,); none of text.
    """

    name: str
    cells: Cells
    kind: Literal["whole", "broken", "date", "text"]
    numbers: np.ndarray | None = None

    @property
    def count(self) -> int:
        """Return how many distinct values it has."""
        return len(self.cells.values)

    @cached_property
    def texts(self) -> list[str]:
        """Return some of the distinct values of text, evenly spread."""
        chosen = np.linspace(0, self.count - 1, min(self.count, _SAMPLED)).astype(int)
        return [str(text)[:_LONGEST] for text in self.cells.values[chosen]]

    @cached_property
    def ranks(self) -> np.ndarray:
        """Return the place of each distinct value in their order (n,), int."""
        values = self.numbers if self.numbers is not None else self.cells.values.astype(str)
        ranks = np.empty(self.count, "int64")
        ranks[np.argsort(values, kind="stable")] = np.arange(self.count)
        return ranks

    @cached_property
    def groups(self) -> np.ndarray:
        """Return the value of each row as an integer (rows,); -1 where it is missing, or a stand-in
        for that.
        """
        codes = self.cells.codes
        counts = self.cells.counts
        if len(counts) > 1 and _is_stand_in(counts):
            codes = np.where(codes == counts.argmax(), np.int32(-1), codes)
        return codes


_MOST_COMMON = 3
COMMON = 0.1
"""The largest share of rows that one subject has."""

FEWEST = 20
"""The fewest subjects, and the fewest rows beyond the first of each."""


def counts(groups: np.ndarray) -> tuple[int, int]:
    """Return how many groups there are, and how many rows are in one (rows,)."""
    held = groups[groups >= 0]
    return different(held), len(held)


def repeats(groups: np.ndarray, fewest: int = FEWEST) -> bool:
    """Return whether there are at least ``fewest`` groups, and enough rows beyond the first of each."""
    found, rows = counts(groups)
    return found >= fewest and rows - found >= FEWEST


def is_even(groups: np.ndarray, most: float) -> bool:
    """Return whether no group has more than a share of the rows that are in one."""
    held = groups[groups >= 0]
    return bool(np.bincount(held).max() <= most * len(held))


def without_common(groups: np.ndarray, most: float) -> np.ndarray:
    """Return groups of rows (rows,) without the few that have more than a share of the rows: one subject may.

    If more than a few have, groups are returned as they are.
    """
    sizes = np.bincount(groups[groups >= 0])
    order = np.argsort(-sizes, kind="stable")
    left = sizes.sum() - np.concatenate([[0], np.cumsum(sizes[order])])
    fits = np.flatnonzero(sizes[order] <= most * left[:-1])
    few = int(fits[0]) if len(fits) else len(sizes)
    return groups if not few or few > _MOST_COMMON else np.where(np.isin(groups, order[:few]), -1, groups)


def _is_stand_in(counts: np.ndarray) -> bool:
    """Return whether only the most common value is common: 0 or "unknown", where no subject is known."""
    first, second = np.sort(counts)[-2:][::-1]
    total = counts.sum()
    return bool(first > COMMON * total and second <= COMMON * (total - first) and first >= 5 * second)


def read_fields(source: Source) -> list[Field]:
    """Return the readable columns of a source that hold more than one value."""
    for name, cells in source.columns.items():
        if name not in cells.views:
            cells.views[name] = _field(name, cells)
    found = (cells.views[name] for name, cells in source.columns.items())
    return [field for field in found if field is not None]


def cells_of(fields: Sequence[Field], rows: np.ndarray) -> np.ndarray:
    """Return the value of each field in some rows (rows, fields), int32; -1: missing."""
    return np.stack([field.cells.codes[rows] for field in fields], axis=1)


def _field(name: str, cells: Cells) -> Field | None:
    try:
        column = guess(name, cells)
    except VariedError:
        return Field(name, cells, "text")
    except InputError:
        return None
    cells = cells.without(column.marks)
    if len(cells.values) < 2:
        return None
    kind = of(column)
    if kind.is_number or (kind in (KEY, CATEGORY) and not cells.is_text):
        numbers = cells.values if not cells.is_text else _parsed(cells.values)
        whole = bool((numbers == np.rint(numbers)).all())
        return Field(name, cells, "whole" if whole else "broken", numbers)
    if isinstance(kind, Quantity):
        found = pd.Series(kind.read(replace(cells, codes=np.arange(len(cells.values)), raw=None), column))
        return Field(name, cells, "date" if kind.is_calendar else "broken", kind.numbers(found))
    return Field(name, cells, "text")


def _parsed(texts: np.ndarray) -> np.ndarray:
    """Return the numbers of texts, with marks of missing ones as the least of all."""
    fit = numerals.are_numbers(texts)
    numbers = np.full(len(texts), np.nan)
    numbers[fit] = numerals.parse(texts[fit])
    return np.asarray(pd.Series(numbers).fillna(np.nanmin(numbers) if fit.any() else 0.0))
