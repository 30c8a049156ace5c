"""Look at every row once, a column at a time: what is kept are counts, and the rows that trees grow on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.generators.boost.coding import Coding, fit_column, split
from tabtwin.generators.boost.features import View
from tabtwin.generators.boost.knobs import BINS
from tabtwin.generators.boost.node_counts import by_fold
from tabtwin.generators.boost.numbers import Numbers
from tabtwin.generators.protocol import Columns
from tabtwin.schema.schema import Schema


@dataclass(frozen=True)
class Learned:
    """Which rows are learned.

    Attributes:
        rows: The rows, ascending; some twice, int64 (learned,).
        grown: Which of these trees grow on, ascending, int64 (grown,).
        subjects: The subject of each learned row, integers from 0 (learned,).
        folds: The fold of each, int8 (learned,).
    """

    rows: np.ndarray
    grown: np.ndarray
    subjects: np.ndarray
    folds: np.ndarray


@dataclass(frozen=True)
class Look:
    """What is kept of the rows.

    Attributes:
        coding: How columns are coded.
        view: The rows that trees grow on.
        counts: All learned rows by fold and code, int64 (folds, codes), by part.
    """

    coding: Coding
    view: View
    counts: tuple[np.ndarray, ...]


def look(table: Columns, schema: Schema, learned: Learned, protect: int) -> Look:
    """Look at the learned rows of an encoded table; ``protect`` is k of value protection."""
    coding, counts = [], []
    kept: list[tuple[np.ndarray, np.ndarray | None]] = []
    for column in schema.learned:
        cells = table[column.name].iloc[learned.rows]
        coded = fit_column(cells, column, learned.subjects, protect, BINS)
        values = split(cells, coded)
        for name, part in coded.parts.items():
            codes = part.codes(values[name])
            counts.append(by_fold(codes, part.size, learned.folds))
            numbers = values[name][learned.grown] if isinstance(part, Numbers) else None
            kept.append((codes[learned.grown], numbers))
        coding.append(coded)
    view = View.empty(len(learned.grown), [part for coded in coding for part in coded.parts.values()])
    for number, (codes, numbers) in enumerate(kept):
        view.put(number, codes, numbers)
    return Look(tuple(coding), view, tuple(counts))
