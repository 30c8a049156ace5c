"""Find rows of a pool that are closer to training than unseen real rows would be.

Two measures of a row, from its distances to the two training rows closest to it:

- NNDR, the nearest-neighbor distance ratio: the first distance by the second. Near 0 the row belongs to
  one training row alone.
- DCR, the distance to the closest record, *relative* to how far that training row is from its own closest
  other training row: 1 is "as far as its neighbor is". So outliers are protected and crowds left alone. The
  *absolute* DCR is the plain distance.

Training itself, leaving one out, shows how close unseen rows come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.evaluation.distances.around import Around
from tabtwin.evaluation.distances.neighbours import Features, nearest
from tabtwin.evaluation.distances.screening_limits import Rules
from tabtwin.lib.log import Progress

DCR_EDGES = (0.1, 0.2, 0.35, 0.5)
NNDR_BINS = 5
ROUNDS = 4
COPY, DCR, NNDR, CROWD = RULES = ("copy", "dcr", "nndr", "crowd")


@dataclass(frozen=True)
class Closeness:
    """How close rows are to training; arrays are float64 (rows,).

    Attributes:
        distance: The distance to the closest training row.
        nndr: The distance divided by that to the second closest; 0 for a copy.
        spacing: The distance from that training row to its own closest other one.
    """

    distance: np.ndarray
    nndr: np.ndarray
    spacing: np.ndarray

    @property
    def copies(self) -> np.ndarray:
        """Return whether each row equals a training row."""
        equal: np.ndarray = self.distance == 0
        return equal

    def take(self, rows: np.ndarray) -> Closeness:
        """Return some of the rows, by index or mask."""
        return Closeness(self.distance[rows], self.nndr[rows], self.spacing[rows])

    def dcr(self, scale: str) -> np.ndarray:
        """Return the distance, plain or by ``spacing``; infinite next to a training row that has an equal."""
        if scale == "absolute":
            return self.distance
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.copies, 0.0, self.distance / self.spacing)


def measure(
    pool: Features,
    training: Features,
    subjects: np.ndarray,
    threads: int = 2,
    report: Progress | None = None,
    some: np.ndarray | None = None,
) -> tuple[Closeness, Closeness]:
    """Return the closeness of a pool's rows, and of some of training's own, leaving one subject out.

    Args:
        pool: Rows of the pool.
        training: Rows of training, of at least three subjects.
        subjects: The subject of each training row, integers (training rows,).
        threads: CPU threads.
        report: Called as rows of the pool are done.
        some: Training rows that are measured themselves, by index (:func:`around.asked`); all by default.
    """
    around = Around(training, subjects, threads)
    others, rows = nearest(pool, training, 2, threads=threads, report=report)
    own = np.arange(len(training)) if some is None else some
    around.look(np.concatenate([rows[:, 0], own]))
    around.look(around.indices[own, 0])
    seen = _closeness(others, around.distances[rows[:, 0], 0])
    spacing = _spacing_without_asker(around.distances, around.indices, subjects, own)
    return seen, _closeness(around.distances[own], spacing)


def _closeness(distances: np.ndarray, spacing: np.ndarray) -> Closeness:
    first, second = distances[:, 0].astype(float), distances[:, 1].astype(float)
    nndr = np.divide(first, second, out=np.zeros_like(first), where=second > 0)
    return Closeness(first, nndr, spacing.astype(float))


def _spacing_without_asker(
    distances: np.ndarray, indices: np.ndarray, subjects: np.ndarray, own: np.ndarray
) -> np.ndarray:
    """Return, for some training rows, the spacing of their closest other row without their own subject.

    If all neighbors found are of that subject, the closest of them is used.
    """
    closest = indices[own, 0]
    foreign = (subjects[indices[closest]] != subjects[own, None]) & (indices[closest] >= 0)
    spacing: np.ndarray = distances[closest, foreign.argmax(axis=1)]
    return spacing


def screen(
    pool: Closeness, training: Closeness, rules: Rules, draw: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return the rows of the pool that each rule drops, as masks (rows,); no row falls to two rules.

    Under ``matched``:

    - ``copy``: copies of training rows, beyond the rate at which training rows equal others, by whether
      the row copied has an equal itself;
    - ``dcr``: every other row below ``min_dcr``;
    - ``nndr`` and ``crowd``: per bin of NNDR below ``min_nndr``, then of DCR below .5, what is beyond
      training's share of that bin.

    Under ``cutoff``, ``dcr`` and ``nndr`` drop every row below their thresholds, copies included.
    """
    if rules.mode == "cutoff":
        low = pool.dcr(rules.scale) < rules.min_dcr
        nothing = np.zeros(len(low), bool)
        return {COPY: nothing, DCR: low, NNDR: ~low & (pool.nndr < rules.min_nndr), CROWD: nothing}
    last = draw.permutation(len(pool.distance))
    kept = len(last)
    for _ in range(ROUNDS):  # dropping rows lowers the number that a bin may keep
        dropped = _match(pool, training, rules, last, kept)
        kept = len(last) - sum(int(mask.sum()) for mask in dropped.values())
    return dropped


def _match(
    pool: Closeness, training: Closeness, rules: Rules, last: np.ndarray, kept: int
) -> dict[str, np.ndarray]:
    """Return one round of matching to a twin of ``kept`` rows; ``last`` orders the rows by which is
    dropped last.
    """
    stays, honest = ~_below(pool, rules), ~_below(training, rules)
    dropped = {DCR: ~stays}
    for rule, own, theirs in (
        (COPY, _copy_bins(pool), _copy_bins(training)),
        (NNDR, _nndr_bins(pool, rules), _nndr_bins(training, rules)),
        (CROWD, _dcr_bins(pool, rules), _dcr_bins(training, rules)),
    ):
        dropped[rule] = np.zeros(len(own), bool)
        for place in range(own.max(initial=-1) + 1):
            most = int((honest & (theirs == place)).sum()) * kept // max(1, int(honest.sum()))
            members = np.flatnonzero(stays & (own == place))
            dropped[rule][members[np.argsort(last[members])][most:]] = True
        stays &= ~dropped[rule]
    return {rule: dropped[rule] for rule in RULES}


def _below(rows: Closeness, rules: Rules) -> np.ndarray:
    return ~rows.copies & (rows.dcr(rules.scale) < rules.min_dcr)


def _copy_bins(rows: Closeness) -> np.ndarray:
    """Return 0 for a copy of a row without an equal, 1 for a copy of one that has an equal, otherwise -1."""
    return np.where(rows.copies, (rows.spacing == 0).astype(int), -1)


def _nndr_bins(rows: Closeness, rules: Rules) -> np.ndarray:
    return _bins(rows, rows.nndr, np.linspace(0, rules.min_nndr, NNDR_BINS + 1))


def _dcr_bins(rows: Closeness, rules: Rules) -> np.ndarray:
    edges = [rules.min_dcr, *(edge for edge in DCR_EDGES if edge > rules.min_dcr)]
    return _bins(rows, rows.dcr(rules.scale), np.array(edges))


def _bins(rows: Closeness, values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the bin of each row that is not a copy, or -1 outside the edges."""
    place = np.searchsorted(edges, values, side="right") - 1
    return np.where(rows.copies | (place >= len(edges) - 1), -1, place)


def threshold_for(pool: Closeness, rules: Rules, rows: int) -> tuple[str, float] | None:
    """Return the threshold of ``cutoff`` that leaves ``rows`` rows if the other stays: its name and value.

    ``None`` if lowering one is not enough.
    """
    dcr, nndr = pool.dcr(rules.scale), pool.nndr
    for name, lowered, other in (
        ("min_dcr", dcr, nndr >= rules.min_nndr),
        ("min_nndr", nndr, dcr >= rules.min_dcr),
    ):
        passing = np.sort(lowered[other])[::-1]
        if len(passing) >= rows:
            return name, float(np.floor(passing[rows - 1] * 1000) / 1000)
    return None
