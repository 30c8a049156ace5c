"""Run SMOTE and its variants on tables with categories, dates and missing cells.

imbalanced-learn offers one algorithm for numbers (SMOTE), one for numbers with categories (SMOTENC) and one
for categories (SMOTEN), each of which raises on the others' tables, and on missing cells. So:

- a missing category is its own category;
- a number with missing cells becomes two features: the number, with the median where it is missing, and a
  category that says whether it is missing; a new row is missing if most of its neighbors are, like any other
  category, and the median is never used as a value;
- numbers are scaled by their standard deviation, so that no column's unit decides which rows are neighbors.

N. V. Chawla et al., "SMOTE: synthetic minority over-sampling technique", JAIR 16 (2002), 321-357; SMOTENC is
its section 6.1, SMOTEN its section 6.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tabtwin.evaluation.utility.features import Features
from tabtwin.lib.seeds import derive

if TYPE_CHECKING:
    from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

CELLS = 20_000_000  # in one array: imbalanced-learn holds new rows x neighbors x one-hot columns at once
REFERENCE = 4_000  # rows of a class among which neighbors are looked for
REFERENCE_PAIRS = 2_000  # the same for SMOTEN, which holds the distances of all pairs


def load() -> None:
    """Import imbalanced-learn, which is otherwise loaded by its first use: it takes seconds."""
    import imblearn.over_sampling  # noqa: F401 - loaded for later


@dataclass(frozen=True)
class Grown:
    """New rows, how they were made, and how many are copies.

    Attributes:
        matrix: The rows, (new, features); NaN where missing.
        labels: Their classes, int (new,).
        method: ``SMOTE``, ``SMOTENC``, ``SMOTEN``, or ``sampling`` if no class could be grown.
        neighbours: Among how many neighbors of a row another was chosen.
        sampled: Rows that were drawn again as they are.
    """

    matrix: np.ndarray
    labels: np.ndarray
    method: str
    neighbours: int | None
    sampled: int


def oversample(
    features: Features, matrix: np.ndarray, labels: np.ndarray, wanted: Mapping[int, int], seed: int
) -> Grown:
    """Make ``wanted[label]`` new rows of each class.

    The number of neighbors is 5, or one less than the smallest class that needs rows if that is fewer. A
    class of a single row has no neighbors: its rows are drawn again, and counted as ``sampled``.

    Args:
        features: What the columns of ``matrix`` are.
        matrix: The rows, (rows, features); NaN where missing.
        labels: The class of each row, int (rows,).
        wanted: New rows by class.
        seed: From which every draw is derived.
    """
    sizes = {label: int(np.sum(labels == label)) for label in wanted}
    alone = [label for label in wanted if sizes[label] < 2 or not features.columns]
    growing = [label for label in wanted if label not in alone]
    parts = [_drawn(matrix, labels, label, wanted[label], seed) for label in alone]
    method, neighbours = "sampling", None
    if growing:
        space = _Space.of(features, matrix)
        neighbours = min(5, *(sizes[label] - 1 for label in growing))
        method = space.method
        dense = space.dense(matrix)
        parts += [_grown(space, dense, labels, label, wanted[label], neighbours, seed) for label in growing]
    order = [*alone, *growing]
    return Grown(
        matrix=np.vstack([np.empty((0, matrix.shape[1])), *parts]),
        labels=np.repeat(np.array(order, dtype=int), [wanted[label] for label in order]),
        method=method,
        neighbours=neighbours,
        sampled=sum(wanted[label] for label in alone),
    )


@dataclass(frozen=True)
class _Space:
    """The matrix without missing cells: features, then one category for each number with missing cells."""

    categorical: tuple[int, ...]
    flagged: tuple[int, ...]
    centre: np.ndarray
    scale: np.ndarray
    missing: np.ndarray

    @classmethod
    def of(cls, features: Features, matrix: np.ndarray) -> _Space:
        width = matrix.shape[1]
        categorical = set(features.categorical)
        holes = np.isnan(matrix).any(axis=0)
        flagged = tuple(place for place in range(width) if holes[place] and place not in categorical)
        known = [column[~np.isnan(column)] for column in matrix.T]
        centre = np.array([0.0 if place in categorical or not len(cells) else np.median(cells)
                           for place, cells in enumerate(known)])  # fmt: skip
        spread = np.array([1.0 if place in categorical or not len(cells) else np.std(cells)
                           for place, cells in enumerate(known)])  # fmt: skip
        # One past the code of an unknown category, which no row of the fitted table has.
        missing = np.array([len(categories) + 1.0 for categories in features.categories])
        indices = (*sorted(categorical), *range(width, width + len(flagged)))
        return cls(indices, flagged, centre, np.where(spread > 0, spread, 1.0), missing)

    @property
    def method(self) -> str:
        numeric = len(self.centre) + len(self.flagged) - len(self.categorical)
        return "SMOTEN" if numeric == 0 else "SMOTENC" if self.categorical else "SMOTE"

    def dense(self, matrix: np.ndarray) -> np.ndarray:
        scaled = (matrix - self.centre) / self.scale
        for place in range(matrix.shape[1]):
            fill = self.missing[place] if place in self.categorical else 0.0
            scaled[np.isnan(scaled[:, place]), place] = fill
        flags = np.isnan(matrix[:, list(self.flagged)]).astype(float)
        dense: np.ndarray = np.hstack([scaled, flags])
        return dense

    def restore(self, dense: np.ndarray) -> np.ndarray:
        width = len(self.centre)
        matrix: np.ndarray = dense[:, :width] * self.scale + self.centre
        for place in range(width):
            if place in self.categorical:
                matrix[matrix[:, place] == self.missing[place], place] = np.nan
        for flag, place in enumerate(self.flagged, start=width):
            matrix[dense[:, flag] == 1, place] = np.nan
        return matrix

    def sampler(self, strategy: dict[int, int], neighbours: int, seed: int) -> SMOTE | SMOTEN | SMOTENC:
        from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

        common = {"sampling_strategy": strategy, "k_neighbors": neighbours, "random_state": seed}
        if self.method == "SMOTENC":
            return SMOTENC(categorical_features=list(self.categorical), **common)
        return SMOTE(**common) if self.method == "SMOTE" else SMOTEN(**common)


def _drawn(matrix: np.ndarray, labels: np.ndarray, label: int, count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(derive(seed, "draw", label))
    drawn: np.ndarray = matrix[rng.choice(np.flatnonzero(labels == label), size=count)]
    return drawn


def _grown(
    space: _Space,
    dense: np.ndarray,
    labels: np.ndarray,
    label: int,
    count: int,
    neighbours: int,
    seed: int,
) -> np.ndarray:
    """Return new rows of one class, in batches that bound memory: (count, features)."""
    mine = labels == label
    width = sum(len(np.unique(dense[mine, place])) for place in space.categorical) + dense.shape[1]
    paired = space.method == "SMOTEN"
    most = max(neighbours + 1, min(REFERENCE_PAIRS if paired else REFERENCE, CELLS // width))
    # SMOTEN's distances follow from all classes; the other algorithms just insist on a second one.
    wanted = {int(other): most if paired or other == label else 1 for other in np.unique(labels)}
    among = _reference(labels, wanted, seed)
    rows, classes = dense[among], labels[among]
    held = int(np.sum(classes == label))
    batch = max(1, CELLS // (width * neighbours))
    parts = []
    for start in range(0, count, batch):
        new = min(batch, count - start)
        sampler = space.sampler({label: held + new}, neighbours, derive(seed, "grow", label, start))
        grown, _ = sampler.fit_resample(rows, classes)
        parts.append(grown[len(rows) :])
    return space.restore(np.vstack(parts))


def _reference(labels: np.ndarray, most: Mapping[int, int], seed: int) -> np.ndarray:
    """Return at most so many rows of each class, in the table's order: int (chosen,)."""
    chosen = []
    for label in most:
        rows = np.flatnonzero(labels == label)
        if len(rows) > most[label]:
            rng = np.random.default_rng(derive(seed, "reference", label))
            rows = rng.choice(rows, most[label], replace=False)
        chosen.append(rows)
    return np.sort(np.concatenate(chosen))
