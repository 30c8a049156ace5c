"""Determine how columns are written from training rows, and only as k subjects' cells have it.

A table is read as all of its cells are. But how many decimals it is written with, how fine its dates are and
what its keys look like may follow from one cell, perhaps one that is held out: then that cell is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from tabtwin.lib.frames import with_columns
from tabtwin.schema.kinds.cells import as_marked
from tabtwin.schema.kinds.date_marks import with_shares
from tabtwin.schema.kinds.registry import as_written as as_read
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.source import Source
from tabtwin.schema.spelling.number_style import PLAIN

_UNIVERSAL = ("utf-8", "utf-8-sig")


def as_vouched(
    schema: Schema,
    source: Source,
    training: np.ndarray,
    subjects: np.ndarray,
    protect: int,
    stated: Mapping[str, Iterable[str]],
) -> Schema:
    """Return the schema with each column written as k subjects' cells in training are.

    Args:
        schema: The schema of all rows.
        source: The table.
        training: Which rows are training, bool (rows,).
        subjects: The subject of each row, integers (rows,).
        protect: k, unless a column has its own.
        stated: The fields of columns that the user has declared, by column; they stay as they are.
    """
    columns = []
    for column in schema.columns:
        cells = as_read(source.columns[column.name], column)
        k = column.threshold(protect)
        witnesses = Witnesses(cells.without(column.marks), training, subjects, k)
        said = Column.model_fields.keys() & set(stated.get(column.name, ()))
        new = of(column).vouched(column, witnesses)
        new = new.model_copy(update={name: getattr(column, name) for name in said})
        if column.marks:
            # Also of those that are declared: a schema may have been kept from another table.
            everyone = Witnesses(cells, training, subjects, k)
            new = _with_vouched_marks(new, everyone)
            if of(new).keeps_marks and "mark_shares" not in said:
                new = with_shares(new, everyone)
        if "missing" not in said and not of(new).is_carried:
            new = new.model_copy(update={"missing": column.missing and witnesses.lack()})
        columns.append(of(new).settled(new, witnesses.cells))
    return schema.model_copy(update={"columns": tuple(columns)})


def with_vouched_encoding(
    schema: Schema, source: Source, training: np.ndarray, subjects: np.ndarray, protect: int
) -> Schema:
    """Return the schema with UTF-8 for encoding, unless a name or k subjects' cells need the source's."""
    is_plain = all(column.name.isascii() for column in schema.columns)
    if schema.encoding in _UNIVERSAL or not is_plain:
        return schema
    needed = np.zeros(len(subjects), bool)
    for column in schema.columns:
        cells = source.columns[column.name].plainly(PLAIN)
        if cells.is_text:
            needed |= cells.take(np.array([not text.isascii() for text in cells.values], bool), False)
    if len(np.unique(subjects[needed & training])) >= protect:
        return schema
    return schema.model_copy(update={"encoding": "utf-8"})


def as_written(table: pd.DataFrame, before: Schema, after: Schema) -> pd.DataFrame:
    """Return a canonical table, read by one schema, with its cells rounded to what another one writes."""
    rewritten: dict[str, np.ndarray] = {}
    for old, new in zip(before.columns, after.columns, strict=True):
        cells = of(new).rewritten(table[new.name], old, new) if of(new).is_learned else None
        if cells is not None:
            rewritten[new.name] = cells
    return with_columns(table, rewritten) if rewritten else table


def _with_vouched_marks(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with such marks of missing cells as k subjects' hold, or none of the table's."""
    values = as_marked(witnesses.cells)
    rare = [mark for mark in column.marks if (values == mark).any() and not witnesses.vouch(values == mark)]
    if not rare:
        return column
    kept = tuple(mark for mark in column.marks if mark not in rare)
    blank = {} if column.blank not in rare else {"blank": "", "quoted_blank": False}
    return column.model_copy(update={"marks": kept, **blank})
