"""How columns are written, told by training rows, and only as k subjects' cells have it.

A table is read as all of its cells are. But how many decimals it is written with, how fine its dates are and
what its keys look like may follow from one cell, perhaps one that is held out: that one is rounded then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.registry import of
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.source import Source

_UNIVERSAL = ("utf-8", "utf-8-sig")


def as_vouched(
    schema: Schema,
    source: Source,
    training: np.ndarray,
    subjects: np.ndarray,
    protect: int,
    stated: Mapping[str, Iterable[str]],
) -> Schema:
    """The schema with each column written as k subjects' cells in training are.

    Args:
        schema: As all rows are.
        source: The table.
        training: Which rows are training, bool (rows,).
        subjects: The subject of each row, integers (rows,).
        protect: k, where a column has none of its own.
        stated: What the user says of columns: names of fields, which stay as they are.
    """
    columns = []
    for column in schema.columns:
        cells = source.columns[column.name]
        k = column.threshold(protect)
        told = Witnesses(cells.without(column.marks), training, subjects, k)
        said = stated.get(column.name, ())
        new = {name: value for name, value in of(column).vouched(column, told).items() if name not in said}
        if column.marks and cells.is_text:
            # Also of those that are stated: a schema may have been kept from another table.
            new |= _marks(column, Witnesses(cells, training, subjects, k))
        if "missing" not in said and not of(column).is_carried:
            new["missing"] = column.missing and told.lack()
        column = column.model_copy(update=new)
        columns.append(of(column).settled(column, told.cells))
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
        cells = source.columns[column.name]
        if cells.is_text:
            needed |= cells.take(np.array([not text.isascii() for text in cells.values], bool), False)
    if len(np.unique(subjects[needed & training])) >= protect:
        return schema
    return schema.model_copy(update={"encoding": "utf-8"})


def as_written(table: pd.DataFrame, before: Schema, after: Schema) -> pd.DataFrame:
    """A canonical table, read by one schema, with its cells rounded to what another one writes."""
    rewritten: dict[str, np.ndarray] = {}
    for old, new in zip(before.columns, after.columns, strict=True):
        cells = of(new).rewritten(table[new.name], old, new) if of(new).is_learned else None
        if cells is not None:
            rewritten[new.name] = cells
    return table.assign(**rewritten) if rewritten else table


def _marks(column: Column, told: Witnesses) -> dict[str, Any]:
    """Of what means missing, the texts that k subjects' cells hold, or none of the table's."""
    values = told.cells.values
    rare = [mark for mark in column.marks if (values == mark).any() and not told.vouch(values == mark)]
    if not rare:
        return {}
    kept = tuple(mark for mark in column.marks if mark not in rare)
    blank = {} if column.blank not in rare else {"blank": "", "quoted_blank": False}
    return {"marks": kept, **blank}
