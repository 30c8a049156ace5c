"""Define a table's schema: the kind of each column, the target, the subjects.

``ingest`` writes it, ``--schema`` overrides it, and it reveals nothing that value protection hides.

How tables look inside the pipeline (*canonical* tables), by kind:

    integer, decimal   float64, NaN where missing
    datetime, time     datetime64[us], NaT where missing; times on 1900-01-01
    duration           float64 seconds, NaN where missing
    category, boolean  object: str, None where missing
    key                object: str
    identifier         absent: plausible values are made when the twin is exported
    constant, empty    absent: written again when the twin is exported
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from tabtwin.schema.column import Column as Column
from tabtwin.schema.dialect import Charset, Delimiter, Newline
from tabtwin.schema.kinds import registry
from tabtwin.schema.pandas_types import PandasFrame
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
        target: The column that ``utility`` predicts and ``balance`` evens out; ``None`` if none fits.
        chosen: Whether tabtwin chose the target, since the user named none.
        made: How the target is made, if it is not a column of the source.
        entity: The column or columns that name a row's subject, if subjects have several rows.
        quasi_identifiers: Columns that together may identify a subject in other data.
        rules: What always holds between columns, found or declared; a twin keeps it.
        delimiter: The delimiter of its CSV.
        encoding: The encoding of its CSV; ``utf-8-sig`` begins with a byte order mark.
        quoted_names: Whether its CSV has the columns' names in quotes.
        newline: How lines of its CSV end.
        unnamed: Whether the first column has no name in its CSV.
        denied: Rules that are not kept, even if they are found; their values do not matter.
        frame: What pandas says of the source besides its columns' types; ``None`` if it is not pandas'.
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
    frame: PandasFrame | None = None

    @model_validator(mode="after")
    def _names_agree(self) -> Schema:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("the schema names a column twice")
        if not all(registry.named(column.kind) for column in self.columns):
            raise ValueError("the schema has a column of an unknown kind")
        if self.target is not None and self.made is None and self.target not in names:
            raise ValueError("the schema's target is not one of its columns")
        if self.made is not None and self.made.column not in names:
            raise ValueError("the schema's target is not made from one of its columns")
        if not set(self.quasi_identifiers) <= set(names):
            raise ValueError("a quasi-identifier of the schema is not one of its columns")
        return self

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def learned(self) -> tuple[Column, ...]:
        """Return the columns that generators learn and that distances and accuracy compare."""
        return tuple(column for column in self.columns if registry.of(column).is_learned)

    @property
    def target_source(self) -> str | None:
        """Return the learned column that is the target, or that the target is made from."""
        return self.made.column if self.made else self.target


def numbers(table: pd.DataFrame, column: Column) -> np.ndarray:
    """Return a quantity of a canonical table as float64 (rows,): days since 1970 for dates."""
    return registry.quantity(column).numbers(table[column.name])


def codes(tables: list[pd.DataFrame], column: Column) -> list[np.ndarray]:
    """Return a label in several canonical tables as int32 codes (rows,), the same in all; -1: missing."""
    return registry.label(column).codes([table[column.name] for table in tables])


def target_values(table: pd.DataFrame, schema: Schema) -> pd.Series:
    """Return the target of each row of a canonical table: one of its columns, or made by the schema's rule.

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
