"""Keep the values of categorical types: their order, and those that no row holds.

A value that rows hold is kept if protection shows it. One that no row of the whole table holds says nothing
about a row, and is part of the type, like a step of a scale that no one chose: it is kept, unless there are
many, since in a part of a larger table they may be values of the other rows.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.schema.column import Column
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.schema import Schema
from tabtwin.schema.source import Source

FEW_UNUSED = 20
"""So many values that no row holds are kept, or as many as are shown, if those are more."""
_MOST_CHOSEN = 100
_ROWS_A_LEVEL = 10


def is_chosen(cells: Cells) -> bool:
    """Return whether pandas' type says that cells are one of a few categories, whatever they look like."""
    levels = cells.stored.levels
    is_category = bool(cells.stored.pandas) or cells.stored.ordered
    few = 1 < len(levels) <= min(_MOST_CHOSEN, len(cells.codes) / _ROWS_A_LEVEL)
    return is_category and few and len(cells.values) > 1 and not _is_truth(cells)


def why_chosen(cells: Cells) -> str:
    """Say why cells are categories."""
    ordered = "ordered categories" if cells.stored.ordered else "categories"
    return f"{ordered} by the source's type"


def as_stored(column: Column, cells: Cells, stated: Collection[str]) -> Column:
    """Return the column with what the source says of its type, except what is declared."""
    found: dict[str, object] = {"pandas": cells.stored.pandas, "ordered": cells.stored.ordered}
    return column.model_copy(update={name: said for name, said in found.items() if name not in stated})


def with_levels(schema: Schema, source: Source, encoding: Encoding, holdout: pd.DataFrame) -> Schema:
    """Return the schema with the values of each categorical type that may be published.

    Args:
        schema: The columns; they may have declared values.
        source: All rows of the table.
        encoding: The values that protection shows.
        holdout: Canonical rows that are not learned, perhaps of another table.
    """
    columns = []
    for column in schema.columns:
        cells = source.columns[column.name]
        levels = column.categories or cells.stored.levels
        shown = _shown(column, encoding)
        kept: tuple[str, ...] = ()
        if levels and shown is not None:
            unseen = holdout[column.name] if column.name in holdout else pd.Series(dtype=object)
            kept = _kept(levels, shown, {*as_text(cells).tolist(), *unseen.dropna().unique()})
        columns.append(column.model_copy(update={"categories": kept}))
    return schema.model_copy(update={"columns": tuple(columns)})


def to_levels(texts: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
    """Return texts as Arrow's dictionary of the column's categories; others of the texts come last."""
    others = [text for text in texts.dropna().unique() if text not in set(column.categories)]
    levels = [*column.categories, *others]
    places = {text: place for place, text in enumerate(levels)}
    codes = pa.array(texts.map(places).to_numpy("float64"), from_pandas=True).cast(pa.int32())
    values = pa.array(levels, pa.string()).cast(wanted.value_type)
    return pa.DictionaryArray.from_arrays(codes, values, ordered=column.ordered)


def _shown(column: Column, encoding: Encoding) -> tuple[str, ...] | None:
    """Return the words of a column that a twin may have, in a fixed order; ``None`` if it has no words."""
    kind = registry.of(column)
    if kind.is_carried:
        return (column.value,) if "value" in kind.fields else ()
    return encoding.columns[column.name].categories if registry.is_label(column) else None


def _kept(levels: tuple[str, ...], shown: tuple[str, ...], held: Collection[str]) -> tuple[str, ...]:
    """Return the levels that may be published, in their order; a token of rare ones last."""
    unused = {level for level in levels if level not in held}
    few = unused if len(unused) <= max(FEW_UNUSED, len(shown)) else set()
    listed = [level for level in levels if level in shown or level in few]
    return (*listed, *(word for word in shown if word not in listed))


def _is_truth(cells: Cells) -> bool:
    """Return whether the two words of cells mean true and false."""
    return set(map(str.lower, map(str, np.asarray(cells.values)))) == {"false", "true"}
