"""Define what a twin may hold in each learned column: the least and the greatest number, or the
categories.
"""

from __future__ import annotations

from tabtwin.schema.kinds.registry import is_quantity, quantity
from tabtwin.schema.rule import Rule
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


class Gap(Frozen):
    """A column that generators learn in place of the end of an ordering: how far the end is from its start.
    Or in place of a start: its share of the end. Or in place of the target of a formula that holds except for
    rounding: how far off it is.

    Attributes:
        name: Its name, which no column of the table has.
        column: The column that it replaces: the end of an ordering, or its start.
        origins: What it is measured from: of an end, all columns that come before it, and the latest of a row
            counts; of a start, its end. For a formula: what it computes with.
        base: Stands for the origin where all of them are missing.
        by_day: Whether it counts from the beginning of the origin's day, in days and parts of a day;
            otherwise it counts the points of the column's grid.
        protect: How many subjects must share one for it to be learned as it is.
        code: Its least and its greatest number.
        expression: The formula, if it is one.
        is_share: Whether the column is a start, and learned as its share of the end.
    """

    name: str
    column: str
    origins: tuple[str, ...]
    base: float
    by_day: bool
    protect: int
    code: ColumnCode
    expression: str = ""
    is_share: bool = False


class Recoding(Frozen):
    """How the table that generators learn differs from the one that protection leaves.

    Attributes:
        gaps: Columns in place of the ends, or starts, of orderings.
        computed: Rules that compute a column. It is not learned, unless missing cells are its own: then it
            is, for where they are.
        anchor: The mean of each learned number that rules compute with, and of each gap: rows that bounds do
            not allow are moved toward it.
    """

    gaps: tuple[Gap, ...] = ()
    computed: tuple[Rule, ...] = ()
    anchor: dict[str, float] = {}  # noqa: RUF012 - pydantic copies defaults

    @property
    def derived(self) -> frozenset[str]:
        """Return the columns that are computed when rows are decoded, and not learned."""
        strict = [rule.columns[0] for rule in self.computed if not rule.loose]
        return frozenset([gap.column for gap in self.gaps] + strict)

    @property
    def is_needed(self) -> bool:
        """Return whether anything is computed or compared when rows are decoded."""
        return bool(self.gaps or self.computed or self.anchor)


class Encoding(Frozen):
    """The values of every learned column that may be released, and what generators learn in their place."""

    columns: dict[str, ColumnCode]
    recoding: Recoding = Recoding()


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
