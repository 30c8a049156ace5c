"""Recode protected rows for generators, so that rules hold by construction.

A column that a rule computes is left out; in place of the end of an ordering stands the gap from its start,
or in place of the start its share of the end. The recoded table has other columns than the table itself, with
names of their own: a function that is given the wrong one of the two fails.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import Encoding, Gap
from tabtwin.schema.kinds.registry import is_quantity
from tabtwin.schema.rules.gaps import grid_of, measured
from tabtwin.schema.schema import Column, Schema, numbers


def recoded_schema(schema: Schema, encoding: Encoding) -> Schema:
    """Return the schema of the table that generators learn; the same one if nothing is recoded."""
    recoding = encoding.recoding
    if not recoding.derived:
        return schema
    names = {gap.column: gap for gap in recoding.gaps}
    columns = tuple(
        gap_column(names[column.name], schema, encoding) if column.name in names else column
        for column in schema.columns
        if column.name in names or column.name not in recoding.derived
    )
    known = {column.name for column in columns}
    source, update = schema.target_source, dict[str, object]()
    if source in names and not names[source].expression:
        update = {"target": names[source].name, "made": None}
    elif source is not None and source not in known:
        update = {"target": None, "made": None}
    asked = tuple(name for name in schema.quasi_identifiers if name in known)
    return schema.model_copy(
        update={"columns": columns, "quasi_identifiers": asked, "rules": (), "denied": (), **update}
    )


def recode(protected: pd.DataFrame, raw: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return rows as generators see them.

    Args:
        protected: The rows after value protection: float64, or object.
        raw: Their numbers before it, float64 by column. Gaps are measured in them where they have both ends,
            and protected by bounds of their own: a cell that a column's bounds move takes its gap along.
        schema: Their columns.
        encoding: How they are recoded.
    """
    recoding = encoding.recoding
    if not recoding.derived:
        return protected
    ends = {gap.column: gap for gap in recoding.gaps}
    cells: dict[str, np.ndarray] = {}
    for column in schema.learned:
        if column.name in ends:
            gap = ends[column.name]
            assert gap.code.low is not None
            assert gap.code.high is not None
            found = gaps_of(protected, raw, gap, schema, encoding)
            cells[gap.name] = np.clip(found, gap.code.low, gap.code.high)
        elif column.name not in recoding.derived:
            cells[column.name] = protected[column.name].to_numpy()
    return pd.DataFrame(cells, index=protected.index)


def gaps_of(
    protected: pd.DataFrame,
    raw: Mapping[str, np.ndarray] | pd.DataFrame,
    gap: Gap,
    schema: Schema,
    encoding: Encoding,
) -> np.ndarray:
    """Return the gap of each row before its own bounds apply, float64 (rows,)."""
    known = {}
    for name in (gap.column, *gap.origins):
        before = np.asarray(raw[name], "float64")
        # A missing cell of a column that has none in the twin was filled by protection.
        known[name] = np.where(np.isnan(before), protected[name].to_numpy("float64"), before)
    return measured(known, gap, grid_of(schema[gap.column], encoding.columns[gap.column]))


def gap_column(gap: Gap, schema: Schema, encoding: Encoding) -> Column:
    """Return the column that generators learn in place of an end."""
    end = schema[gap.column]
    if gap.by_day:
        return end.model_copy(update={"name": gap.name, "public": False, "protect": gap.protect})
    is_fine = gap.is_share or grid_of(end, encoding.columns[gap.column]) is None
    return Column(
        name=gap.name,
        kind="decimal" if is_fine else "integer",
        missing=end.missing,
        dtype="double",
        digits=17 if is_fine else 0,
        protect=gap.protect,
    )


def raw_numbers(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return the numbers of a canonical table that gaps are measured in, float64 by column."""
    names = {name for gap in encoding.recoding.gaps for name in (gap.column, *gap.origins)}
    return pd.DataFrame(
        {
            column.name: numbers(table, column)
            for column in schema.learned
            if column.name in names and is_quantity(column)
        },
        index=table.index,
    )
