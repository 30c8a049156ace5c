"""Hold what pandas says of a table in Parquet: its columns' types, its index and the type of their names.

Arrow's types alone do not say whether whole numbers are ``int64`` or ``Int64``, texts ``object`` or
``string``. Pandas' metadata may hold anything else as well (``DataFrame.attrs``): only what is here is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.types as kinds

from tabtwin.store.artifacts import Frozen

KEY = b"pandas"
"""Where Arrow's schemas have pandas' metadata."""
CATEGORY = "category"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+:,/ \[\]()=-]{0,79}")
_UNNAMED = re.compile(r"__index_level_[0-9]+__")


class NamesType(Frozen):
    """The type of one level of the columns' names."""

    pandas_type: str = "unicode"
    numpy_type: str = "object"


class PandasFrame(Frozen):
    """What pandas says of a table, besides its columns' types.

    Attributes:
        index: Columns that are the table's index, in the order of its levels.
        names: The type of the columns' names, level by level.
    """

    index: tuple[str, ...] = ()
    names: tuple[NamesType, ...] = (NamesType(),)


def read_frame(schema: pa.Schema) -> tuple[PandasFrame | None, dict[str, str]]:
    """Return what pandas' metadata say of a table, and the types of its columns; ``None`` if it has none
    that can be read.
    """
    try:
        said = json.loads((schema.metadata or {}).get(KEY, b"null"))
        columns = {str(one["field_name"]): one for one in said["columns"]}
        index = tuple(one for one in said["index_columns"] if isinstance(one, str))
        levels = said.get("column_indexes") or [{}]
        names = tuple(
            NamesType(
                pandas_type=_word(level.get("pandas_type"), "unicode"),
                numpy_type=_word(level.get("numpy_type"), "object"),
            )
            for level in levels
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, {}
    types = {name: dtype_name(one) for name, one in columns.items() if name in schema.names}
    return PandasFrame(index=tuple(one for one in index if one in schema.names), names=names), types


def dtype_name(said: Mapping[str, Any]) -> str:
    """Return pandas' name of a column's type from its metadata; empty if it is unknown."""
    if said.get("pandas_type") == "categorical":
        return CATEGORY
    return known(said.get("numpy_type"))


def known(name: object) -> str:
    """Return a name of a type if pandas has such a type, otherwise the empty text.

    >>> known("Int64"), known("secret")
    ('Int64', '')
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return ""
    try:
        pd.api.types.pandas_dtype(name)
    except (TypeError, ValueError, ImportError, NotImplementedError):
        return ""
    return name


def metadata(
    table: pa.Table,
    frame: PandasFrame,
    dtypes: Mapping[str, str],
    names: Sequence[str],
    rows: int | None = None,
) -> bytes:
    """Return pandas' metadata of a twin.

    Args:
        table: The twin.
        frame: What pandas says of the source.
        dtypes: Pandas' names of the columns' types; ``object`` where a name is lacking.
        names: The columns of ``table``, in its order.
        rows: How many rows the twin has, if ``table`` is only a part of it.
    """
    index: list[object] = [name for name in frame.index if name in names]
    columns = [_column(field, dtypes.get(field.name, "")) for field in table.schema]
    last = table.num_rows if rows is None else rows
    numbered = {"kind": "range", "name": None, "start": 0, "stop": last, "step": 1}
    levels = [
        {"name": None, "field_name": None, "metadata": _encoding(level), **level.model_dump()}
        for level in frame.names
    ]
    found = {
        "index_columns": index or [numbered],
        "column_indexes": levels,
        "columns": columns,
        "creator": {"library": "pyarrow", "version": "1.0"},
        "pandas_version": "1.0",
    }
    return json.dumps(found).encode()


def _column(field: pa.Field, dtype: str) -> dict[str, object]:
    more: dict[str, object] | None = None
    logical, physical = _logical(field.type), dtype or "object"
    if kinds.is_dictionary(field.type):
        logical, physical = "categorical", str(field.type.index_type)
        more = {"num_categories": None, "ordered": field.type.ordered}
    elif kinds.is_timestamp(field.type) and field.type.tz:
        more = {"timezone": field.type.tz}
    elif kinds.is_decimal(field.type):
        more = {"precision": field.type.precision, "scale": field.type.scale}
    name = None if _UNNAMED.fullmatch(field.name) else field.name
    return {
        "name": name,
        "field_name": field.name,
        "pandas_type": logical,
        "numpy_type": physical,
        "metadata": more,
    }


def _logical(dtype: pa.DataType) -> str:
    """Return pandas' word for an Arrow type, as far as it reads one."""
    if kinds.is_timestamp(dtype):
        return "datetimetz" if dtype.tz else "datetime"
    named = {
        pa.string(): "unicode",
        pa.large_string(): "unicode",
        pa.date32(): "date",
        pa.float64(): "float64",
        pa.float32(): "float32",
        pa.float16(): "float16",
        pa.null(): "empty",
    }
    if kinds.is_decimal(dtype):
        return "decimal"
    return named.get(dtype, str(dtype))


def _encoding(level: NamesType) -> dict[str, str] | None:
    return {"encoding": "UTF-8"} if level.pandas_type == "unicode" else None


def _word(said: object, otherwise: str) -> str:
    return said if isinstance(said, str) and _NAME.fullmatch(said) else otherwise
