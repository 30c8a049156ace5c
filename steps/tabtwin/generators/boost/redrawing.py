"""Choose which rows are learned, and on which of them trees grow.

Some subjects are left out and as many others count twice. Coins that fall evenly give a twin exactly the
counts of the rows that were learned, so without this a reader who knows all rows but one would take that
row's values from the twin. With it a count is off by a random number: of 800 subjects, at k = 5, by one of
standard deviation 4.5 for a value that half of them have, and of 1.3 for one that 16 have. Rare values are
blurred least, so this is no proof.
"""

from __future__ import annotations

import numpy as np

SUBJECTS_PER_K = 10
"""How many subjects are left out for each beyond the first that protection requires."""
SHARE = 0.01
"""The share of all subjects that is left out in addition: otherwise large tables would be blurred less."""
MOST = 0.05
"""The largest share of all subjects that is left out."""


def redrawn(subjects: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return the rows to learn from, ascending, int64: all of a subject's, none, or all of them twice.

    Args:
        subjects: The subject of each row (rows,), integers from 0.
        k: Subjects that must share a value; if one is enough, all rows are learned as they are.
        rng: A generator whose seed readers of the twin must not know.
    """
    people = int(subjects.max(initial=-1)) + 1
    wanted = SUBJECTS_PER_K * (k - 1) + int(SHARE * people) if k > 1 else 0
    moved = min(wanted, max(1, int(MOST * people)), people // 2)
    times = np.ones(people, np.int64)
    chosen = rng.permutation(people)
    times[chosen[:moved]] = 0
    times[chosen[moved : 2 * moved]] = 2
    return np.repeat(np.arange(len(subjects)), times[subjects])


def sampled(rows: int, most: int, rng: np.random.Generator) -> np.ndarray:
    """Return which of ``rows`` rows trees grow on, ascending, int64: all, or ``most`` drawn at random."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(rng.choice(rows, most, replace=False))
