"""Find columns whose combinations form a plan: nearly all occur, and each in one row or a few.

Trials, panels (a row per state and year) and calendars (a row per day) are such tables. Their rows are not a
random
sample: the rows that were not learned are exactly those missing among the learned ones, so a twin reveals
which were learned whether it comes close to them or avoids them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from math import prod

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.registry import is_quantity, quantity
from tabtwin.schema.schema import Schema

MOST_COLUMNS = 3
"""The fewest rows of a plan."""

MOST_ROWS = 3
"""The most rows of a combination: with more, the learned ones reveal nothing about the others."""

_FULL = 0.9
_LEAST_STEPS = 20
_UNEVEN, _EVEN = 0.1, 0.75
"""Months differ in length, and some calendars have no weekends."""

_MOST_TRIED = 2_000


def designs(table: pd.DataFrame, schema: Schema) -> list[tuple[str, ...]]:
    """Return the smallest sets of learned columns of a canonical table whose combinations form a plan."""
    levels = {column.name: _levels(table[column.name]) for column in schema.learned}
    counts = {name: int(codes.max()) + 1 for name, codes in levels.items() if _is_even(codes)}
    dates = [column.name for column in schema.learned if is_quantity(column) and quantity(column).is_calendar]
    found: list[tuple[str, ...]] = [(name,) for name in dates if _is_calendar(table[name])]
    for names in islice(_candidates(counts, len(table)), _MOST_TRIED):
        if not any(set(smaller) <= set(names) for smaller in found) and _is_full(names, levels, counts):
            found.append(names)
    return found


def describe(plan: Sequence[str]) -> str:
    """Return in words how the rows form a plan."""
    each = f"each combination of {', '.join(plan)}" if len(plan) > 1 else f"each {plan[0]}"
    return f"{each} has one row or a few, and nearly all occur"


def advise(plan: Sequence[str]) -> str:
    """Return what to do about a plan."""
    return f"--drop one of {', '.join(plan)}" if len(plan) > 1 else f"--drop {plan[0]}"


def _candidates(counts: Mapping[str, int], rows: int) -> Iterator[tuple[str, ...]]:
    """Yield sets of columns with as many combinations as a plan of these rows may have, small sets first."""
    varied = [name for name, count in counts.items() if 1 < count <= rows / 2]
    for size in range(2, MOST_COLUMNS + 1):
        for names in combinations(varied, size):
            if rows / MOST_ROWS <= prod(counts[name] for name in names) <= rows / _FULL:
                yield names


def _is_even(levels: np.ndarray) -> bool:
    """Return whether a column may be part of a plan: each of its levels has nearly as many rows as any."""
    rows = np.bincount(levels)
    return bool(rows.mean() >= _FULL * rows.max())


def _is_full(names: Sequence[str], levels: Mapping[str, np.ndarray], counts: Mapping[str, int]) -> bool:
    """Return whether nearly all combinations occur, each in as few rows as any."""
    shape = tuple(counts[name] for name in names)
    cells = np.bincount(np.ravel_multi_index([levels[name] for name in names], shape), minlength=prod(shape))
    return bool(cells.max() <= MOST_ROWS and cells.sum() >= _FULL * cells.max() * len(cells))


def _is_calendar(stamps: pd.Series) -> bool:
    """Return whether dates have one row or a few each, in mostly even steps."""
    days = np.sort(stamps.dropna().unique().astype("int64"))
    if len(days) < _LEAST_STEPS or len(stamps) > MOST_ROWS * len(days):
        return False
    steps = np.diff(days)
    even = np.abs(steps - np.median(steps)) <= _UNEVEN * np.median(steps)
    return bool(even.mean() >= _EVEN)


def _levels(cells: pd.Series) -> np.ndarray:
    """Return the value of each row as an integer (rows,); missing also is one."""
    return pd.factorize(cells, use_na_sentinel=False)[0]
