"""Write a pandas table to the bytes of a file."""

from __future__ import annotations

import io
from collections.abc import Collection, Hashable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tabtwin.io.arrow_cells import is_read_as
from tabtwin.io.file_types import twice
from tabtwin.lib.errors import InputError
from tabtwin.lib.frames import with_columns
from tabtwin.lib.listing import spell_columns

FAILS = (pa.ArrowException, OverflowError, ValueError, TypeError, NotImplementedError)
"""Errors of pandas and Arrow about cells that a type cannot hold, which quote a cell."""


def from_pandas(table: pd.DataFrame, dropped: Collection[Hashable] = ()) -> bytes:
    """Return a pandas table as Parquet, for ``read_source``.

    Named levels of the index become the first columns: they may name the subjects of rows. Other levels are
    ignored. Names become text, and so do categories, since Parquet has no categorical type of numbers.

    Args:
        table: The table.
        dropped: Columns that are not learned: if Parquet has no type for their cells, they become text.

    Raises:
        InputError: naming all columns whose cells are not of one type, with those that cannot be read.
    """
    table = with_levels(table)
    if found := twice([str(name) for name in table.columns]):
        raise InputError(
            f"expected different names, found {found[1]} columns of one name; rename all but one"
        )
    plain = pd.DataFrame(
        {str(name): _plain(table.iloc[:, at]) for at, name in enumerate(table.columns)}, index=table.index
    )
    gone = set(map(str, dropped))
    try:
        return _written(plain)
    except FAILS:
        odd = [name for name in plain.columns if not _fits(plain[[name]])]
    left = [name for name in odd if name not in gone]
    if left or not odd:
        unread = _unread(plain.drop(columns=odd)) if odd else []
        named = {*left, *(name for name in unread if name not in gone)}
        raise InputError(_refusal([name for name in plain.columns if name in named])) from None
    texts = {name: plain[name].map(str).where(plain[name].notna()).to_numpy(object) for name in odd}
    return _written(with_columns(plain, texts))


def with_levels(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the named levels of its index as its first columns."""
    levels = [name for name in table.index.names if name is not None and name not in table.columns]
    return table.reset_index(level=levels) if levels else table


def _plain(cells: pd.Series) -> pd.Series:
    """Return a column as Parquet can store it: its categories as text, and each cell of a sparse one."""
    dtype = cells.dtype
    if isinstance(dtype, pd.SparseDtype):
        return cells.astype(dtype.type)
    if isinstance(dtype, pd.CategoricalDtype) and not _are_texts(dtype.categories):
        texts = list(map(str, dtype.categories))
        if len(set(texts)) == len(texts):
            return cells.cat.rename_categories(texts)
    return cells


def _are_texts(levels: pd.Index) -> bool:
    return all(isinstance(level, str) for level in levels)


def _unread(table: pd.DataFrame) -> list[str]:
    """Return the columns of types that a table in Parquet must not have."""
    fields = pq.read_schema(io.BytesIO(_written(table)))
    return [field.name for field in fields if not is_read_as(field)]


def _refusal(names: Collection[str]) -> str:
    columns = "columns" if len(names) != 1 else "column"
    them = "them" if len(names) != 1 else "it"
    return (
        f"{columns} {', '.join(map(repr, names))}: expected cells of one type (text, numbers, booleans or "
        f"dates), found others; convert {them} (to text: .astype(str)) or drop {them} "
        f"(--drop {spell_columns(names)})"
    )


def _written(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _fits(column: pd.DataFrame) -> bool:
    try:
        _written(column)
    except FAILS:
        return False
    return True
