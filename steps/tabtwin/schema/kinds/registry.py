"""Register the kinds: a new one is a module beside this one, and a line here."""

from __future__ import annotations

from typing import cast

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.boolean import BOOLEAN
from tabtwin.schema.kinds.category import CATEGORY
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.constant import CONSTANT
from tabtwin.schema.kinds.datetime import DATETIME
from tabtwin.schema.kinds.decimal import DECIMAL
from tabtwin.schema.kinds.duration import DURATION
from tabtwin.schema.kinds.empty import EMPTY
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.integer import INTEGER
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.kind import Kind, Learned, Unlearned
from tabtwin.schema.kinds.label import Label
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.time import TIME
from tabtwin.schema.spelling.number_style import PLAIN, style_of

KINDS: tuple[Kind, ...] = (
    EMPTY,
    CONSTANT,
    BOOLEAN,
    INTEGER,
    DECIMAL,
    DATETIME,
    TIME,
    DURATION,
    KEY,
    CATEGORY,
    IDENTIFIER,
)
"""In the order in which they are guessed."""

_BY_NAME = {kind.name: kind for kind in KINDS}
_OF_SOME_KINDS = frozenset().union(*(kind.fields for kind in KINDS))


def of(column: Column) -> Kind:
    """Return a column's kind."""
    return _BY_NAME[column.kind]


def named(name: str) -> Kind | None:
    """Return the kind with a name, if there is one."""
    return _BY_NAME.get(name)


def as_written(cells: Cells, column: Column) -> Cells:
    """Return cells as a column's kind reads them: as plain numbers if it is one, else as in the source."""
    return cells.plainly(style_of(column)) if of(column).is_number else cells.plainly(PLAIN)


def is_label(column: Column) -> bool:
    """Return whether a column's cells are words."""
    return isinstance(of(column), Label)


def has_rare_group(column: Column) -> bool:
    """Return whether rare words of a column may become one group with its own token."""
    kind = of(column)
    return isinstance(kind, Label) and kind.has_rare_group


def is_quantity(column: Column) -> bool:
    """Return whether a column's cells are numbers on a scale."""
    return isinstance(of(column), Quantity)


def learned(column: Column) -> Learned:
    """Return the kind of a column that generators see."""
    return cast(Learned, _checked(column, Learned))


def quantity(column: Column) -> Quantity:
    """Return the kind of a column of numbers on a scale."""
    return cast(Quantity, _checked(column, Quantity))


def label(column: Column) -> Label:
    """Return the kind of a column of words."""
    return cast(Label, _checked(column, Label))


def unlearned(column: Column) -> Unlearned:
    """Return the kind of a column that is made or written again."""
    return cast(Unlearned, _checked(column, Unlearned))


def without_strange_fields(column: Column) -> Column:
    """Return the column with the default in each field that only other kinds have.

    A field that remains from an earlier kind may hold cells' values.
    """
    strange = set(_OF_SOME_KINDS - of(column).fields)
    return Column.model_validate(column.model_dump(exclude=strange))


def _checked(column: Column, family: type[Kind]) -> Kind:
    kind = of(column)
    assert isinstance(kind, family), f"{column.kind} is not of the family {family.__name__}"
    return kind
