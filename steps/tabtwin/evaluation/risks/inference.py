"""Infer attributes: guess an unknown cell from all the others, using the twin.

After Giomi et al. 2023: each column is the secret in turn. The guess is the cell of the twin row that is
nearest in all others. A category, a date (to the day) or a time (to the hour) is right if it is equal, a
number if it is within 5 % of the guess, and a missing cell if missing is guessed. In wide tables, 20 columns
are guessed.
"""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.risks.cells import MISSING
from tabtwin.schema.kinds.registry import is_label, quantity
from tabtwin.schema.schema import Column

MAX_SECRETS = 20
TOLERANCE = 0.05


def secrets(columns: int, rng: np.random.Generator) -> np.ndarray:
    """Return the columns that are guessed, ascending: all, or as many as the cap."""
    return np.sort(rng.permutation(columns)[:MAX_SECRETS])


def right(guesses: np.ndarray, truths: np.ndarray, column: Column) -> np.ndarray:
    """Return whether guesses at a column's cells are right: bool (rows,)."""
    equal = guesses == truths
    if is_label(column):
        return np.asarray(equal)
    steps = quantity(column).told_apart(column)
    if steps is not None:
        return np.asarray(np.floor(guesses * steps) == np.floor(truths * steps))
    known = (guesses != MISSING) & (truths != MISSING)
    close = np.zeros(len(guesses), bool)
    close[known] = np.abs(guesses[known] - truths[known]) <= TOLERANCE * np.abs(guesses[known])
    return np.asarray(equal | close)
