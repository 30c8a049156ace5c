"""Subjects that nobody declared: columns whose values repeat and name what several rows are about.

They are found by content: values of which none is common, and on which other columns hang, or which are
written as names of subjects are. Such a table must not be learned row by row: its rows vouch for one
another, and the held-out rows of a subject are no unseen ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tabtwin.tables.cells import Source
from tabtwin.tables.identifiers import tokens
from tabtwin.tables.identifiers.evidence import Evidence, weigh
from tabtwin.tables.identifiers.fields import COMMON, Field, counts, is_even, matrix, read_fields, repeats
from tabtwin.tables.identifiers.hanging import CONSTANT, likeness, whole_groups
from tabtwin.tables.identifiers.pairs import Pair, find_pairs
from tabtwin.tables.identifiers.timing import are_births
from tabtwin.tables.kinds import is_called_id

_FEWEST_WORDS = 50
_COMMON_NAME = 0.3
"""The share of rows up to which values that are written as names are such."""


@dataclass(frozen=True)
class Subject:
    """Columns that together name what several rows are about.

    Attributes:
        columns: One, or two.
        values: How many different ones there are.
        rows: In how many rows.
        hanging: Columns that are constant within, or nearly so.
        what: What the values are, in the plural; empty where only what hangs on them tells.
    """

    columns: tuple[str, ...]
    values: int
    rows: int
    hanging: tuple[str, ...] = ()
    what: str = ""


def find_subjects(
    source: Source,
    *,
    made: Collection[str] = (),
    known: Collection[str] = (),
    groups: Sequence[np.ndarray] = (),
) -> list[Subject]:
    """The subjects of a table, those of one column first.

    Args:
        source: The table.
        made: Columns that are made new, so that only what hangs on them counts.
        known: Columns that are no subjects, as the user says.
        groups: Groups of rows (rows,) that the user names: what hangs on them, or they on it, is settled.
    """
    fields = read_fields(source)
    if not fields:
        return []
    cells = matrix(fields)
    settled = [_settles(part) for part in groups]
    found: dict[str, tuple[Field, str, Evidence]] = {}
    for field in fields:
        if field.name in known or not repeats(field.groups):
            continue
        what = "" if field.name in made else _spelled(field)
        others = [other for other in fields if other.name != field.name]
        chosen = [at for at, other in enumerate(fields) if other.name != field.name]
        evidence = Evidence()
        looked_at = (what or _may_be(field)) and is_even(field.groups, COMMON)
        if looked_at and not any(settles(field.groups) for settles in settled):
            evidence = weigh(field.groups, field.ranks, others, cells[:, chosen])
        by_name = bool(what) and is_even(field.groups, _COMMON_NAME) and not _is_code_list(what, evidence)
        if by_name or _tells(field, evidence):
            found[field.name] = field, what if by_name else "", evidence
    kept = _finest(found)
    singles = [
        Subject((name,), *counts(found[name][0].groups), found[name][2].hanging, found[name][1])
        for name in kept
    ]
    if singles:
        return singles
    pairs = find_pairs([field for field in fields if field.name not in known], fields, cells)
    free = [pair for pair in pairs if not any(settles(pair.groups) for settles in settled)]
    return [_of_pair(pair) for pair in free[:1]]


def _of_pair(pair: Pair) -> Subject:
    return Subject(pair.columns, *counts(pair.groups), pair.hanging)


def _spelled(field: Field) -> str:
    if field.kind == "text":
        return tokens.spelled_as(field.texts)
    if field.kind == "whole" and field.numbers is not None:
        return tokens.number_spelled_as(field.numbers)
    return ""


def _is_code_list(what: str, evidence: Evidence) -> bool:
    """Whether record numbers are codes of a list: a label says what each stands for, and no more is known."""
    return what == "record numbers" and evidence.labelled and not evidence.apart


def _may_be(field: Field) -> bool:
    """Whether values of a column are such as name subjects, if enough hangs on them."""
    if field.kind == "text":
        return field.count >= _FEWEST_WORDS or tokens.is_code(field.texts)
    if field.numbers is None or field.kind == "broken":
        return False
    if field.kind == "date":
        return field.count >= _FEWEST_WORDS and are_births(field.numbers)
    return tokens.may_be_number_of_subject(field.numbers, named=is_called_id(field.name))


def _tells(field: Field, evidence: Evidence) -> bool:
    if field.kind == "date":
        return evidence.apart >= 2
    if field.kind == "text" and not tokens.is_code(field.texts):
        return evidence.tells_more and field.count >= _FEWEST_WORDS
    return field.kind != "broken" and evidence.tells_subjects and _may_be(field)


def _finest(found: Mapping[str, tuple[Field, str, Evidence]]) -> list[str]:
    """The columns that hang on no other one; of two that name the same, the one that looks more like it."""

    def looks(name: str) -> tuple[bool, bool]:
        field, what, _ = found[name]
        return not what, field.kind in ("date", "broken")

    names = sorted(found, key=looks)
    kept: list[str] = []
    for name in names:
        mine = found[name][0].groups
        hung = any(
            hangs_on(mine, found[other][0].groups)
            for other in names
            if other != name and (other in kept or not hangs_on(found[other][0].groups, mine))
        )
        if not hung:
            kept.append(name)
    return kept


def hangs_on(groups: np.ndarray, finer: np.ndarray) -> bool:
    """Whether rows of one group of ``finer`` are nearly always of one of ``groups`` (rows,)."""
    rows = whole_groups(np.where(groups >= 0, finer, -1))
    return bool(likeness(finer[rows], groups[rows].reshape(-1, 1)).share[0] <= CONSTANT)


def _settles(known: np.ndarray) -> Callable[[np.ndarray], bool]:
    return lambda groups: hangs_on(groups, known) or hangs_on(known, groups)
