"""Write a typed twin as the source is written: every column, in its order and spelling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.io.arrow_types import arrow_type
from tabtwin.io.formulas import escape, escaped
from tabtwin.io.quoting import Quoting, write_csv
from tabtwin.protection.identifiers.replacing import replace
from tabtwin.schema.kinds import dates, numerals, patterns
from tabtwin.schema.schema import NUMERIC, Column, Schema


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
        if column.kind == "key":
            taken = _taken(earlier, column.name)
            cells[column.name] = patterns.regenerate(
                column.pattern, rows, rng, first=column.first, taken=taken
            )
        elif column.kind == "identifier":
            cells[column.name] = replace(column, rows, rng, _taken(earlier, column.name))
        elif column.kind == "constant":
            cells[column.name] = np.full(rows, column.value, dtype=object)
        elif column.kind == "empty":
            cells[column.name] = np.full(rows, None, dtype=object)
        else:
            cells[column.name] = table[column.name].to_numpy()
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
        plain = (*NUMERIC, "datetime")
        texts |= {column.name: escaped(texts[column.name]) for column in columns if column.kind not in plain}
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


def to_typed(table: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return an exported table in the source's types (pandas' Arrow-backed ones), for Parquet.

    A column becomes text if its type cannot hold the token of value protection.
    """
    typed = {
        column.name: pd.arrays.ArrowExtensionArray(_arrow(table[column.name], column))
        for column in schema.columns
    }
    return pd.DataFrame(typed, index=table.index)


def as_text(cells: pd.Series, column: Column) -> pd.Series:
    """Return an exported column as its cells are written: object ``str``, ``None`` where missing."""
    if column.kind in NUMERIC:
        least = column.least
        most = max(column.digits, least)
        spelled = _by_value(cells, lambda values: numerals.spell(values.astype("float64"), least, most))
        return spelled.str.replace(".", ",", regex=False) if column.comma else spelled
    if column.kind == "datetime":
        return _by_value(cells, lambda values: dates.spell(values, column.format, column.digits))
    return cells


def _by_value(cells: pd.Series, spell: Callable[[np.ndarray], np.ndarray]) -> pd.Series:
    """``spell`` applied to the distinct values only."""
    codes, values = pd.factorize(cells.to_numpy())
    texts = np.append(spell(np.asarray(values)), [None]) if len(values) else np.array([None], dtype=object)
    return pd.Series(texts[codes], index=cells.index, dtype=object)


def _arrow(cells: pd.Series, column: Column) -> pa.Array:
    wanted = arrow_type(column.dtype)
    if column.kind == "empty":
        return pa.nulls(len(cells), wanted)
    try:
        if pa.types.is_decimal(wanted) or _is_text(wanted):
            return pa.array(as_text(cells, column), pa.string()).cast(wanted)
        if column.kind in NUMERIC:
            return pa.array(cells.to_numpy("float64"), from_pandas=True).cast(wanted)
        if column.kind == "datetime":
            stamps = pa.array(cells.to_numpy("datetime64[ns]"), from_pandas=True)
            zoned = pa.types.is_timestamp(wanted) and wanted.tz
            return (pc.assume_timezone(stamps, "UTC") if zoned else stamps).cast(wanted)
        if pa.types.is_boolean(wanted) and column.kind == "boolean":
            cells = cells.map(dict(zip(column.spelling, ("false", "true"), strict=True)))
        return pa.array(cells, pa.string()).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        # The source's type may be unable to hold a token, or cells that the user declared to be text.
        return pa.array(as_text(cells, column), pa.string())


def _is_text(dtype: pa.DataType) -> bool:
    inner = dtype.value_type if pa.types.is_dictionary(dtype) else dtype
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))
