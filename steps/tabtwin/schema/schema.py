"""What tabtwin holds a table to be: the kind of each column, the target, the subjects.

``ingest`` writes it, ``--schema`` overrides it, and it says nothing that value protection hides.

How tables look inside the pipeline (*canonical* tables), by kind:

    integer, decimal   float64, NaN where missing
    datetime           datetime64[ns], NaT where missing
    category, boolean  object: str, None where missing
    key                object: str
    identifier         not held: plausible values are made when the twin is dressed for release
    constant, empty    not held: written again when the twin is dressed for release
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from tabtwin.schema.column import Column as Column
from tabtwin.schema.dialect import Charset, Delimiter, Newline
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.store.artifacts import Frozen


class MadeTarget(Frozen):
    """A target made from a column: ``COLUMN >= NUMBER`` and the like, or ``COLUMN = VALUE``."""

    column: str
    operator: Literal[">=", "<=", ">", "<", "="]
    value: str


class Schema(Frozen):
    """A table's columns, in its order, and their roles.

    Attributes:
        columns: Every column of the source.
        target: The column that ``utility`` predicts and ``balance`` evens out; ``None`` where none fits.
        chosen: Whether tabtwin chose the target, since nobody named one.
        made: How the target is made, where it is no column of the source.
        entity: The column that names a row's subject, where several rows share one, or several columns.
        quasi_identifiers: Columns by which, taken together, a subject may be found elsewhere.
        rules: What always holds between columns, found or declared; a twin keeps them.
        delimiter: What a CSV of it has between its cells.
        encoding: Of that CSV; ``utf-8-sig`` begins with a mark of its encoding.
        quoted_names: Whether it has the columns' names in quotes.
        newline: How its lines end.
        unnamed: Whether the first column has no name in it.
        denied: Rules that are not kept, though they may be found; values of theirs say nothing.
    """

    columns: tuple[Column, ...]
    target: str | None = None
    chosen: bool = False
    made: MadeTarget | None = None
    entity: str | None = None
    quasi_identifiers: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    denied: tuple[Rule, ...] = ()
    delimiter: Delimiter = ","
    encoding: Charset = "utf-8"
    quoted_names: bool = False
    newline: Newline = "\n"
    unnamed: bool = False

    @model_validator(mode="after")
    def _names_agree(self) -> Schema:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("the schema names a column twice")
        if not all(registry.named(column.kind) for column in self.columns):
            raise ValueError("the schema has a column of a kind that there is not")
        if self.target is not None and self.made is None and self.target not in names:
            raise ValueError("the schema's target is none of its columns")
        if self.made is not None and self.made.column not in names:
            raise ValueError("the schema's target is made from none of its columns")
        if not set(self.quasi_identifiers) <= set(names):
            raise ValueError("a quasi-identifier of the schema is none of its columns")
        return self

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def learned(self) -> tuple[Column, ...]:
        """The columns that generators learn and that distances and accuracy compare."""
        return tuple(column for column in self.columns if registry.of(column).is_learned)

    @property
    def target_source(self) -> str | None:
        """The learned column from which the target comes: itself, or what it is made from."""
        return self.made.column if self.made else self.target


def numbers(table: pd.DataFrame, column: Column) -> np.ndarray:
    """Return a quantity of a canonical table as float64 (rows,): days since 1970 for dates."""
    return registry.quantity(column).numbers(table[column.name])


def codes(tables: list[pd.DataFrame], column: Column) -> list[np.ndarray]:
    """Return a label of several canonical tables as int32 codes (rows,), alike in all; -1: missing."""
    return registry.label(column).codes([table[column.name] for table in tables])


def target_values(table: pd.DataFrame, schema: Schema) -> pd.Series:
    """The target of each row of a canonical table: a column of it, or made anew by the schema's rule.

    A made target is ``"yes"`` or ``"no"``, and missing where its column is.
    """
    if schema.made is None:
        assert schema.target is not None
        return table[schema.target]
    rule, column = schema.made, schema[schema.made.column]
    source = table[rule.column]
    if rule.operator == "=" and registry.is_label(column):
        holds = (source == rule.value).to_numpy()
    else:
        value, cells = float(rule.value), numbers(table, column)
        compare = {">=": np.greater_equal, "<=": np.less_equal, ">": np.greater, "<": np.less, "=": np.equal}
        holds = compare[rule.operator](cells, value)
    made = np.where(holds, "yes", "no").astype(object)
    made[source.isna().to_numpy()] = None
    return pd.Series(made, index=table.index, dtype=object)
