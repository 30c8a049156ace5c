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
from pydantic import Field, model_validator

from tabtwin.io.cells import Charset, Delimiter
from tabtwin.io.quoting import Newline
from tabtwin.schema.rules.rules import Rule
from tabtwin.store.artifacts import Frozen

Kind = Literal[
    "integer", "decimal", "category", "boolean", "datetime", "key", "identifier", "constant", "empty"
]
Identifies = Literal[
    "", "email", "iban", "card", "national number", "phone", "address", "name", "first name", "last name"
]
MADE_ANEW = ("key", "identifier")
NUMERIC = ("integer", "decimal")
CATEGORICAL = ("category", "boolean")
LEARNED = (*NUMERIC, *CATEGORICAL, "datetime")

_FIELDS_OF_KINDS: dict[str, tuple[Kind, ...]] = {
    "digits": ("integer", "decimal", "datetime"),
    "least": ("integer", "decimal"),
    "comma": ("integer", "decimal"),
    "format": ("datetime",),
    "pattern": ("key",),
    "first": ("key",),
    "spelling": ("boolean",),
    "value": ("constant",),
    "token": ("category",),
    "identifier": ("identifier",),
    "locale": ("identifier",),
    "distinct": ("identifier",),
}


class Column(Frozen):
    """One column of the source.

    Attributes:
        name: As in the source.
        kind: What it holds.
        why: One clause that says how the kind was found; no value of the column.
        missing: Whether cells may be missing.
        dtype: The source's type, for Parquet, as Arrow spells it: ``int64``, ``double``, ``string``,
            ``bool``, ``timestamp[us]``, ``date32[day]``.
        digits: Decimals that a decimal column is written with at most (17: all that the number has), or of
            a second in a datetime column.
        least: Decimals that a number is written with at least.
        comma: Whether a number is written with a decimal comma.
        quoted: Whether a CSV has its cells in quotes.
        format: strptime format of a datetime column; ``%-d`` and the like where it is written without zeros.
        pattern: Pattern of a key, one sign a character, as ``tabtwin.schema.kinds.patterns`` spells it.
        first: Where the running number of new keys begins.
        spelling: How a boolean's false and true are written, in this order.
        value: What a constant column holds.
        rare: Where rare categories go: into one group put out as ``token``, or to missing.
        token: What the rare group is put out as.
        public: Whether value protection leaves the column alone.
        protect: This column's own k, where it is not the run's.
        marks: Texts, besides the empty cell, that mean missing in this column.
        blank: What a CSV has in place of a missing cell.
        quoted_blank: Whether it has that in quotes.
        identifier: What a column names people by; plausible values of that kind take the place of its own.
        locale: Where those are usual, as Faker calls it: ``de_DE``.
        distinct: Whether they are all different, as the source's are.
    """

    name: str
    kind: Kind
    why: str = ""
    missing: bool = False
    dtype: str = "string"
    digits: int = Field(default=0, ge=0, le=17)
    least: int = Field(default=0, ge=0, le=17)
    comma: bool = False
    quoted: bool = False
    format: str = ""
    pattern: str = ""
    first: int = Field(default=1, ge=0)
    spelling: tuple[str, str] = ("False", "True")
    value: str = ""
    rare: Literal["token", "missing"] = "token"
    token: str = "(other)"  # noqa: S105 - a category's name, no secret
    public: bool = False
    protect: int | None = Field(default=None, ge=1)
    marks: tuple[str, ...] = ()
    blank: str = ""
    quoted_blank: bool = False
    identifier: Identifies = ""
    locale: str = ""
    distinct: bool = False

    @property
    def learned(self) -> bool:
        """Whether generators see the column."""
        return self.kind in LEARNED

    def threshold(self, protect: int) -> int:
        """k of value protection in this column, where the run's is ``protect``."""
        return 1 if self.public else self.protect or protect

    def without_strange_fields(self) -> Column:
        """The column with the fields that only other kinds have as they are by default.

        A field that an earlier kind has left behind may hold cells' values.
        """
        strange = {field for field, kinds in _FIELDS_OF_KINDS.items() if self.kind not in kinds}
        return Column.model_validate(self.model_dump(exclude=strange))


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
        return tuple(column for column in self.columns if column.learned)

    @property
    def target_source(self) -> str | None:
        """The learned column from which the target comes: itself, or what it is made from."""
        return self.made.column if self.made else self.target


def numbers(table: pd.DataFrame, column: Column) -> np.ndarray:
    """A numeric or datetime column of a canonical table as float64 (rows,): days since 1970 for dates."""
    if column.kind == "datetime":
        stamps = table[column.name].to_numpy("datetime64[ns]")
        days = stamps.astype("int64") / 86_400e9
        return np.where(np.isnat(stamps), np.nan, days)
    return table[column.name].to_numpy("float64")


def codes(tables: list[pd.DataFrame], column: Column) -> list[np.ndarray]:
    """A categorical column of several canonical tables as int32 codes (rows,), alike in all; -1: missing."""
    values = sorted({value for table in tables for value in table[column.name].dropna().unique()})
    lookup = {value: code for code, value in enumerate(values)}
    return [table[column.name].map(lookup).fillna(-1).to_numpy("int32") for table in tables]


def target_values(table: pd.DataFrame, schema: Schema) -> pd.Series:
    """The target of each row of a canonical table: a column of it, or made anew by the schema's rule.

    A made target is ``"yes"`` or ``"no"``, and missing where its column is.
    """
    if schema.made is None:
        assert schema.target is not None
        return table[schema.target]
    rule, column = schema.made, schema[schema.made.column]
    source = table[rule.column]
    if rule.operator == "=" and column.kind in CATEGORICAL:
        holds = (source == rule.value).to_numpy()
    else:
        value, cells = float(rule.value), numbers(table, column)
        compare = {">=": np.greater_equal, "<=": np.less_equal, ">": np.greater, "<": np.less, "=": np.equal}
        holds = compare[rule.operator](cells, value)
    made = np.where(holds, "yes", "no").astype(object)
    made[source.isna().to_numpy()] = None
    return pd.Series(made, index=table.index, dtype=object)
