"""Write a typed twin in the source's format: every column, in its order and spelling."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tabtwin.io.formulas import escape, escaped
from tabtwin.io.quoting import write_csv
from tabtwin.lib.taken import Taken
from tabtwin.protection.identifiers.replacing import replace
from tabtwin.schema.dialect import Quoting
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.registry import is_quantity, of, unlearned
from tabtwin.schema.schema import Column, Schema


def export_table(
    table: pd.DataFrame, schema: Schema, rng: np.random.Generator, taken: Mapping[str, Taken] | None = None
) -> pd.DataFrame:
    """Return a twin with the source's columns: learned ones as in the typed ``table``, new keys and
    identifiers (object ``str``), and constants (object ``str``) and empty columns (object ``None``).

    Args:
        table: The twin.
        schema: Its schema.
        rng: The source of randomness.
        taken: What was exported before, by column, see :func:`take`: new values that differ in every row
            differ from those, too.
    """
    rows = len(table)
    cells: dict[str, object] = {}
    for column in schema.columns:
        kind, known = of(column), (taken or {}).get(column.name, Taken())
        if kind.is_learned:
            cells[column.name] = table[column.name].to_numpy()
        elif kind is IDENTIFIER:
            cells[column.name] = replace(column, rows, rng, known)
        else:
            cells[column.name] = unlearned(column).make(column, rows, rng, known)
    return pd.DataFrame(cells, index=pd.RangeIndex(rows))


def nothing_taken(schema: Schema) -> dict[str, Taken]:
    """Return the columns that have new values in every twin, none of which is taken yet."""
    return {column.name: Taken() for column in schema.columns if of(column).is_made_new}


def take(taken: Mapping[str, Taken], table: pd.DataFrame, schema: Schema) -> None:
    """Remember the new values of an exported table, so that tables that are exported later have others."""
    for name, known in taken.items():
        column = schema[name]
        texts = pd.unique(pd.Series([_spelled(cell) for cell in table[name].dropna()], dtype=object))
        known.add(of(column).bare(np.asarray(texts, dtype=object), column))


def _spelled(cell: object) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) else str(cell)


def to_csv(table: pd.DataFrame, schema: Schema, *, escape_formulas: bool = False) -> bytes:
    """Return an exported or typed table as CSV, written as the source is.

    Text that the source's encoding cannot hold, such as a new name, makes it UTF-8. Numbers and dates are
    never escaped.
    """
    columns = [column for column in schema.columns if column.name in table]
    quoted = frozenset(column.name for column in columns if column.quoted)
    texts = {column.name: as_text(table[column.name], column) for column in columns}
    if escape_formulas:
        texts |= {column.name: escaped(texts[column.name]) for column in columns if not is_quantity(column)}
    written = write_csv(
        texts,
        {column.name: column.blank for column in columns},
        Quoting(
            names=schema.quoted_names,
            columns=quoted,
            marked={column.name: frozenset([column.blank]) for column in columns if column.quoted_blank},
            newline=schema.newline,
            unnamed=schema.unnamed and columns[:1] == list(schema.columns[:1]),
        ),
        schema.delimiter,
        [escape(column.name) for column in columns] if escape_formulas else None,
    )
    try:
        return written.encode(schema.encoding)
    except UnicodeEncodeError:
        return written.encode("utf-8-sig")


def as_text(cells: pd.Series, column: Column) -> pd.Series:
    """Return an exported column as its cells are written: object ``str``, ``None`` if missing."""
    return of(column).texts(cells, column)
