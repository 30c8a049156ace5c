"""Open a table: read it, describe its columns, and find those that must not be learned without consent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from tabtwin.io.concat import read_files
from tabtwin.io.drawing import Draw
from tabtwin.io.reading import spell_unread, unread
from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import InputError
from tabtwin.preparation.describing import FaultyError, describe
from tabtwin.preparation.table_options import Asked
from tabtwin.protection.identifiers.asking import line, without_subjects
from tabtwin.protection.identifiers.counting import Owners, find_owners, key_parts, with_hidden
from tabtwin.protection.identifiers.direct_identifiers import PLURALS, Identifier, identify
from tabtwin.protection.identifiers.fields import counts
from tabtwin.protection.identifiers.remedies import Remedies, identifiers_refusal, read_remedies
from tabtwin.protection.identifiers.subjects import Subject, find_subjects
from tabtwin.protection.identifiers.wide import people_in_columns
from tabtwin.schema.declared import Declared, check_known, read_declared
from tabtwin.schema.entities import entity_columns, named_subjects, subjects_of
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.category import VariedError
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.kind import Kind
from tabtwin.schema.kinds.near_misses import nearly
from tabtwin.schema.schema import Schema
from tabtwin.schema.source import Source

FEWEST_ROWS = 100
SUBJECTS = ("email", "phone", "iban", "card", "national number")
"""Identifiers that each name one subject, while names and addresses are shared."""
NUMBERS = ("phone", "iban", "card", "national number")
"""Identifiers that need not stop a run if they are keys of one pattern: new ones are made from the
pattern.
"""


@dataclass(frozen=True)
class Opened:
    """A table, as far as it is known before the split.

    Attributes:
        asked: The options on it.
        file: All of its columns.
        source: The columns that are not dropped and do not stop a run.
        schema: Their schema, without a target.
        declared: What the schema file declares about them.
        remedies: How the user treats columns that name people.
        identifiers: The identifiers in columns that name people and about which nothing is declared.
        varied: Columns of text in which nearly every cell is different, or too rare to be released.
        unread: Columns that cannot be read, and what they hold.
        subjects: Undeclared subjects of several rows.
        droppable: Columns without which there are no such subjects.
        owners: The subject of each row, for all counts.
    """

    asked: Asked
    file: Source
    source: Source
    schema: Schema
    declared: Declared
    remedies: Remedies
    identifiers: Mapping[str, Identifier]
    varied: tuple[str, ...]
    owners: Owners
    unread: Mapping[str, str] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    droppable: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Return the number of rows, or of those that were drawn."""
        return self.file.rows

    @property
    def absent(self) -> tuple[str, ...]:
        """Return the columns of the file that are not in ``source``."""
        return (*self.remedies.drop, *self.identifiers, *self.varied, *self.unread)

    @property
    def refusal(self) -> str:
        """Return one line on columns that must not be learned without consent; empty if there are none."""
        learnable = [name for name in self.identifiers if _guessed(name, self.file.columns[name])]
        named = {name for subject in self.subjects for name in subject.columns}
        texts = {name: self.file.columns[name] for name in self.varied if name not in named}
        varied = {name: nearly(cells) for name, cells in texts.items()}
        lines = [spell_unread(self.unread)] if self.unread else []
        lines.append(identifiers_refusal(self.identifiers, varied, learnable))
        if self.subjects:
            lines.append(line(self.subjects, self.droppable, entity=self.schema.entity is not None))
        return "; ".join(filter(None, lines))


def open_table(
    data: bytes | Blob,
    filename: str,
    schema_file: bytes,
    asked: Asked,
    *,
    more: Sequence[tuple[bytes | Blob, str]] = (),
    guarded: bool = True,
    draw: Draw | None = None,
) -> Opened:
    """Read a table, or rows that are drawn of a large one, and describe its columns.

    Args:
        data: The table, CSV or Parquet.
        filename: Its name in errors.
        schema_file: What the user declares, as JSON.
        asked: The options on it.
        more: Further files of the table, and their names in errors.
        guarded: Whether to search for columns that name people.
        draw: Which rows of a large table to draw; all by default.

    Raises:
        InputError: if any of it cannot be used.
    """
    source = read_files([(data, filename), *more], asked.header, draw)
    _check_size(source, filename)
    return open_source(source, schema_file, asked, guarded=guarded)


def open_source(source: Source, schema_file: bytes, asked: Asked, *, guarded: bool = True) -> Opened:
    """Describe the columns of a table that was read, like :func:`open_table`."""
    declared = read_declared(schema_file)
    remedies = read_remedies(asked.drop, asked.keep, asked.replace, source)
    if guarded:
        _check_columns(source.without((*remedies.drop, *remedies.keep)))
    for column in declared.columns:
        check_known(str(column["name"]), source.columns, "--schema")
    entity = asked.entity or declared.entity
    named = entity_columns(entity, source.columns)
    for one in named:
        check_known(one, source.columns, "--entity")
    for role, names in (("entity", named), ("target", (asked.target or declared.target,))):
        for name in names:
            if name in remedies.drop:
                raise InputError(f"--drop: expected other columns than the {role}, found {name!r}; keep it")
    found = identifiers(source, declared, remedies, named) if guarded else {}
    faulty = unread(source.without(remedies.drop))
    left = source.without((*remedies.drop, *found, *faulty))
    if faulty and not left.columns:
        raise InputError(spell_unread(faulty))
    known = declared.without((*remedies.drop, *found, *faulty)).with_kind(IDENTIFIER.name, remedies.replace)
    varied: tuple[str, ...] = ()
    owners = _owners(source, declared, remedies, found, named, guarded=guarded)
    try:
        schema = describe(left, known, entity, asked.min_subjects, owners.rows)
    except VariedError as error:
        varied = error.columns
        left = left.without(varied)
        known = known.without(varied)
        schema = describe(left, known, entity, asked.min_subjects, owners.rows)
    except FaultyError as error:
        raise FaultyError(error.faulty, faulty) from None
    subjects: tuple[Subject, ...] = ()
    droppable: tuple[str, ...] = ()
    if guarded:
        spelled = {name: PLURALS[one.what] for name, one in found.items() if one.what in SUBJECTS}
        made = (*remedies.replace, *(varied if named else ()))
        whole = source.without((*remedies.drop, *faulty))
        subjects, droppable = _subjects(whole, declared, remedies, named, spelled=spelled, made=made)
    return Opened(
        asked, source, left, schema, known, remedies, found, varied, owners, faulty, subjects, droppable
    )


def _owners(
    source: Source,
    declared: Declared,
    remedies: Remedies,
    found: Mapping[str, Identifier],
    entity: Sequence[str],
    *,
    guarded: bool,
) -> Owners:
    """Return the subject of each row: by the entity, otherwise by all columns that are not kept."""
    if entity or not guarded:
        return Owners(subjects_of(source, entity))
    return _by_columns(source, declared, remedies, found)


def owners_of(opened: Opened, other: Source) -> np.ndarray:
    """Return the subject of each row of another table with the same columns (rows,), integers from 0."""
    named = entity_columns(opened.schema.entity, opened.source.columns)
    if named or not opened.owners.by:
        return subjects_of(other, named)
    return _by_columns(other, opened.declared, opened.remedies, opened.identifiers).rows


def _by_columns(
    source: Source, declared: Declared, remedies: Remedies, found: Mapping[str, Identifier]
) -> Owners:
    """Return the subject of each row, by all columns that are not kept."""
    cells = with_hidden(source).columns
    said = [name for name in (*remedies.drop, *remedies.replace) if name in cells]
    gone = {name: one for name in said if (one := identify(name, cells[name]))}
    people = {**found, **gone}
    spelled = {name: PLURALS[one.what] for name, one in people.items() if one.what in SUBJECTS}
    named = [name for name, one in people.items() if one.what == "name"]
    absent = {*remedies.drop, *remedies.replace, *unread(source), *found, *_made_new(declared)}
    return find_owners(source, kept=remedies.keep, named=named, gone=absent, spelled=spelled)


def _subjects(
    source: Source,
    declared: Declared,
    remedies: Remedies,
    entity: Sequence[str],
    *,
    spelled: Mapping[str, str],
    made: Sequence[str],
) -> tuple[tuple[Subject, ...], tuple[str, ...]]:
    """Return undeclared subjects, and the columns without which there are none.

    Args:
        source: The remaining columns of the table.
        declared: What the schema file declares.
        remedies: How the user treats columns that name people.
        entity: The columns that name the subjects.
        spelled: Columns that name people, with their kind.
        made: Columns that get new values in a twin.
    """
    new = _made_new(declared)
    find = partial(
        _find,
        spelled=spelled,
        made={*new, *made},
        kept=(*remedies.keep, *entity),
        entity=named_subjects(source, entity) if entity else None,
    )
    found = find(source)
    return tuple(found), without_subjects(source, found, find)


def _made_new(declared: Declared) -> set[str]:
    """Return columns that get new values in a twin, by the schema file."""
    return {name for name, kind in declared.kinds.items() if not _is_learned(kind)}


def _find(source: Source, *, kept: Collection[str], entity: np.ndarray | None, **known: Any) -> list[Subject]:
    """Return subjects that columns name, or if there are none, that parts of keys do."""
    found = find_subjects(source, kept=kept, entity=entity, **known)
    if found or entity is not None:
        return found
    return [
        Subject((one.name,), *counts(one.groups), one.dependent, partly=True)
        for one in key_parts(source, kept)
    ]


def identifiers(
    source: Source, declared: Declared, remedies: Remedies, entity: Sequence[str]
) -> dict[str, Identifier]:
    """Return the identifiers in columns that would be learned and about which nothing is declared."""
    settled = {name for name, kind in declared.kinds.items() if kind and not _is_learned(kind)}
    settled |= {*remedies.drop, *remedies.keep, *remedies.replace, *entity}
    found = {name: identify(name, cells) for name, cells in source.columns.items() if name not in settled}
    return {
        name: one
        for name, one in found.items()
        if one and not (one.what in NUMBERS and _guessed(name, source.columns[name]) is KEY)
    }


def _check_columns(source: Source) -> None:
    people = people_in_columns(list(source.columns))
    if people:
        raise InputError(people.refusal)


def _is_learned(name: str) -> bool:
    kind = registry.named(name)
    return kind is not None and kind.is_learned


def _guessed(name: str, cells: Cells) -> Kind | None:
    """Return the kind that would be guessed for a column, or ``None`` if it cannot be learned."""
    try:
        return registry.of(guess(name, cells))
    except InputError:
        return None


def _check_size(source: Source, filename: str) -> None:
    if source.rows < FEWEST_ROWS:
        raise InputError(
            f"{filename}: expected at least {FEWEST_ROWS} rows, found {source.rows}; "
            "a smaller table cannot hide its rows"
        )
