"""Rows that belong together: what is drawn, halved or dealt goes by subject, so that none is on two sides.

Rows of one subject are alike, and look like copies of one another: a subject that is in both halves of the
holdout makes one half seem to remember the other. Where every row is its own subject, all of this is what it
would be by row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.evaluation.intervals import groups


def numbered(subjects: np.ndarray) -> np.ndarray:
    """The subjects numbered as they first appear: int (rows,)."""
    return np.asarray(pd.factorize(subjects)[0])


def count(subjects: np.ndarray) -> int:
    """How many subjects there are."""
    return len(np.unique(subjects))


def longest(subjects: np.ndarray) -> int:
    """The most rows that one subject has."""
    return int(np.bincount(numbered(subjects)).max(initial=0))


def subject_groups(subjects: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Jackknife groups, whole subjects together: int16 (rows,); by row where there is but one subject."""
    if count(subjects) == 1:
        return groups(len(subjects), rng)  # without its only subject nothing would be left
    return np.asarray(groups(count(subjects), rng)[numbered(subjects)])


def in_random_order(subjects: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """All rows, subjects in random order and the rows of each together: int (rows,)."""
    place = np.argsort(rng.permutation(count(subjects)))
    return np.argsort(place[numbered(subjects)], kind="stable")


def halves(subjects: np.ndarray, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two disjoint sets of subjects, at random: the rows of each, int (at most ``size``,).

    Args:
        subjects: int (rows,), of two subjects at least for two sets with rows.
        size: At most half of the rows. The first set has fewer rows where whole subjects do not add up to it.
        rng: Draws the sets.
    """
    rows = in_random_order(subjects, rng)
    ends = np.append(np.flatnonzero(np.diff(subjects[rows])) + 1, len(rows))
    cut = ends[max(0, int((ends <= size).sum()) - 1)]
    return rows[: min(cut, size)], rows[cut : cut + size]


def one_each(subjects: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One row of each subject, at random: int (subjects,), by subject."""
    mixed = rng.permutation(len(subjects))
    return np.asarray(mixed[np.unique(subjects[mixed], return_index=True)[1]])
