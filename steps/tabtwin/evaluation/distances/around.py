"""Look for the neighbors of training rows among training, leaving a subject out, only where they are needed.

How close training rows come to one another is known from some of them: all would cost as much as the pool's
own search, and more, since a subject may have many rows.
"""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.distances.neighbours import Features, nearest

SUBJECT_NEIGHBOURS = 16
MOST_ASKED = 50_000


def asked(rows: int, draw: np.random.Generator) -> np.ndarray:
    """Return the training rows that show how close unseen rows come, int64, ascending: :data:`MOST_ASKED`.

    They decide the share of training rows in each bin, to a standard error of at most .0022, and of .001 for
    a share of .05: on average that drops, or keeps, one row in a thousand more of the pool.
    """
    if rows <= MOST_ASKED:
        return np.arange(rows)
    return np.sort(draw.choice(rows, MOST_ASKED, replace=False))


class Around:
    """The neighbors of training rows without their own subject, looked for where they are needed.

    Attributes:
        distances: float32 (training rows, neighbors); those of rows not looked at are infinite.
        indices: int32, the same shape, -1 there.
    """

    def __init__(self, training: Features, subjects: np.ndarray, threads: int) -> None:
        self._training, self._subjects, self._threads = training, subjects, threads
        alone = len(np.unique(subjects)) == len(subjects)
        shape = (len(training), 2 if alone else SUBJECT_NEIGHBOURS)
        self.distances = np.full(shape, np.inf, np.float32)
        self.indices = np.full(shape, -1, np.int32)
        self._known = np.zeros(len(training), bool)

    def look(self, rows: np.ndarray) -> None:
        """Look for the neighbors of some rows, by index, that were not looked at before."""
        wanted = np.zeros(len(self._known), bool)
        wanted[rows] = True
        new = np.flatnonzero(wanted & ~self._known)
        self._known[new] = True
        self.distances[new], self.indices[new] = nearest(
            self._training.take(new),
            self._training,
            self.distances.shape[1],
            subjects=self._subjects,
            asking=self._subjects[new],
            threads=self._threads,
        )
