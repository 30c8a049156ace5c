"""Describe a table: the schema of its columns, as declared by the user, and guessed otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
from pydantic import ValidationError

from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import spell_columns
from tabtwin.preparation.hanging import with_learned
from tabtwin.protection.identifiers.declaring import identifier_column
from tabtwin.schema.arrow_types import is_type
from tabtwin.schema.declared import Declared, Stated, check_known, first_fault
from tabtwin.schema.dialect import Quoting
from tabtwin.schema.entities import entity_columns, made_column, subjects_of
from tabtwin.schema.kinds import guessing, registry
from tabtwin.schema.kinds.category import CATEGORY, VariedError
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.kind import Kind
from tabtwin.schema.levels import as_stored, is_chosen, why_chosen
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.source import Source
from tabtwin.schema.spelling.finding_number_style import find_style
from tabtwin.schema.spelling.number_style import PLAIN, STYLE_FIELDS

_FOUND = ("why", "missing", "value")
"""Fields of a column that follow from its cells, whatever is declared."""

QUASI_IDENTIFIERS = "--schema: quasi_identifiers"
"""How errors refer to their declaration."""

TOKEN = Column.model_fields["token"].default


def describe(
    source: Source,
    declared: Declared,
    entity: str | None,
    protect: int,
    subjects: np.ndarray | None = None,
) -> Schema:
    """Return the schema of a source, without a target: as declared, and guessed otherwise.

    Args:
        source: The table.
        declared: What the schema file declares.
        entity: The columns that name the subjects; the one with most values is a key, whatever it looks like.
        protect: k of value protection: a key's pattern spells only what k subjects' cells share.
        subjects: The subject of each row (rows,); by default as the entity says.

    Raises:
        VariedError: naming all columns of text of which nearly every cell is different or too rare.
        InputError: if a declared column is not there, or naming all columns that are not what they
            are declared to be, or hold what is not learned.
    """
    given = {str(column["name"]): column for column in declared.columns}
    for name in given:
        check_known(name, source.columns, "--schema")
    named = entity_columns(entity, source.columns)
    for name in named:
        check_known(name, source.columns, "--entity")
    if named:
        made = made_column(source, named)
        if given.get(made, {}).get("kind") != IDENTIFIER.name:
            given[made] = given.get(made, {"name": made}) | {"kind": KEY.name}
    subjects = subjects_of(source, named) if subjects is None else subjects
    columns, varied, faulty = [], [], {}
    for name, cells in source.columns.items():
        try:
            stated = given.get(name, {})
            found = cells if "marks" in stated else cells.without(_bare(name, source.quoting))
            column = _column(name, found, stated, subjects, protect)
            column = as_stored(column, cells, stated)
            columns.append(_as_written(column, source.quoting, stated))
        except VariedError as error:
            varied.append(error)
        except InputError as error:
            faulty[name] = str(error)
    if faulty:
        raise FaultyError(faulty)
    columns = with_learned(columns, source.columns)
    _check_tokens(columns, source, subjects, protect)
    if varied:
        raise VariedError(str(varied[0]), tuple(name for error in varied for name in error.columns))
    return Schema(
        columns=tuple(columns),
        entity=entity,
        quasi_identifiers=_quasi_identifiers(declared, columns),
        rules=declared.rules,
        denied=declared.denied,
        delimiter=declared.delimiter or source.delimiter,
        encoding=declared.encoding or source.encoding,
        quoted_names=source.quoting.names if declared.quoted_names is None else declared.quoted_names,
        newline=declared.newline or source.quoting.newline,
        unnamed=source.quoting.unnamed and columns[0].name == next(iter(source.columns)),
        frame=declared.frame or source.frame,
    )


def _check_tokens(columns: Iterable[Column], source: Source, subjects: np.ndarray, protect: int) -> None:
    """Refuse a declared token that is a rare value of another column: the twin would show it."""
    for column in (column for column in columns if registry.has_rare_group(column) and column.token != TOKEN):
        for cells in source.columns.values():
            places = np.flatnonzero(cells.is_text & (cells.values == column.token))
            if len(places) and len(np.unique(subjects[cells.codes == places[0]])) < 2 * protect:
                raise InputError(
                    f"column {column.name!r}: expected a token that is not a rare value of the table, found "
                    "one that is; declare another in --schema"
                )


class FaultyError(InputError):
    """Columns are not what they are declared to be, or hold what is not learned."""

    def __init__(self, faulty: Mapping[str, str], unread: Mapping[str, str] | None = None) -> None:
        """Make one line on faulty columns, each with its own remedy, and one remedy for all.

        Args:
            faulty: What is wrong with each.
            unread: Columns that cannot be read, and what they hold.
        """
        names = [*faulty, *(unread or {})]
        lines = [
            *faulty.values(),
            *(f"column {name!r}: found {held}, which is not read" for name, held in (unread or {}).items()),
        ]
        several = "leave it out" if len(names) == 1 else "leave them out"
        super().__init__(f"{'; '.join(lines)}; or {several} (--drop {spell_columns(names)})")
        self.faulty = faulty


def _bare(name: str, quoting: Quoting) -> tuple[str, ...]:
    """Return the unquoted mark of missing cells in a column whose other cells are quoted."""
    return (quoting.bare[name],) if name in quoting.bare else ()


def _as_written(column: Column, quoting: Quoting, stated: Collection[str]) -> Column:
    """Return the column with fields that follow from its cells' quotes, except declared ones."""
    bare = _bare(column.name, quoting)
    found = column.model_copy(update={"quoted": column.name in quoting.columns})
    if bare:
        marks = (*bare, *(mark for mark in column.marks if mark not in bare))
        found = found.model_copy(update={"marks": marks, "missing": True, "blank": column.blank or bare[0]})
    blank = column.blank if "blank" in stated else found.blank
    found = found.model_copy(update={"quoted_blank": blank in quoting.marked.get(column.name, ())})
    return found.model_copy(update={name: getattr(column, name) for name in stated})


def _quasi_identifiers(declared: Declared, columns: list[Column]) -> tuple[str, ...]:
    """Return the declared quasi-identifiers: columns of the table that a twin does not replace."""
    kinds_of = {column.name: registry.of(column) for column in columns}
    for name in declared.quasi_identifiers:
        check_known(name, kinds_of, QUASI_IDENTIFIERS)
        if kinds_of[name].is_made_new:
            raise InputError(
                f"{QUASI_IDENTIFIERS}: expected columns whose values a twin reproduces, found {name!r}, of "
                f"kind {kinds_of[name].name}, which it replaces; leave it out, or declare its kind"
            )
    if len(set(declared.quasi_identifiers)) < len(declared.quasi_identifiers):
        raise InputError(f"{QUASI_IDENTIFIERS}: expected each column once, found one twice; remove one")
    return declared.quasi_identifiers


def _column(name: str, cells: Cells, given: Stated, subjects: np.ndarray, protect: int) -> Column:
    stated = {field: value for field, value in given.items() if field not in _FOUND}
    try:
        asked = Column.model_validate({"name": name, "kind": "empty"} | stated)
    except ValidationError as error:
        raise InputError(f"--schema: column {name!r}: {first_fault(error)}") from None
    kind = registry.named(asked.kind)
    if kind is None:
        raise InputError(
            f"--schema: column {name!r}: expected a kind ({', '.join(one.name for one in registry.KINDS)}), "
            "found another; correct it"
        )
    if asked.format and not kind.is_format(asked.format):
        raise InputError(
            f"--schema: column {name!r}: expected a strptime format (%Y-%m-%d), found another; correct it"
        )
    if "dtype" in given and asked.dtype != cells.dtype and not is_type(asked.dtype):
        raise InputError(
            f"--schema: column {name!r}: expected one of Arrow's types as dtype (string, int64, double), "
            "found another; correct it"
        )
    if "kind" in given and not kind.is_number:
        cells = cells.plainly(PLAIN)
    elif stated.keys() & set(STYLE_FIELDS):
        named = {field: getattr(asked, field) for field in STYLE_FIELDS if field in stated}
        if named.get("thousands") == "" and cells.style.thousands == ".":
            named = {"comma": False} | named
        cells = cells.plainly(replace(cells.style, **named), "the declared signs")
    cells = cells.without(asked.marks)
    if "kind" not in given and is_chosen(cells.plainly(PLAIN)):
        cells = cells.plainly(PLAIN)
        column = CATEGORY.describe(name, cells, asked.threshold(protect), subjects)
        column = column.model_copy(update={"why": why_chosen(cells)})
        return _as_stated(column, cells, stated)
    if asked.marks and cells.is_text and ("kind" not in given or kind.is_number):
        # Marks may be what kept numbers from being read.
        style = find_style(cells.values, cells.counts, "", listed=True) if cells.style == PLAIN else None
        cells = cells.plainly(style.style, style.why) if style is not None else cells
    if "kind" not in given:
        column = guessing.guess(name, cells, asked.threshold(protect), subjects)
    elif kind is IDENTIFIER:
        column = identifier_column(name, cells, asked)
    else:
        people = len(np.unique(subjects[cells.codes >= 0]))
        is_vouched = min(len(cells.values), people) >= asked.threshold(protect)
        column = _declare(kind, name, cells, is_vouched=is_vouched)
    return _as_stated(column, cells, stated)


def _as_stated(column: Column, cells: Cells, stated: Stated) -> Column:
    """Return the described column with what the user states of it."""
    column = registry.without_strange_fields(Column.model_validate(column.model_dump() | dict(stated)))
    registry.of(column).check(column)
    if column.rare == "missing" and registry.is_label(column):
        column = column.model_copy(update={"missing": True})
    return _with_free_token(column, cells, "token" in stated)


def _declare(kind: Kind, name: str, cells: Cells, *, is_vouched: bool) -> Column:
    """Return the description of a column declared to be of a kind; whether its cells fit is checked when they
    are read.

    Raises:
        InputError: if no description of this kind fits.
    """
    found = kind.declare(name, cells, is_vouched=is_vouched)
    if found is None or found.kind != kind.name:
        raise InputError(
            f"column {name!r}: expected cells of the declared kind {kind.name}, found others; correct "
            "--schema or the cells"
        )
    return found.model_copy(update={"why": "declared", "missing": cells.has_missing or found.missing})


def _with_free_token(column: Column, cells: Cells, is_given: bool) -> Column:
    """Return the column with a token for rare categories that is not itself a category."""
    if not registry.has_rare_group(column):
        return column
    taken = {*as_text(cells).tolist(), *column.marks}
    token, number = column.token, 2
    if is_given and token in taken and not column.public and column.rare == "token":
        raise InputError(
            f"column {column.name!r}: expected a token that no cell holds, found one that some do; "
            "declare another in --schema"
        )
    while token in taken:
        token, number = f"(other {number})", number + 1
    return column.model_copy(update={"token": token})
