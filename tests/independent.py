"""Random tables whose columns have nothing to do with one another: every rule found in one is false.

Rows are in no order, except that one column of a table may be sorted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

NAMES = (
    "north",
    "crest",
    "amber",
    "tidal",
    "quill",
    "maple",
    "ridge",
    "sable",
    "ochre",
    "fjord",
    "lumen",
    "delta",
)
Draw = Callable[[np.random.Generator, int], np.ndarray]


def independent_table(rng: np.random.Generator) -> pd.DataFrame:
    """Return a table of 100 to 2,000 rows and 3 to 12 columns of mixed kinds; fewer rows are refused."""
    rows = int(np.exp(rng.uniform(np.log(100), np.log(2_000))))
    width = int(rng.integers(3, 13))
    kinds = rng.choice(len(KINDS), width)
    columns = [pd.Series(KINDS[kind](rng, rows)) for kind in kinds]
    if rng.random() < 0.3:
        columns[0] = columns[0].sort_values(ignore_index=True)
    columns = [_with_missing(column, rng) if rng.random() < 0.2 else column for column in columns]
    order = rng.permutation(width)
    return pd.DataFrame({NAMES[place]: columns[at] for place, at in enumerate(order)})


def _with_missing(column: pd.Series, rng: np.random.Generator) -> pd.Series:
    share = rng.choice([0.02, 0.1, 0.4, 0.9])
    found = column.astype(object) if column.dtype == bool else column
    return found.mask(rng.random(len(column)) < share)


def _words(count: int, *, even: bool) -> Draw:
    def draw(rng: np.random.Generator, rows: int) -> np.ndarray:
        weights = np.ones(count) if even else 1 / np.arange(1, count + 1) ** 1.3
        letters = [*"abcdefghijklm"]
        words = np.array(
            [f"{letters[number // 12]}{letters[number % 12]}o" for number in range(count)], dtype=object
        )
        return rng.choice(words, rows, p=weights / weights.sum())

    return draw


def _lopsided(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Return two words, one of which few rows hold."""
    return np.where(rng.random(rows) < rng.choice([0.01, 0.03, 0.1]), "yes", "no").astype(object)


def _whole(low: int, high: int) -> Draw:
    return lambda rng, rows: rng.integers(low, high, rows)


def _ages(rng: np.random.Generator, rows: int) -> np.ndarray:
    return np.clip(rng.normal(45, 15, rows), 18, 95).round().astype(int)


def _incomes(rng: np.random.Generator, rows: int) -> np.ndarray:
    return rng.lognormal(rng.uniform(4, 10), rng.uniform(0.3, 1.5), rows).round().astype(int)


def _prices(rng: np.random.Generator, rows: int) -> np.ndarray:
    return rng.integers(1, 60, rows) - 0.01


def _multiples(rng: np.random.Generator, rows: int) -> np.ndarray:
    return rng.integers(1, 40, rows) * rng.choice([5, 25, 500])


def _counts(rng: np.random.Generator, rows: int) -> np.ndarray:
    return rng.poisson(rng.choice([0.1, 1.0, 4.0]), rows)


def _measures(rng: np.random.Generator, rows: int) -> np.ndarray:
    return rng.normal(rng.uniform(-5, 50), rng.uniform(0.5, 10), rows).round(int(rng.integers(0, 4)))


def _shares(rng: np.random.Generator, rows: int) -> np.ndarray:
    return rng.random(rows).round(int(rng.integers(1, 4)))


def _days(rng: np.random.Generator, rows: int) -> np.ndarray:
    first = np.datetime64("2000-01-01") + int(rng.integers(0, 9_000))
    days = first + rng.integers(0, int(rng.choice([30, 400, 4_000])), rows)
    return pd.Series(days.astype("datetime64[s]")).dt.strftime("%Y-%m-%d").to_numpy(object)


def _stamps(rng: np.random.Generator, rows: int) -> np.ndarray:
    minutes = rng.integers(0, 2_000_000, rows).astype("timedelta64[m]")
    stamps = (np.datetime64("2019-01-01T00:00") + minutes).astype("datetime64[s]")
    return pd.Series(stamps).dt.strftime("%Y-%m-%d %H:%M").to_numpy(object)


def _flags(rng: np.random.Generator, rows: int) -> np.ndarray:
    return rng.random(rows) < rng.choice([0.02, 0.3, 0.5])


def _constant(rng: np.random.Generator, rows: int) -> np.ndarray:
    return np.full(rows, int(rng.integers(0, 9)))


KINDS: tuple[Draw, ...] = (
    *(_words(count, even=True) for count in (2, 5, 30, 150)),
    *(_words(count, even=False) for count in (4, 25, 120)),
    *(_whole(low, high) for low, high in ((0, 2), (1, 6), (0, 12), (1950, 2024), (1000, 1040), (-50, 50))),
    *(_lopsided, _ages, _incomes, _prices, _multiples, _counts, _measures, _shares, _days, _stamps),
    *(_flags, _constant),
)
