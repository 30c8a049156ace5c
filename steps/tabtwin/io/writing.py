"""Write a typed twin in the source's format: every column, in its order and spelling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tabtwin.io.formulas import escape, escaped
from tabtwin.io.quoting import write_csv
from tabtwin.protection.identifiers.replacing import replace
from tabtwin.schema.dialect import Quoting
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.registry import is_quantity, of, unlearned
from tabtwin.schema.schema import Column, Schema


def export_table(
    table: pd.DataFrame, schema: Schema, rng: np.random.Generator, earlier: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """Return a twin with the source's columns: learned ones as in the typed ``table``, new keys and
    identifiers (object ``str``), and constants (object ``str``) and empty columns (object ``None``).

    Args:
        table: The twin.
        schema: Its schema.
        rng: The source of randomness.
        earlier: Exported tables that were released before: new values that differ in every row differ from
            theirs, too.
    """
    rows = len(table)
    cells: dict[str, object] = {}
    for column in schema.columns:
        kind = of(column)
        taken = _taken(earlier, column.name) if kind.is_made_new else set()
        if kind.is_learned:
            cells[column.name] = table[column.name].to_numpy()
        elif kind is IDENTIFIER:
            cells[column.name] = replace(column, rows, rng, taken)
        else:
            cells[column.name] = unlearned(column).make(column, rows, rng, taken)
    return pd.DataFrame(cells, index=pd.RangeIndex(rows))


def _taken(earlier: Sequence[pd.DataFrame], name: str) -> set[str]:
    """Return the texts of a column in all of these tables."""
    return {
        f"{cell:.0f}" if isinstance(cell, float) else str(cell)
        for table in earlier
        for cell in table[name].dropna()
    }


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
