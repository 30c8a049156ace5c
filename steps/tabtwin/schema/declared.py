"""Read what a user declares of a table in a schema file (``--schema``).

The file has the form of ``schema.json``, and every part of it may be left out: a column that it does not
name is guessed, and so is a field that it does not give.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pydantic import JsonValue, ValidationError

from tabtwin.lib.errors import InputError
from tabtwin.schema.dialect import Charset, Delimiter, Newline
from tabtwin.schema.pandas_types import PandasFrame
from tabtwin.schema.rule import Rule
from tabtwin.schema.schema import MadeTarget
from tabtwin.store.artifacts import Frozen

Stated = dict[str, JsonValue]
"""A column's ``name`` and any fields of :class:`Column` as a user wrote them, before they are checked."""


class Declared(Frozen):
    """A schema file: each column's ``name`` and any of its fields, and the roles."""

    columns: tuple[Stated, ...] = ()
    target: str | None = None
    chosen: bool = False
    made: MadeTarget | None = None
    entity: str | None = None
    quasi_identifiers: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    denied: tuple[Rule, ...] = ()
    delimiter: Delimiter | None = None
    encoding: Charset | None = None
    quoted_names: bool | None = None
    newline: Newline | None = None
    unnamed: bool | None = None
    frame: PandasFrame | None = None

    @property
    def fields(self) -> dict[str, frozenset[str]]:
        """Return which fields of each column are declared."""
        return {str(column["name"]): frozenset(column) for column in self.columns}

    @property
    def kinds(self) -> dict[str, str]:
        """Return the kind of each column of which one is stated."""
        return {str(column["name"]): str(column["kind"]) for column in self.columns if "kind" in column}

    def without(self, names: Iterable[str]) -> Declared:
        """Return the declarations without those about some columns."""
        gone = set(names)
        return self.model_copy(
            update={
                "columns": tuple(column for column in self.columns if column["name"] not in gone),
                "quasi_identifiers": tuple(name for name in self.quasi_identifiers if name not in gone),
                "rules": tuple(rule for rule in self.rules if gone.isdisjoint(rule.columns)),
                "denied": tuple(rule for rule in self.denied if gone.isdisjoint(rule.columns)),
            }
        )

    def with_kind(self, kind: str, names: Iterable[str]) -> Declared:
        """Return the declarations with some columns declared to be of a kind."""
        given = {str(column["name"]): column for column in self.columns}
        for name in names:
            given[name] = given.get(name, {"name": name}) | {"kind": kind}
        return self.model_copy(update={"columns": tuple(given.values())})


def read_declared(data: bytes) -> Declared:
    """Return the content of a schema file; ``b""`` declares nothing.

    Raises:
        InputError: if it does not have that form.
    """
    if not data:
        return Declared()
    try:
        declared = Declared.model_validate_json(data)
    except ValidationError as error:
        raise InputError(f"--schema: {first_fault(error)}") from None
    names = [column.get("name") for column in declared.columns]
    if not all(isinstance(name, str) for name in names):
        raise InputError("--schema: expected a name in every column, found one without; add it")
    if len(set(names)) < len(names):
        raise InputError("--schema: expected each column once, found one twice; remove one")
    return declared


def check_known(name: str, names: Iterable[str], option: str) -> None:
    """Refuse a column that does not exist, and suggest the most similar one."""
    names = list(names)
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"the columns are {', '.join(names[:20])}"
        raise InputError(f"{option}: expected a column of the table, found {name!r}; {hint}")


def first_fault(error: ValidationError) -> str:
    """Return the first error, without the wrong value."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg'].lower()}" if where else str(first["msg"]).lower()
