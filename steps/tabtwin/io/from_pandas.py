"""Write a pandas table to the bytes of a file."""

from __future__ import annotations

import io
from collections.abc import Collection

import pandas as pd
import pyarrow as pa

from tabtwin.io.file_types import twice
from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import spell_columns

_FAILS = (pa.ArrowException, OverflowError, ValueError, TypeError, NotImplementedError)
"""Errors of pandas and Arrow about cells that Parquet has no type for; their messages quote a cell."""


def from_pandas(table: pd.DataFrame, dropped: Collection[str] = ()) -> bytes:
    """Return a pandas table as Parquet, for ``read_source``.

    Named levels of the index become the first columns: they may name the subjects of rows. Other levels are
    ignored.

    Args:
        table: The table.
        dropped: Columns that are not learned: if Parquet has no type for their cells, they become text.

    Raises:
        InputError: naming all columns whose cells are not of one type.
    """
    levels = [name for name in table.index.names if name is not None and name not in table.columns]
    table = table.reset_index(level=levels) if levels else table
    if found := twice([str(name) for name in table.columns]):
        raise InputError(
            f"expected different names, found {found[1]} columns of one name; rename all but one"
        )
    try:
        return _written(table)
    except _FAILS:
        odd = [name for name in table.columns if not _fits(table[[name]])]
    left = [str(name) for name in odd if str(name) not in dropped]
    if left or not odd:
        raise InputError(_refusal(left)) from None
    texts = {str(name): table[name].map(str).where(table[name].notna()).to_numpy(object) for name in odd}
    return _written(table.assign(**texts))


def _refusal(names: Collection[str]) -> str:
    columns = "columns" if len(names) != 1 else "column"
    them = "them" if len(names) != 1 else "it"
    return (
        f"{columns} {', '.join(map(repr, names))}: expected cells of one type that Parquet has, found "
        f"others; convert {them} (to text: .astype(str)) or drop {them} (--drop {spell_columns(names)})"
    )


def _written(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _fits(column: pd.DataFrame) -> bool:
    try:
        _written(column)
    except _FAILS:
        return False
    return True
