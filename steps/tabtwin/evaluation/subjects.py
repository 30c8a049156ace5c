"""Draw and deal rows by subject, so that no subject is on two sides.

Rows of one subject are alike, and look like copies of one another: a subject that is in both halves of the
holdout makes one half seem to remember the other. If every row is its own subject, this is the same as by
row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.evaluation.intervals import groups


def numbered(subjects: np.ndarray) -> np.ndarray:
    """Return the subjects numbered as they first appear: int (rows,)."""
    return np.asarray(pd.factorize(subjects)[0])


def count(subjects: np.ndarray) -> int:
    """Return how many subjects there are."""
    return len(np.unique(subjects))


def longest(subjects: np.ndarray) -> int:
    """Return the most rows that one subject has."""
    return int(np.bincount(numbered(subjects)).max(initial=0))


def subject_groups(subjects: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return jackknife groups of whole subjects, int16 (rows,); by row if there is only one subject."""
    if count(subjects) == 1:
        return groups(len(subjects), rng)  # without its only subject nothing would be left
    return np.asarray(groups(count(subjects), rng)[numbered(subjects)])


def in_random_order(subjects: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return all rows, subjects in random order and the rows of each together: int (rows,)."""
    place = np.argsort(rng.permutation(count(subjects)))
    return np.argsort(place[numbered(subjects)], kind="stable")


def one_each(subjects: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return one row of each subject, at random: int (subjects,), by subject."""
    mixed = rng.permutation(len(subjects))
    return np.asarray(mixed[np.unique(subjects[mixed], return_index=True)[1]])
