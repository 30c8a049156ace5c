"""Single people out: find predicates that one row of the twin meets, and that exactly one person may meet,
too.

After Giomi et al. 2023, section on singling out, and Cohen and Nissim, "Towards formalizing the GDPR's notion
of singling out" (PNAS 117, 2020). *Univariate*: a value that the twin holds once, or a column's least or
greatest number. *Multivariate*: three columns of one twin row, numbers beyond the median as bounds; one
guess per twin row. A guess is right if exactly one subject meets it.

Whether one does depends on how many there are, and the holdout has fewer subjects (h) than training (n). The
paper extrapolates with a fitted curve. Here the control still has n people: the holdout, and n − h training
subjects drawn at random; someone in the holdout is singled out by chance as often as anyone else, so their
guesses count n / h each. Nothing is drawn: the expectation is

    right = n / h · P(none of the t training subjects who meet it is drawn) = n / h · C(h, t) / C(n, t)

where one holdout subject meets the predicate, and 0 otherwise. With n = h that is the paper's control.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from tabtwin.evaluation.risks.boxes import Boxes, Population, around, equal_to, met_by
from tabtwin.evaluation.risks.cells import MISSING
from tabtwin.evaluation.risks.risk import Guesses

MAX_GUESSES = 2_000
WIDTH = 3
"""Columns of a multivariate guess, as in the paper's package."""
MAX_TRIED = 200_000
"""The most multivariate predicates to try until enough are met by one row; most are soon met by two."""
BATCH = 2_000


def univariate(
    twin: np.ndarray, ordered: np.ndarray, *, rng: np.random.Generator, threads: int = 1
) -> Boxes | None:
    """Return values that occur once in the twin, and the ends of its numbers; ``None`` if there are none.

    Args:
        twin: Cells, float64 (columns, rows).
        ordered: Whether each column holds numbers, bool (columns,).
        rng: Draws guesses if there are more than the cap.
        threads: Threads to compute with.
    """
    found = []
    for place, cells in enumerate(twin):
        values, times = np.unique(cells, return_counts=True)
        single = rng.permutation(values[times == 1])[:MAX_GUESSES]
        found.append(equal_to(*_of_column(place, single)))
        present = values[values != MISSING]
        if ordered[place] and len(present):
            ends = _of_column(place, present[[0, -1]])
            found.append(around(*ends, ordered, np.array([[False], [True]])))
    boxes = Boxes.join(found)
    boxes = boxes.take(rng.permutation(len(boxes)))
    boxes = boxes.take(met_by(boxes, _rows(twin), most=2, threads=threads)[0] == 1)
    return boxes.take(slice(MAX_GUESSES)) if len(boxes) else None


def multivariate(
    twin: np.ndarray, ordered: np.ndarray, *, rng: np.random.Generator, threads: int = 1
) -> Boxes | None:
    """Return three columns of a twin row that no other row shares, at most one guess per row; ``None``
    without any.

    Arguments as for :func:`univariate`.
    """
    medians = np.array([np.median(cells[cells != MISSING]) if _some(cells) else 0.0 for cells in twin])
    rows, guessed = _rows(twin), np.zeros(twin.shape[1], bool)
    found: list[Boxes] = []
    for _ in range(0, MAX_TRIED, BATCH):
        asked = rng.permutation(np.flatnonzero(~guessed))[:BATCH]
        columns = _draw_columns(len(asked), len(twin), rng)
        values = twin[columns, asked[:, None]]
        boxes = around(columns, values, ordered, values > medians[columns])
        single = met_by(boxes, rows, most=2, threads=threads)[0] == 1
        guessed[asked[single]] = True
        found.append(boxes.take(single))
        if guessed.sum() >= MAX_GUESSES or guessed.all():
            break
    boxes = Boxes.join(found).take(slice(MAX_GUESSES))
    return boxes if len(boxes) else None


def at_random(
    twin: np.ndarray, ordered: np.ndarray, width: int, guesses: int, *, rng: np.random.Generator
) -> Boxes:
    """Return random guesses: random columns, any of their values, and a side."""
    columns = _draw_columns(guesses, len(twin), rng, width)
    values = np.empty(columns.shape)
    for place, cells in enumerate(twin):
        here = columns == place
        values[here] = rng.choice(np.unique(cells), here.sum())
    sided = around(columns, values, ordered, rng.random(columns.shape) < 0.5)
    exact = rng.random(columns.shape) < 1 / 3
    return Boxes(columns, np.where(exact, values, sided.low), np.where(exact, values, sided.high))


def judged(
    boxes: Boxes, baseline: Boxes, training: Population, holdout: Population, *, threads: int = 1
) -> Guesses:
    """Return how often predicates are right for training subjects, and for as many people that include the
    holdout.

    Args:
        boxes: The guesses.
        baseline: Guesses made at random.
        training: Those who were trained on.
        holdout: As many subjects who were not, or fewer.
        threads: Threads to compute with.
    """
    (seen, of_seen), (unseen, of_unseen) = (
        met_by(boxes, people, most=people.size, threads=threads) for people in (training, holdout)
    )
    luck, _ = met_by(baseline, training, most=2, threads=threads)
    many, few = training.size, holdout.size
    return Guesses(
        training=(seen == 1).astype(float),
        holdout=(unseen == 1) * _undrawn(seen, few, many) * many / few,
        baseline=float((luck == 1).mean()),
        of_training=of_seen,
        of_holdout=of_unseen,
        worth=many / few,
    )


def _undrawn(met: np.ndarray, few: int, many: int) -> np.ndarray:
    """Return the chance that all of ``met`` subjects (guesses,) are among the ``few`` of ``many`` left
    out.
    """
    possible = np.minimum(met, few)
    logs = gammaln(few + 1) - gammaln(few - possible + 1) - gammaln(many + 1) + gammaln(many - possible + 1)
    return np.where(met > few, 0.0, np.exp(logs))


def _draw_columns(guesses: int, columns: int, rng: np.random.Generator, width: int = WIDTH) -> np.ndarray:
    """Draw different columns for each guess, ascending, int64 (guesses, width or all)."""
    drawn = rng.random((guesses, columns)).argsort(axis=1)[:, :width]
    return np.sort(drawn, axis=1).astype(np.int64)


def _of_column(place: int, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.full((len(values), 1), place, np.int64), values[:, None]


def _rows(twin: np.ndarray) -> Population:
    """Return the twin's rows, each a person."""
    return Population(np.ascontiguousarray(twin), np.arange(twin.shape[1]))


def _some(cells: np.ndarray) -> bool:
    return bool((cells != MISSING).any())
