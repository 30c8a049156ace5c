"""Find what a twin of another tool carries from its source: keys, and values that protection would hide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tabtwin.evaluation.key_overlap import beyond_chance
from tabtwin.io.lenient import Lenient
from tabtwin.protection.rare_values import hidden_cells
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.empty import EMPTY
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.source import Source


@dataclass(frozen=True)
class Carried:
    """Cells of a twin that no measure compares, by column; columns without any are left out.

    Attributes:
        keys: How many cells of each key column equal a key of training, where these are more than keys of
            their range would repeat by chance.
        protected: How many cells of each column hold what value protection would hide; in a column that it
            empties, every cell that is not missing.
        not_compared: The twin's columns about which nothing else was measured.
        defects: How many cells of each column do not fit it, by reason.
        lacking: The table's columns that the twin does not have.
    """

    keys: dict[str, int]
    protected: dict[str, int]
    not_compared: tuple[str, ...]
    defects: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()


def find_carried(
    twin: Source, read: Lenient, training: Source, rows: pd.DataFrame, schema: Schema, encoding: Encoding
) -> Carried:
    """Find what distances and attacks do not see.

    Args:
        twin: The twin as it was read.
        read: The same by the training table's schema.
        training: The rows that it was made from, as they were read.
        rows: The same, canonical.
        schema: Training's schema, without the columns that the twin does not have.
        encoding: The values of each learned column that may be released.
    """
    met = [column for column in schema.columns if column.name in twin.columns]
    keys = {
        column.name: _copied(twin.columns[column.name], training.columns[column.name], column)
        for column in met
        if of(column) is KEY
    }
    # What no training row holds is no one's value: at most a defect.
    hidden = {
        name: int((cells & read.table[name].isin(rows[name].dropna()).to_numpy()).sum())
        for name, cells in hidden_cells(read.table, schema, encoding).items()
    }
    emptied = {
        column.name: twin.columns[column.name].without(column.marks).held
        for column in met
        if of(column) is EMPTY and training.columns[column.name].without(column.marks).held
    }
    learned = {column.name for column in schema.learned}
    return Carried(
        keys={name: cells for name, cells in keys.items() if cells},
        protected={name: cells for name, cells in (hidden | emptied).items() if cells},
        not_compared=tuple(name for name in twin.columns if name not in learned),
        defects=read.defects,
        lacking=read.lacking,
    )


def _copied(twin: Cells, training: Cells, column: Column) -> int:
    """Return how many cells of a key column are a key of training, as text; 0 if chance explains it."""
    mine, theirs = twin.without(column.marks), training.without(column.marks)
    keys, known = as_text(mine), as_text(theirs)
    repeated = int(mine.counts[np.isin(keys, known)].sum())
    return repeated if beyond_chance(keys, known, mine.held, repeated) else 0
