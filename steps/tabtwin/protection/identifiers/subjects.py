"""Find undeclared subjects: columns whose values repeat and name what several rows are about.

They are found by content: values that are not common, and on which other columns depend, or that have the
form of subjects' names. Such a table must not be learned row by row: its rows would count as several
subjects, and held-out rows of a subject are not unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from tabtwin.protection.identifiers import numbering, tokens
from tabtwin.protection.identifiers.calling import is_called_article, is_called_category, is_called_subject
from tabtwin.protection.identifiers.dependence import CONSTANT, likeness, whole_groups
from tabtwin.protection.identifiers.evidence import Evidence, weigh
from tabtwin.protection.identifiers.fields import (
    COMMON,
    Field,
    counts,
    is_even,
    read_fields,
    repeats,
    without_common,
)
from tabtwin.protection.identifiers.keyparts import beginnings
from tabtwin.protection.identifiers.pairs import find_pairs
from tabtwin.protection.identifiers.timing import are_births, are_single
from tabtwin.schema.entities import together
from tabtwin.schema.kinds.identifying import is_called_id
from tabtwin.schema.source import Source

_FEWEST_WORDS = 50
_MOST_KEPT = 6
_FEWEST_PLAIN = 2
_PLAIN = {
    *("e-mail addresses", "IBANs", "payment cards", "phone numbers", "national numbers"),
    *("unique identifiers", "hashes"),
}
"""Kinds that name a subject however few there are: no category has their form."""
_HEX = re.compile("[0-9A-Fa-f]{8,}")
_COMMON_NAME = 0.3
"""The largest share of rows of a value that has the form of a name and is one."""


@dataclass(frozen=True)
class Subject:
    """Columns that together name subjects of several rows.

    Attributes:
        columns: One, or two or three.
        values: The number of different ones.
        rows: The number of rows that have one.
        dependent: Columns that depend on them.
        what: The kind of the values, in the plural; empty if only dependent columns show that they are.
        partly: Whether only a part of each value names it, as the values are all different.
    """

    columns: tuple[str, ...]
    values: int
    rows: int
    dependent: tuple[str, ...] = ()
    what: str = ""
    partly: bool = False


def find_subjects(
    source: Source,
    *,
    spelled: Mapping[str, str] = {},
    made: Collection[str] = (),
    kept: Collection[str] = (),
    entity: np.ndarray | None = None,
) -> list[Subject]:
    """Find the subjects of a table: those that one column names, and if there are none, that several name.

    Args:
        source: The table.
        spelled: The known kind of values of some columns, in the plural.
        made: Columns with new values, so that only dependent columns count.
        kept: Columns that are not subjects, as the user declares; nor are those that depend on them, or on
            two of them.
        entity: The subject of each row (rows,) that the user names; -1 if there is none. Columns that
            depend on it, or it depends on, are settled.
    """
    fields = read_fields(source)
    known = [field.groups for field in fields if field.name in kept]
    if len(known) <= _MOST_KEPT:
        known += [together(pair) for pair in combinations(known, 2)]
    free = [field for field in fields if field.name not in kept]

    def settled(groups: np.ndarray) -> bool:
        if entity is not None and (depends_on(groups, entity) or depends_on(entity, groups)):
            return True
        return any(depends_on(groups, part) for part in known)

    found: dict[str, _Candidate] = {}
    for field in free:
        what = "" if field.name in made else spelled.get(field.name) or _spelled(field)
        one = _found(field, what, fields, settled) or _begun(field, fields, settled)
        if one is not None:
            found[field.name] = one
    finest = _finest(found)
    if fields and not any(found[name].what or is_called_id(name) for name in finest):
        pair = next((pair for pair in find_pairs(free, fields) if not settled(pair.groups)), None)
        if pair is not None and all(depends_on(found[name].field.groups, pair.groups) for name in finest):
            return [Subject(pair.columns, *counts(pair.groups), pair.dependent)]
    return [_subject(found[name]) for name in finest]


class _Candidate(NamedTuple):
    field: Field
    what: str
    evidence: Evidence
    partly: bool = False


def _subject(found: _Candidate) -> Subject:
    values, rows = counts(found.field.groups)
    return Subject((found.field.name,), values, rows, found.evidence.dependent, found.what, found.partly)


def _found(
    field: Field, what: str, fields: Sequence[Field], settled: Callable[[np.ndarray], bool]
) -> _Candidate | None:
    """Return a column of subjects, and the evidence."""
    if not repeats(field.groups):
        few = _is_plain(what, field) and repeats(field.groups, _FEWEST_PLAIN) and not settled(field.groups)
        return _Candidate(field, what, Evidence()) if few else None
    evidence = Evidence()
    is_article = what == "article numbers" and is_called_article(field.name)
    what = "" if is_article else what
    groups = without_common(field.groups, COMMON)
    if (what or _may_be(field)) and _are_subjects(groups, COMMON) and not settled(field.groups):
        evidence = weigh(groups, field.ranks, [other for other in fields if other is not field])
    named = without_common(field.groups, _COMMON_NAME)
    if not _are_subjects(named, _COMMON_NAME) or _is_code_list(what, evidence):
        what = ""
    called = is_called_subject(field.name) and _is_plain_number(field) and not settled(field.groups)
    tells = _tells(field, evidence) and not (
        (is_article or is_called_category(field.name)) and not evidence.dated
    )
    return _Candidate(field, what, evidence) if what or called or tells else None


def _is_plain(what: str, field: Field) -> bool:
    """Return whether values have a form that no category has; words with digits look like hashes if they are
    few.
    """
    return what in _PLAIN and (what != "hashes" or all(map(_HEX.fullmatch, field.texts)))


def _is_plain_number(field: Field) -> bool:
    """Return whether values are numbers or codes that are not common, whatever depends on them."""
    is_code = field.kind == "whole" or (field.kind == "text" and tokens.is_code(field.texts))
    return is_code and _are_subjects(without_common(field.groups, COMMON), COMMON)


def _begun(field: Field, fields: Sequence[Field], settled: Callable[[np.ndarray], bool]) -> _Candidate | None:
    """Return a column of keys that begin with a subject's name."""
    beginning = beginnings(field)
    if beginning is None or settled(beginning.groups):
        return None
    found = _found(beginning, _spelled(beginning), [other for other in fields if other is not field], settled)
    return None if found is None else found._replace(partly=True)


def _are_subjects(groups: np.ndarray, most: float) -> bool:
    return repeats(groups) and is_even(groups, most)


def _spelled(field: Field) -> str:
    if field.kind == "text":
        return tokens.spelled_as(field.texts)
    if field.kind == "whole" and field.numbers is not None:
        return numbering.number_spelled_as(field.numbers)
    return ""


def _is_code_list(what: str, evidence: Evidence) -> bool:
    """Return whether record numbers are codes of a list: a label names each, and nothing else depends on
    them.
    """
    return what == "record numbers" and evidence.labelled and not evidence.apart


def _may_be(field: Field) -> bool:
    """Return whether values of a column may name subjects, if enough depends on them."""
    if field.kind == "text":
        return field.count >= _FEWEST_WORDS or tokens.is_code(field.texts)
    if field.numbers is None or field.kind == "broken":
        return False
    if field.kind == "date":
        return field.count >= _FEWEST_WORDS and are_births(field.numbers)
    return numbering.may_be_number_of_subject(field.numbers, named=is_called_id(field.name))


def may_name_subjects(field: Field) -> bool:
    """Return whether values have the form of subjects' numbers and codes, whatever depends on them."""
    return field.kind in ("whole", "text") and (
        _may_be(field) if field.kind == "whole" else tokens.is_code(field.texts)
    )


def _tells(field: Field, evidence: Evidence) -> bool:
    if field.kind == "date" and field.numbers is not None:
        return evidence.apart >= 2 or (evidence.tells_subjects and are_single(field.numbers))
    if field.kind == "text" and not tokens.is_code(field.texts):
        return evidence.tells_more and field.count >= _FEWEST_WORDS
    timed = field.kind == "whole" and field.numbers is not None and numbering.is_calendar(field.numbers)
    if timed and not is_called_id(field.name):
        return evidence.tells_persons
    return field.kind != "broken" and evidence.tells_subjects and _may_be(field)


def _finest(found: Mapping[str, _Candidate]) -> list[str]:
    """Return the columns that depend on no other; of two that name the same, the likelier one."""

    def looks(name: str) -> tuple[bool | int, ...]:
        one = found[name]
        kind = one.field.kind
        return (
            *(kind == "date" and not one.what, one.partly, not one.what, kind == "date"),
            *(not is_called_id(name), kind != "text", -one.field.count),
        )

    names = sorted(found, key=looks)
    kept: list[str] = []
    for name in names:
        mine = found[name].field.groups
        hung = any(
            depends_on(mine, found[other].field.groups)
            for other in names
            if other != name and (other in kept or not depends_on(found[other].field.groups, mine))
        )
        if not hung:
            kept.append(name)
    return kept


def depends_on(groups: np.ndarray, finer: np.ndarray) -> bool:
    """Return whether rows of one group of ``finer`` are nearly always of one of ``groups`` (rows,)."""
    rows = whole_groups(np.where(groups >= 0, finer, -1))
    return bool(likeness(finer[rows], groups[rows].reshape(-1, 1)).share[0] <= CONSTANT)
