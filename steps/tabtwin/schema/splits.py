"""Choose the rows of the sealed holdout, and the training fold of each other row."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from tabtwin.lib.apportion import largest_remainders

FOLDS = 5
_SHARE, _LEAST, _MOST = 0.10, 2500, 0.25
_QUANTILES = 5
_FEWEST_DRAWN = 50_000
"""A table of no more rows is read whole: it takes little memory, and its holdout is larger."""


def holdout_rows(rows: int) -> int:
    """Return how many rows are held out: 10 %, but at least 2,500 and at most 25 %."""
    return min(max(round(_SHARE * rows), _LEAST), int(_MOST * rows))


def drawn_rows(training: int, *, own_holdout: bool) -> int:
    """Return the most rows to draw of a table while it is read, so that ``training`` are left to learn from
    once some are held out.

    Args:
        training: The most rows to learn from; 0 for all.
        own_holdout: Whether the user has other rows that are held out.
    """
    if not training:
        return sys.maxsize
    held = 0 if own_holdout else max(training // 9, _LEAST)
    return max(training + held, _FEWEST_DRAWN)


def strata(target: pd.Series | None, rows: int) -> np.ndarray:
    """Return the stratum of each row (rows,), int: its class, or a numeric target's quintile; -1 where
    missing.
    """
    if target is None:
        return np.zeros(rows, int)
    if target.dtype == object:
        return pd.factorize(target, sort=True)[0]
    values = target.to_numpy("float64")
    edges = np.nanquantile(values, np.arange(1, _QUANTILES) / _QUANTILES)
    return np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="right"))


def split(subjects: np.ndarray, stratum: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return which rows are held out, bool (rows,): whole subjects, from every stratum in proportion.

    A subject with several rows counts in the stratum of its first. The holdout never exceeds
    :func:`holdout_rows`; large subjects may leave it smaller.
    """
    people = _shuffled_people(subjects, stratum, rng)
    quota = _quotas(people.groupby("stratum")["rows"].sum(), holdout_rows(len(subjects)))
    before = people.groupby("stratum")["rows"].cumsum()
    chosen = people["subject"][before <= people["stratum"].map(quota)]
    return np.isin(subjects, chosen.to_numpy())


def topped_up(is_held: np.ndarray, subjects: np.ndarray, least: int, rng: np.random.Generator) -> np.ndarray:
    """Return which rows are held out, bool (rows,), topped up to ``least`` with subjects, small ones
    first.
    """
    people = _shuffled_people(subjects[~is_held], np.zeros((~is_held).sum(), int), rng)
    people = people.sort_values("rows", kind="stable")
    before = is_held.sum() + people["rows"].cumsum() - people["rows"]
    return is_held | np.isin(subjects, people["subject"][before < least].to_numpy())


def sample_rows(subjects: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Choose at most ``most`` rows, bool (rows,): whole subjects, in random order."""
    people = _shuffled_people(subjects, np.zeros(len(subjects), int), rng)
    chosen = people["subject"][people["rows"].cumsum() <= most]
    return np.isin(subjects, chosen.to_numpy())


def folds(subjects: np.ndarray, stratum: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the fold of each training row (rows,), int8 from 0 to 4: a subject's rows together, strata
    spread.
    """
    people = _shuffled_people(subjects, stratum, rng).sort_values("stratum", kind="stable")
    dealt = pd.Series(np.arange(len(people)) % FOLDS, index=people["subject"].to_numpy())
    return dealt.loc[subjects].to_numpy("int8")


def left_out(folds: pd.DataFrame, member: int) -> np.ndarray:
    """Return which training rows a member does not see: bool (rows,)."""
    mask: np.ndarray = folds["fold"].to_numpy() == member % FOLDS
    return mask


def _shuffled_people(subjects: np.ndarray, stratum: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row per subject, in random order: its stratum and its number of rows."""
    names, first, rows = np.unique(subjects, return_index=True, return_counts=True)
    people = pd.DataFrame({"subject": names, "stratum": stratum[first], "rows": rows})
    return people.iloc[rng.permutation(len(people))]


def _quotas(rows: pd.Series[int], wanted: int) -> pd.Series[int]:
    """Return rows to hold out of each stratum, in proportion, by largest remainder."""
    exact = rows * (wanted / rows.sum())
    return pd.Series(largest_remainders(exact.tolist(), wanted), index=rows.index)
