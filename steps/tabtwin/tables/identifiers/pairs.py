"""Pairs of columns that name a subject only together: a clinic, and a number that repeats in every one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from tabtwin.tables.identifiers import tokens
from tabtwin.tables.identifiers.evidence import weigh
from tabtwin.tables.identifiers.fields import COMMON, FEWEST, Field, cells_of, is_even, repeats
from tabtwin.tables.identifiers.hanging import likeness, whole_groups

FEWEST_NUMBERS = 5
MOST_ROWS = 5_000
MOST_TRIED = 1_500
CHANCE = -12.0
_REPEATED = 0.3
_MOSTLY = 0.5
_LARGEST = 0.7
"""The share of rows of the largest clinic, at most."""
_LONG = 100
"""So many different numbers may be drawn at random, where fewer are counted from 1."""
_COMMONEST = 0.25
"""The share of rows of the commonest number."""
_CALENDAR = ((1, 12), (0, 11), (1, 31), (0, 23), (1, 24), (0, 59), (1, 52), (1, 53), (1, 7), (0, 6), (1, 4))


@dataclass(frozen=True)
class Pair:
    """Two columns that together name subjects.

    Attributes:
        columns: The coarser first.
        groups: The subject of each row (rows,); -1 where either is missing.
        hanging: What is constant within, and not within either of the two.
    """

    columns: tuple[str, str]
    groups: np.ndarray
    hanging: tuple[str, ...]


def find_pairs(chosen: Sequence[Field], fields: Sequence[Field]) -> list[Pair]:
    """The pairs of ``chosen`` columns that name subjects, the one on which most hangs first.

    Args:
        chosen: Columns that may be in a pair.
        fields: All columns.
    """
    rows = len(fields[0].cells.codes)
    alone: dict[str, frozenset[str]] = {}
    found = []
    for number, other in _candidates(chosen, rows):
        for field in (number, other):
            if field.name not in alone:
                alone[field.name] = _alone(field, fields)
        known = {number.name, other.name} | alone[number.name] | alone[other.name]
        some = [field for field in fields if field.name not in known]
        if not some or not _may_be(other, number, some):
            continue
        groups = together([_in_order(field) for field in (other, number)])
        if not repeats(groups) or not is_even(groups, COMMON):
            continue
        evidence = weigh(groups, np.arange(int(groups.max()) + 1), some, chance=CHANCE)
        if evidence.apart >= 3 or (evidence.apart == 2 and evidence.own):
            found.append((evidence.apart, Pair((other.name, number.name), groups, evidence.hanging)))
    return [pair for _, pair in sorted(found, key=lambda one: -one[0])]


def together(groups: Sequence[np.ndarray]) -> np.ndarray:
    """Groups of rows that are alike in several ways (rows,), in their order; -1 where one is missing."""
    whole = groups[0].astype("int64")
    for part in groups[1:]:
        held = (whole >= 0) & (part >= 0)
        both = whole * (int(part.max(initial=0)) + 1) + part
        whole = np.full(len(both), -1, "int64")
        whole[held] = np.unique(both[held], return_inverse=True)[1]
    return whole


def _alone(field: Field, fields: Sequence[Field]) -> frozenset[str]:
    """What hangs on a column by itself."""
    rows = whole_groups(field.groups, MOST_ROWS)
    hangs = likeness(field.groups[rows], cells_of(fields, rows)).hangs
    return frozenset(other.name for other, hung in zip(fields, hangs, strict=True) if hung)


def _candidates(fields: Sequence[Field], rows: int) -> Iterator[tuple[Field, Field]]:
    """Numbers or codes, and columns of which each value may have such numbers of its own."""
    numbers = [field for field in fields if _is_number(field)]
    others = [
        field
        for field in fields
        if field.kind in ("text", "whole")
        and 2 <= field.count <= rows / 20
        and is_even(field.groups, _LARGEST)
    ]
    pairs = (
        (number, other)
        for number in numbers
        for other in others
        if other.name != number.name
        and number.count * other.count >= FEWEST
        and not (other in numbers and (other.count, other.name) > (number.count, number.name))
    )
    return islice(pairs, MOST_TRIED)


def _is_number(field: Field) -> bool:
    if field.count < FEWEST_NUMBERS or not is_even(field.groups, _COMMONEST):
        return False
    if field.kind == "whole" and field.numbers is not None:
        span = (int(field.numbers.min()), int(field.numbers.max()))
        return span not in _CALENDAR and tokens.may_be_number_of_subject(field.numbers)
    return field.kind == "text" and tokens.is_code(field.texts)


def _in_order(field: Field) -> np.ndarray:
    """The rank of each row's value (rows,); -1 where it is missing."""
    return np.asarray(np.append(field.ranks, -1)[field.groups])


def _may_be(other: Field, number: Field, fields: Sequence[Field]) -> bool:
    """Whether most pairs repeat, and anything hangs on them: looked at in all rows of a few numbers."""
    counts = np.bincount(number.groups[number.groups >= 0])
    rows = whole_groups(number.groups, max(MOST_ROWS, int(counts[counts > 0].min())))
    groups = together([other.groups[rows], number.groups[rows]])
    rows, groups = rows[groups >= 0], groups[groups >= 0]
    pairs = np.bincount(groups)
    if len(pairs) < 2 or (pairs > 1).mean() < _MOSTLY or len(groups) - len(pairs) < FEWEST / 2:
        return False
    return _starts_over(other, number) and bool(likeness(groups, cells_of(fields, rows)).hangs.any())


def _starts_over(other: Field, number: Field) -> bool:
    """Whether numbers of most values of the other column begin at 0 or 1 and run on, or are codes or long."""
    if number.numbers is None or number.count >= _LONG:
        return True
    held = (other.groups >= 0) & (number.groups >= 0)
    where, which = other.groups[held], number.numbers[number.groups[held]]
    least, most = np.full(other.count, np.inf), np.full(other.count, -np.inf)
    np.minimum.at(least, where, which)
    np.maximum.at(most, where, which)
    there = np.isfinite(least)
    return bool((least[there] <= 1).mean() >= _MOSTLY and (most[there] > least[there]).mean() >= _MOSTLY)
