"""Define what a twin may hold in each learned column: the least and the greatest number, or the
categories.
"""

from __future__ import annotations

from tabtwin.schema.kinds.registry import is_quantity, quantity
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Frozen


class ColumnCode(Frozen):
    """The values of one column that may be released.

    Attributes:
        low: The least number, or days since 1970 of a date; ``None`` for categories.
        high: The greatest.
        categories: The categories, the most common first; the rare group's token, if there is one, last.
    """

    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()


class Encoding(Frozen):
    """The values of every learned column that may be released."""

    columns: dict[str, ColumnCode]


def bounds(encoding: Encoding) -> dict[str, tuple[float, float]]:
    """Return the least and the greatest number of each column that may be released."""
    return {
        name: (code.low, code.high)
        for name, code in encoding.columns.items()
        if code.low is not None and code.high is not None
    }


def units(schema: Schema) -> dict[str, float]:
    """Return the unit of each learned column: its numbers are multiples of it."""
    return {column.name: quantity(column).unit(column) for column in schema.learned if is_quantity(column)}
