"""Columns whose combinations are rows of a plan: each stands once or a few times, and nearly all of them do.

Trials, panels (a row for each state and year) and calendars (a row a day) are such tables. Their rows are no
draws: what was not learned is exactly what is lacking among what was, so that a twin shows which is which
whether it comes near the learned rows or keeps away from them.
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
"""Of a plan."""

MOST_ROWS = 3
"""Of a combination: of more the learned ones say nothing of the others."""

_FULL = 0.9
_LEAST_STEPS = 20
_UNEVEN, _EVEN = 0.1, 0.75
"""Months are not of one length, and some calendars have no weekends."""

_MOST_TRIED = 2_000


def designs(table: pd.DataFrame, schema: Schema) -> list[tuple[str, ...]]:
    """The smallest sets of learned columns of a canonical table whose combinations are a plan of its rows."""
    levels = {column.name: _levels(table[column.name]) for column in schema.learned}
    counts = {name: int(codes.max()) + 1 for name, codes in levels.items() if _is_even(codes)}
    dates = [column.name for column in schema.learned if is_quantity(column) and quantity(column).is_calendar]
    found: list[tuple[str, ...]] = [(name,) for name in dates if _is_calendar(table[name])]
    for names in islice(_candidates(counts, len(table)), _MOST_TRIED):
        if not any(set(smaller) <= set(names) for smaller in found) and _is_full(names, levels, counts):
            found.append(names)
    return found


def describe(plan: Sequence[str]) -> str:
    """What is so of the rows, in words."""
    each = f"each combination of {', '.join(plan)}" if len(plan) > 1 else f"each {plan[0]}"
    return f"{each} stands in a row or few, and nearly all do"


def advise(plan: Sequence[str]) -> str:
    """What helps."""
    return f"--drop one of {', '.join(plan)}" if len(plan) > 1 else f"--drop {plan[0]}"


def _candidates(counts: Mapping[str, int], rows: int) -> Iterator[tuple[str, ...]]:
    """Sets of columns that have as many combinations as a plan of so many rows may have, the small first."""
    varied = [name for name, count in counts.items() if 1 < count <= rows / 2]
    for size in range(2, MOST_COLUMNS + 1):
        for names in combinations(varied, size):
            if rows / MOST_ROWS <= prod(counts[name] for name in names) <= rows / _FULL:
                yield names


def _is_even(levels: np.ndarray) -> bool:
    """Whether a column may be one of a plan: each of its levels stands in nearly as many rows as any."""
    rows = np.bincount(levels)
    return bool(rows.mean() >= _FULL * rows.max())


def _is_full(names: Sequence[str], levels: Mapping[str, np.ndarray], counts: Mapping[str, int]) -> bool:
    """Whether nearly all combinations stand in rows, each in as few as any."""
    shape = tuple(counts[name] for name in names)
    cells = np.bincount(np.ravel_multi_index([levels[name] for name in names], shape), minlength=prod(shape))
    return bool(cells.max() <= MOST_ROWS and cells.sum() >= _FULL * cells.max() * len(cells))


def _is_calendar(stamps: pd.Series) -> bool:
    """Whether dates are a row each or few, in steps that are mostly even."""
    days = np.sort(stamps.dropna().unique().astype("int64"))
    if len(days) < _LEAST_STEPS or len(stamps) > MOST_ROWS * len(days):
        return False
    steps = np.diff(days)
    even = np.abs(steps - np.median(steps)) <= _UNEVEN * np.median(steps)
    return bool(even.mean() >= _EVEN)


def _levels(cells: pd.Series) -> np.ndarray:
    """The value of each row as an integer (rows,); missing is one, too."""
    return pd.factorize(cells, use_na_sentinel=False)[0]
