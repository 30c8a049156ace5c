"""Find the subject of each row if no entity is declared: rows of one subject count once for a value.

Subjects are found by columns that the twin does not have (dropped or unreadable ones), by values of nearly
unique columns that few rows share, and by beginnings of keys. None of this stops a run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tabtwin.protection.identifiers.fields import COMMON, Field, is_even, read_fields, repeats
from tabtwin.protection.identifiers.keyparts import KeyPart, beginnings, find_parts
from tabtwin.protection.identifiers.recurring import looks_like_key, may_recur, recurring
from tabtwin.protection.identifiers.subjects import Subject, depends_on, find_subjects, may_name_subjects
from tabtwin.schema.entities import together
from tabtwin.schema.kinds.identifying import is_called_id, nearly_unique
from tabtwin.schema.source import Source


@dataclass(frozen=True)
class Owners:
    """The subjects of rows.

    Attributes:
        rows: The subject of each (rows,), integers from 0; by default each row is a subject.
        by: Columns that join rows, and how; no value.
        named: Columns, or pairs of them, whose values name subjects; none that only few rows share.
    """

    rows: np.ndarray
    by: tuple[str, ...] = ()
    named: tuple[tuple[str, ...], ...] = ()


def with_hidden(source: Source) -> Source:
    """Return a table with texts in place of unreadable columns, if it is known which rows hold the same."""
    columns = {name: cells.behind or cells for name, cells in source.columns.items()}
    return replace(source, columns=columns)


def find_owners(
    source: Source,
    *,
    kept: Collection[str] = (),
    named: Collection[str] = (),
    gone: Collection[str] = (),
    spelled: Mapping[str, str] = {},
) -> Owners:
    """Find the subject of each row of a table, as far as its columns allow.

    Args:
        source: The table with all of its columns.
        kept: Columns that join no rows, as the user declares.
        named: Columns that hold names of people, and are not in the twin.
        gone: Columns that the twin lacks, or has new values for: one may name subjects even if no other
            column depends on it.
        spelled: The known kind of values of some columns, in the plural.
    """
    whole = with_hidden(source)
    fields = read_fields(whole)
    if not fields:
        return Owners(np.arange(source.rows))
    free = [field for field in fields if field.name not in kept]
    people = [field for field in free if field.name in named]
    # Subjects of columns that the twin has stop a run.
    sure = _by_subjects(find_subjects(whole, spelled=spelled, kept=kept), fields) if gone else []
    return _joined(
        [
            *(sure or _likely([field for field in free if field.name in gone])),
            *(_Join((one.name,), PART, one.groups) for one in _parts(fields, kept)),
            *(_Join((field.name,), VALUES, field.groups) for field in people if _repeats(field)),
            *_recurring(free, fields),
        ],
        source.rows,
    )


def key_parts(source: Source, kept: Collection[str]) -> list[KeyPart]:
    """Return parts of a table's keys that surely name subjects."""
    return [one for one in _parts(read_fields(source), kept) if one.sure]


VALUES = "its values"
PART = "a part of its keys"
_FEWEST_SUBJECTS = 67


class _Join(NamedTuple):
    """A way to join rows: by which columns, how, and the group of each row (rows,)."""

    columns: tuple[str, ...]
    how: str
    groups: np.ndarray


def _by_subjects(found: Sequence[Subject], fields: Sequence[Field]) -> list[_Join]:
    known = {field.name: field for field in fields}
    ways = []
    for one in sorted(found, key=lambda subject: -subject.values):
        named = [known[name] for name in one.columns]
        begun = [beginnings(field) for field in named] if one.partly else []
        groups = [field.groups for field in begun if field is not None] or [field.groups for field in named]
        ways.append(_Join(one.columns, PART if begun else VALUES, together(groups)))
    return ways


def _likely(gone: Sequence[Field]) -> list[_Join]:
    """Return the gone column that most likely names subjects: counting by it costs little."""
    some = [
        field
        for field in gone
        if may_name_subjects(field) and field.count >= _FEWEST_SUBJECTS and _repeats(field)
    ]
    best = max(some, key=lambda field: (is_called_id(field.name), field.count), default=None)
    return [_Join((best.name,), VALUES, best.groups)] if best else []


def _parts(fields: Sequence[Field], kept: Collection[str]) -> list[KeyPart]:
    """Return parts of keys that name subjects, except for what depends on a column that the user keeps."""
    keys = [field for field in fields if field.name not in kept and _is_key(field)]
    likely = {field.name for field in keys if looks_like_key(field)}
    found = [one for one in find_parts(fields, keys) if one.sure or one.name in likely]
    known = [field.groups for field in fields if field.name in kept]
    return [one for one in found if not any(depends_on(one.groups, groups) for groups in known)]


def _recurring(free: Sequence[Field], fields: Sequence[Field]) -> list[_Join]:
    """Return columns of which few rows share a value, those that look like keys first."""
    some = [field for field in free if field.kind in ("whole", "text") and may_recur(field)]
    some = sorted(some, key=lambda field: not looks_like_key(field))
    found = ((field.name, recurring(field, fields)) for field in some)
    return [_Join((name,), "few values repeat", groups) for name, groups in found if groups is not None]


def _is_key(field: Field) -> bool:
    """Return whether nearly each row has a value of its own, which may be a key's."""
    cells = field.cells
    return field.kind in ("whole", "text") and (cells.is_unique or nearly_unique(cells))


def _repeats(field: Field) -> bool:
    return repeats(field.groups) and is_even(field.groups, COMMON)


def _joined(found: Sequence[_Join], rows: int) -> Owners:
    """Join rows that share a group in any way into one subject; a way that joins too many is left out.

    Earlier ways take precedence.
    """
    owners = np.arange(rows)
    taken = []
    for way in found:
        held = way.groups >= 0
        if not held.any():
            continue
        both = _components(owners, way.groups)
        largest = max(np.bincount(owners).max(), np.bincount(way.groups[held]).max(), COMMON * rows)
        if np.bincount(both).max() <= largest:
            owners = both
            taken.append(way)
    return Owners(
        owners,
        tuple(dict.fromkeys(f"{' with '.join(way.columns)} ({way.how})" for way in taken)),
        tuple(way.columns for way in taken if way.how == VALUES),
    )


def _components(owners: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the connected component of each row (rows,) by owners and groups; numbered as they appear."""
    from scipy.sparse import coo_array  # loaded late: most tables have one key, or none
    from scipy.sparse.csgraph import connected_components

    held = np.flatnonzero(groups >= 0)
    first = int(owners.max()) + 1
    size = first + int(groups.max()) + 1
    edges = coo_array((np.ones(len(held), bool), (owners[held], first + groups[held])), shape=(size, size))
    parts = connected_components(edges, directed=False)[1][owners]
    places, order = np.unique(parts, return_index=True)
    ranks = np.empty(len(places), "int64")
    ranks[np.argsort(order)] = np.arange(len(places))
    return np.asarray(ranks[np.searchsorted(places, parts)])
