"""A table opened: read, its columns described, and those told that a run must not learn unasked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from tabtwin.io.concat import read_files
from tabtwin.io.reading import spell_unread, unread
from tabtwin.lib.errors import InputError
from tabtwin.preparation.asked import Asked
from tabtwin.preparation.describing import describe
from tabtwin.protection.identifiers.asking import line, without_subjects
from tabtwin.protection.identifiers.counting import Owners, find_owners, key_parts, with_hidden
from tabtwin.protection.identifiers.fields import counts
from tabtwin.protection.identifiers.finding import PLURALS, Identifier, identify
from tabtwin.protection.identifiers.remedies import Remedies, identifiers_refusal, read_remedies
from tabtwin.protection.identifiers.subjects import Subject, find_subjects
from tabtwin.protection.identifiers.wide import people_in_columns
from tabtwin.schema.declared import Declared, check_known, read_declared
from tabtwin.schema.entities import entity_columns, named_subjects, subjects_of
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.category import CATEGORY, VariedError
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.kind import Kind
from tabtwin.schema.kinds.near_misses import almost
from tabtwin.schema.schema import Schema
from tabtwin.schema.source import Source

FEWEST_ROWS = 100
SUBJECTS = ("email", "phone", "iban", "card", "national number")
"""Identifiers of which each names one subject, where names and addresses are shared."""
NUMBERS = ("phone", "iban", "card", "national number")
"""Identifiers that need no stop where they are keys of one pattern: those are made anew, by the pattern."""


@dataclass(frozen=True)
class Opened:
    """A table, as far as it is known before it is split.

    Attributes:
        asked: What the user says of it.
        file: All of its columns.
        source: Those of them that are not dropped, and stop no run.
        schema: What they hold; without a target.
        declared: What the schema file says of them.
        remedies: What the user says of columns that name people.
        identifiers: What columns name people by of which nobody said anything.
        varied: Columns of text of which nearly every cell is different, or too rare to be put out.
        unread: Columns that cannot be read, and what they hold.
        subjects: Subjects of several rows that nothing declares.
        droppable: Columns without which there are none.
        owners: Whose each row is, for all that is counted.
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
        """How many the table has."""
        return self.file.rows

    @property
    def absent(self) -> tuple[str, ...]:
        """Columns of the file that are none of ``source``."""
        return (*self.remedies.drop, *self.identifiers, *self.varied, *self.unread)

    @property
    def refusal(self) -> str:
        """Which columns must not be learned unasked, why, and what to say; empty where there are none."""
        learnable = [name for name in self.identifiers if _guessed(name, self.file.columns[name])]
        told = {name for subject in self.subjects for name in subject.columns}
        varied = {name: almost(self.file.columns[name]) for name in self.varied if name not in told}
        lines = [spell_unread(self.unread)] if self.unread else []
        lines.append(identifiers_refusal(self.identifiers, varied, learnable))
        if self.subjects:
            lines.append(line(self.subjects, self.droppable, entity=self.schema.entity is not None))
        return "; ".join(filter(None, lines))


def open_table(
    data: bytes,
    filename: str,
    schema_file: bytes,
    asked: Asked,
    *,
    more: Sequence[tuple[bytes, str]] = (),
    guarded: bool = True,
) -> Opened:
    """Read a table and describe its columns.

    Args:
        data: The table, CSV or Parquet.
        filename: How errors name it.
        schema_file: What the user declares, as JSON.
        asked: And what beside it.
        more: Further files of the table, and how errors name them.
        guarded: Whether columns that name people are looked for.

    Raises:
        InputError: if any of it cannot be used.
    """
    source = read_files([(data, filename), *more], asked.header)
    _check_size(source, filename)
    return open_source(source, schema_file, asked, guarded=guarded)


def open_source(source: Source, schema_file: bytes, asked: Asked, *, guarded: bool = True) -> Opened:
    """Describe the columns of a table that is read; as :func:`open_table`."""
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
                raise InputError(f"--drop: expected other columns than the {role}, found {name!r}; leave it")
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
    """Whose each row is: as the entity says, or else as all columns tell that are not kept."""
    if entity or not guarded:
        return Owners(subjects_of(source, entity))
    return _told(source, declared, remedies, found)


def owners_of(opened: Opened, other: Source) -> np.ndarray:
    """Whose each row of another table of the same columns is (rows,), integers from 0."""
    named = entity_columns(opened.schema.entity, opened.source.columns)
    if named or not opened.owners.by:
        return subjects_of(other, named)
    return _told(other, opened.declared, opened.remedies, opened.identifiers).rows


def _told(source: Source, declared: Declared, remedies: Remedies, found: Mapping[str, Identifier]) -> Owners:
    """Whose each row is, as the columns tell that are not kept."""
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
    """Subjects that nothing declares, and the columns without which there are none.

    Args:
        source: What is left of the table.
        declared: What the schema file says.
        remedies: What the user says of columns that name people.
        entity: The columns that name the subjects.
        spelled: Columns that name people, and what by.
        made: Columns of which a twin has none of the table's values.
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
    """Columns of which a twin has none of the table's values, as the schema file says."""
    kinds_of = {str(column["name"]): column.get("kind", CATEGORY.name) for column in declared.columns}
    return {name for name, kind in kinds_of.items() if not _is_learned(kind)}


def _find(source: Source, *, kept: Collection[str], entity: np.ndarray | None, **told: Any) -> list[Subject]:
    """Subjects that columns name, and where there are none, that parts of keys do."""
    found = find_subjects(source, kept=kept, entity=entity, **told)
    if found or entity is not None:
        return found
    return [
        Subject((one.name,), *counts(one.groups), one.dependent, partly=True)
        for one in key_parts(source, kept)
    ]


def identifiers(
    source: Source, declared: Declared, remedies: Remedies, entity: Sequence[str]
) -> dict[str, Identifier]:
    """What columns name people by that would be learned, and of which nobody says anything."""
    said = {str(column["name"]): column.get("kind") for column in declared.columns}
    settled = {name for name, kind in said.items() if kind and not _is_learned(kind)}
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
    """Return what a column would be taken for, or ``None`` where it cannot be learned."""
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
