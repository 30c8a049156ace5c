"""Hide in a schema what value protection hides in its rows: columns, and words of booleans."""

from __future__ import annotations

from tabtwin.lib.errors import InputError
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.empty import EMPTY
from tabtwin.schema.kinds.label import Label
from tabtwin.schema.kinds.registry import of, without_strange_fields
from tabtwin.schema.schema import Schema


def without_hidden(schema: Schema, hidden: list[str]) -> Schema:
    """Declare columns empty that protection empties.

    Raises:
        InputError: if the target is one of them, or every learned column is.
    """
    if len(hidden) == len(schema.learned):
        raise InputError(
            "--min-subjects: expected a column in which enough subjects have a value, found none; lower it"
        )
    if schema.target_source in hidden:
        option, advice = (
            ("--min-subjects", "lower it") if schema.chosen else ("--target", "name another column")
        )
        raise InputError(
            f"{option}: expected more subjects with a value in {schema.target_source!r}, found few; {advice}"
        )
    return with_empty(schema, hidden)


def with_empty(schema: Schema, names: list[str]) -> Schema:
    """Declare columns empty, since too few subjects have a value in them."""
    update = {"kind": EMPTY.name, "missing": True, "why": "too few subjects have a value to release any"}
    columns = tuple(
        without_strange_fields(column.model_copy(update=update)) if column.name in names else column
        for column in schema.columns
    )
    return schema.model_copy(update={"columns": columns})


def without_rare_words(schema: Schema, encoding: Encoding) -> Schema:
    """Make categories of booleans with a hidden word, so that no spelling reveals it."""
    columns = []
    for column in schema.columns:
        kind = of(column)
        if isinstance(kind, Label):
            shown = encoding.columns[column.name].categories
            new = kind.without_rare_words(column, shown)
            column = column if new is column else without_strange_fields(new)
        columns.append(column)
    return schema.model_copy(update={"columns": tuple(columns)})
