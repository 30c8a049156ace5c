"""Estimate how many keys of training a twin would repeat by chance, from the range that its keys span.

Keys that are row numbers are dense: a twin whose rows are numbered repeats many of training's, which reveals
    nothing.
Keys drawn from a wide range repeat none, unless they were copied.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import bdtrc

CHANCE = 1e-3
"""The chance that keys which copy nothing count as copied."""


def beyond_chance(twin: np.ndarray, training: np.ndarray, cells: int, repeated: int) -> bool:
    """Return whether a twin repeats more of training's keys than keys from its own range would.

    Args:
        twin: The twin's distinct keys, object ``str`` (n,).
        training: Training's distinct keys, object ``str`` (m,).
        cells: How many cells of the twin hold a key.
        repeated: How many of these equal a key of training.
    """
    if not repeated:
        return False
    return bool(bdtrc(repeated - 1, cells, min(1.0, density(twin, training))) < CHANCE)


def density(twin: np.ndarray, training: np.ndarray) -> float:
    """Return the share of the keys in the twin's range that are training's, at most 1.

    Keys that differ only in a number span the numbers between their least and their greatest; others span all
    texts with, at each place, a character that a twin's key of that length has there.
    """
    mine, theirs = pd.Series(twin, dtype=object), pd.Series(training, dtype=object)
    form = mine.str.replace(r"[0-9]+", "0", regex=True).unique()
    if len(form) == 1 and form[0].count("0") == 1:
        theirs = theirs[theirs.str.replace(r"[0-9]+", "0", regex=True) == form[0]]
        numbers, others = (part.str.extract(r"([0-9]+)")[0].astype(float) for part in (mine, theirs))
        low, high = numbers.min(), numbers.max()
        return float(others.between(low, high).sum() / (high - low + 1))
    return _spelled(mine, theirs)


def _spelled(mine: pd.Series, theirs: pd.Series) -> float:
    room, met = 0.0, 0
    for length in mine.str.len().unique():
        places = _characters(mine, length).T
        others = _characters(theirs, length)
        room += math.prod(float(len(np.unique(place))) for place in places)
        inside = [np.isin(others[:, at], place) for at, place in enumerate(places)]
        met += int(np.all(inside, axis=0).sum()) if len(others) and inside else 0
    return met / room


def _characters(keys: pd.Series, length: int) -> np.ndarray:
    """Return the keys of one length, character by character: (keys, length)."""
    chosen = keys[keys.str.len() == length].to_numpy(object)
    return chosen.astype(f"U{max(1, length)}").view("U1").reshape(len(chosen), max(1, length))
