"""Find what the ranges of numbers, and of parts of dates, fix (:mod:`tabtwin.schema.rules.bands`), and
protect their ends.

Each band has k subjects, and its ends are such as the bounds of a column: no number of a single subject.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.protection.bounds import find_bounds
from tabtwin.schema.expression import column as named
from tabtwin.schema.expression import operation
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.datetime import DATETIME
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.bands import in_bands
from tabtwin.schema.rules.fixed_cells import as_text
from tabtwin.schema.rules.fixing import CHANCE, FEWEST
from tabtwin.schema.rules.grouping import Things
from tabtwin.schema.schema import Column, Schema, numbers

MOST_COLUMNS = 60
"""Bands are sought in the first so many columns of numbers, and of the first so many other columns."""
MOST_BANDS = 60
MOST_OFF = 0.02
"""The share of rows that may be in another band: those of fewer than k subjects."""
MOST_STEPS = 0.6
"""The most bands of another number, as a share of the different numbers: more are a curve."""
MOST_DATES = 10
"""What parts of dates fix is sought of the first so many."""
_PARTS = ("weekday", "month", "quarter", "hour", "year", "yearday")
_WHOLE = Grid(1.0)
MOST_NUMBERS = 20
"""The most different numbers that bands of another number may have."""


def find_bands(
    training: pd.DataFrame, protected: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int
) -> list[Rule]:
    """Return what the ranges of numbers fix, those of the fewest bands first.

    Args:
        training: Canonical rows as they are.
        protected: The same after value protection.
        schema: Their columns.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
    """
    found: list[tuple[int, Rule]] = []
    things = [
        Things.of(protected[column.name], column, protect)
        for column in schema.learned
        if registry.is_label(column) or _is_plain(column)
    ]
    things = [then for then in things[:MOST_COLUMNS] if _may_be_fixed(then)]
    if not things:
        return []
    for first, part, cells in _numbers(training, schema):
        there = ~np.isnan(cells)
        if there.sum() < FEWEST:
            continue
        line = Line.of(cells[there], subjects[there])
        grid = _WHOLE if part else registry.quantity(first).grid(first, float(np.abs(cells[there]).max()))
        for then in (then for then in things if then.column.name != first.name):
            k = max(first.threshold(protect), then.column.threshold(protect))
            values = line.bands(then.codes[there], then, grid, k)
            if values:
                columns = (first.name, then.column.name)
                rule = Rule(kind="bands", columns=columns, values=values, expression=part)
                found.append((len(values), rule))
    return [rule for _, rule in sorted(found, key=lambda pair: pair[0])]


def _numbers(training: pd.DataFrame, schema: Schema) -> Iterator[tuple[Column, str, np.ndarray]]:
    """Yield columns of numbers, and parts of dates, as a column, the part as an expression, and the numbers
    (rows,).
    """
    for first in [column for column in schema.learned if _is_plain(column)][:MOST_COLUMNS]:
        yield first, "", numbers(training, first)
    dates = [column for column in schema.learned if registry.of(column) is DATETIME]
    for first in dates[:MOST_DATES]:
        days = numbers(training, first)
        for part in _PARTS:
            text = operation(part, named(first.name))
            found = text.evaluate({first.name: days})
            if len(np.unique(found[~np.isnan(found)])) > 1:
                yield first, str(text), found


@dataclass(frozen=True)
class Line:
    """The rows that hold a number, in order.

    Attributes:
        values: Their numbers, ascending.
        subjects: The subject of each.
        order: Which row each is.
        starts: Where each distinct number begins.
    """

    values: np.ndarray
    subjects: np.ndarray
    order: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray, subjects: np.ndarray) -> Line:
        """Return those of numbers (rows,), none missing."""
        order = np.argsort(cells, kind="stable")
        values = cells[order]
        starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
        return cls(values, subjects[order], order, starts)

    def bands(self, codes: np.ndarray, then: Things, grid: Grid | None, k: int) -> dict[str, str | None]:
        """Return the value of each end of a band; nothing if the column has none, or by chance.

        Args:
            codes: The value of each row, as ``then`` has it.
            then: The other column.
            grid: The grid of these numbers.
            k: How many subjects each band has at least.
        """
        held = codes[self.order]
        least, most = (reduce.reduceat(held, self.starts) for reduce in (np.minimum, np.maximum))
        alone = least == most
        changes = np.flatnonzero(np.append(True, least[1:] != least[:-1]))
        if len(changes) > 4 * MOST_BANDS or not alone.any():
            return {}
        # A number that has two values belongs to no band, nor does one of too few subjects.
        band = np.full(len(least), -1)
        ends = np.append(changes[1:], len(least))
        sizes = np.diff(np.append(self.starts, len(held)))
        rows = np.repeat(np.arange(len(least)), sizes)
        kept: list[tuple[int, np.ndarray]] = []
        for start, end in zip(changes, ends, strict=True):
            inside = (rows >= start) & (rows < end) & alone[rows]
            if not _is_hidden(int(least[start]), then) and len(np.unique(self.subjects[inside])) >= k:
                band[start:end] = np.where(alone[start:end], len(kept), -1)
                kept.append((int(least[start]), inside))
        if not self._is_supported(kept, band, rows, then):
            return {}
        found: dict[str, str | None] = {}
        for code, inside in kept:
            low, high = find_bounds(self.values[inside], self.subjects[inside], k, grid)
            for end in (low, high):
                found[as_text(float(end))] = None if code < 0 else str(then.held[code])
        return found if self._are_kept(found, held, then, k) else {}

    def _is_supported(
        self, kept: Sequence[tuple[int, np.ndarray]], band: np.ndarray, rows: np.ndarray, then: Things
    ) -> bool:
        """Return whether few rows are off the bands, and independent columns would hardly have them.

        Either rows of one number would rarely have one value by chance, or distinct numbers, in random order,
        would rarely have their values in so few bands.
        """
        count, different = len(kept), len(band)
        off = int((band[rows] < 0).sum())
        if len({code for code, _ in kept}) < 2 or count > MOST_BANDS or off > MOST_OFF * len(rows):
            return False
        if not registry.is_label(then.column) and count > MOST_STEPS * different:
            return False
        inside = band[rows] >= 0
        # A subject counts once for each band that it has rows in, as it does for each value that fixes.
        people = len(np.unique(self.subjects[inside].astype("int64") * count + band[rows][inside]))
        ways = _choices(different - 1, count - 1) + _choices(len(rows), off)
        alike = -math.log(min(float(then.shares.max()), 1 - 1e-12)) * (people - count)
        codes = np.array([code for code, _ in kept])[band[band >= 0]]
        counts = np.unique(codes, return_counts=True)[1]
        sorted_so = math.lgamma(len(codes) + 1) - sum(math.lgamma(one + 1) for one in counts.tolist())
        sorted_so -= count * math.log(len(counts))
        return people >= FEWEST and max(alike, sorted_so) - ways > CHANCE * math.log(10)

    def _are_kept(self, values: Mapping[str, str | None], held: np.ndarray, then: Things, k: int) -> bool:
        """Return whether all numbers that k subjects share are in the band of their own value."""
        said = in_bands(self.values, values)
        texts = np.append(then.held.astype(object), [None])[held]
        wrong = said != texts
        if wrong.mean() > MOST_OFF:
            return False
        counts = pd.Series(self.subjects[wrong]).groupby(self.values[wrong]).nunique()
        return not (counts >= k).any()


def _is_plain(column: Column) -> bool:
    kind = registry.of(column)
    return isinstance(kind, Quantity) and not kind.is_calendar


def _may_be_fixed(then: Things) -> bool:
    if not then.sayable or then.shares.max() >= 1:
        return False
    return registry.is_label(then.column) or 2 <= len(then.held) <= MOST_NUMBERS


def _is_hidden(code: int, then: Things) -> bool:
    return bool(
        code >= 0 and registry.has_rare_group(then.column) and str(then.held[code]) == then.column.token
    )


def _choices(count: int, some: int) -> float:
    """Return the log of in how many ways some of a number of things are chosen."""
    return math.lgamma(count + 1) - math.lgamma(some + 1) - math.lgamma(count - some + 1)
