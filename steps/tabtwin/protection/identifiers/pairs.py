"""Find pairs of columns that name a subject only together: a clinic, and a number that each clinic reuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tabtwin.protection.identifiers import numbering, tokens
from tabtwin.protection.identifiers.dependence import likeness, whole_groups
from tabtwin.protection.identifiers.evidence import Evidence, weigh
from tabtwin.protection.identifiers.fields import COMMON, FEWEST, Field, cells_of, is_even, repeats
from tabtwin.schema.entities import together
from tabtwin.schema.kinds.cells import Cells

FEWEST_NUMBERS = 5
MOST_ROWS = 5_000
MOST_TRIED = 1_500
CHANCE = -12.0
_MOSTLY = 0.5
_LARGEST = 0.7
"""The share of rows of the largest clinic, at most."""
_COARSE = 30
_FEW_COARSE = 8
_SPARSE = 0.5
_LONG = 100
"""At least so many different numbers may be random; fewer must be counted from 1."""
_COMMONEST = 0.25
"""The share of rows of the commonest number."""


@dataclass(frozen=True)
class Pair:
    """Two columns, or three, that together name subjects.

    Attributes:
        columns: The coarser first.
        groups: The subject of each row (rows,); -1 where either is missing.
        dependent: Columns that depend on it, and not on its parts.
    """

    columns: tuple[str, ...]
    groups: np.ndarray
    dependent: tuple[str, ...]


def find_pairs(chosen: Sequence[Field], fields: Sequence[Field]) -> list[Pair]:
    """Return the pairs of ``chosen`` columns that name subjects, the one with most dependent columns first.

    If there are none, two coarse columns and a number are tried: a clinic, a year, and a number in both.

    Args:
        chosen: Columns that may be in a pair.
        fields: All columns.
    """
    others = _others(chosen, len(fields[0].cells.codes))
    return _search(chosen, others, fields) or _search(chosen, _compounds(others), fields)


def _search(chosen: Sequence[Field], others: Sequence[Field], fields: Sequence[Field]) -> list[Pair]:
    numbers = [field for field in chosen if _is_number(field)]
    order = {field.name: (field.count, field.name) for field in numbers}
    places = {field.name: at for at, field in enumerate(fields)}
    alone: dict[str, np.ndarray] = {}
    found = []
    tried = 0
    for number in numbers:
        rows = _some_rows(number)
        cells = cells_of(fields, rows)
        for other in others:
            twice = order.get(other.name, (0, "")) > order[number.name]
            if twice or not _fit(number, other) or tried >= MOST_TRIED:
                continue
            tried += 1
            for field in (number, other):
                if field.name not in alone:
                    alone[field.name] = _alone(field, fields)
            known = alone[number.name] | alone[other.name]
            columns = (*_names(other), number.name)
            known[[places[name] for name in columns]] = True
            if known.all() or not _may_be(other, number, rows, cells[:, ~known]):
                continue
            groups = together([_in_order(field) for field in (other, number)])
            some = [field for field, is_known in zip(fields, known, strict=True) if not is_known]
            evidence = _weigh(groups, _needing_all(other, number, some))
            if evidence.apart >= 3 or (evidence.apart == 2 and evidence.own):
                found.append((evidence.apart, Pair(columns, groups, evidence.dependent)))
    return [pair for _, pair in sorted(found, key=lambda one: -one[0])]


@dataclass(frozen=True)
class _Compound(Field):
    """Two coarse columns as one."""

    parts: tuple[Field, ...] = ()


def _names(field: Field) -> tuple[str, ...]:
    return tuple(part.name for part in field.parts) if isinstance(field, _Compound) else (field.name,)


def _needing_all(other: Field, number: Field, fields: Sequence[Field]) -> Sequence[Field]:
    """Return the fields that do not depend on a number and one of two columns: a price may depend on a
    product and its size, and says nothing of their quantity.
    """
    for part in other.parts if isinstance(other, _Compound) else ():
        groups = together([part.groups, number.groups])
        rows = whole_groups(groups)
        depends = likeness(groups[rows], cells_of(fields, rows)).depends if fields else ()
        fields = [field for field, does in zip(fields, depends, strict=True) if not does]
    return fields


def _compounds(others: Sequence[Field]) -> list[Field]:
    """Return each two of the coarsest columns as one, if neither depends on the other."""
    coarse = sorted((field for field in others if field.count <= _COARSE), key=lambda field: field.count)
    found: list[Field] = []
    for one, other in combinations(coarse[:_FEW_COARSE], 2):
        groups = together([one.groups, other.groups])
        count = int(groups.max(initial=-1)) + 1
        if max(one.count, other.count) < count <= len(groups) / 20:
            names = np.arange(count).astype(str).astype(object)
            name = f"{one.name}\0{other.name}"
            cells = Cells(names, groups.astype("int32"))
            found.append(_Compound(name, cells, "text", parts=(one, other)))
    return found


def _weigh(groups: np.ndarray, fields: Sequence[Field]) -> Evidence:
    if not repeats(groups) or not is_even(groups, COMMON):
        return Evidence()
    return weigh(groups, np.arange(int(groups.max()) + 1), fields, chance=CHANCE)


def _alone(field: Field, fields: Sequence[Field]) -> np.ndarray:
    """Return which fields depend on a column by itself: bool (fields,)."""
    rows = whole_groups(field.groups, MOST_ROWS)
    return likeness(field.groups[rows], cells_of(fields, rows)).depends


def _others(fields: Sequence[Field], rows: int) -> list[Field]:
    """Return columns of which each value may have numbers of its own."""
    return [
        field
        for field in fields
        if field.kind in ("text", "whole")
        and 2 <= field.count <= rows / 20
        and is_even(field.groups, _LARGEST)
    ]


def _fit(number: Field, other: Field) -> bool:
    """Return whether two columns may be a pair."""
    return number.name not in _names(other) and number.count * other.count >= FEWEST


def _is_number(field: Field) -> bool:
    if field.count < FEWEST_NUMBERS or not is_even(field.groups, _COMMONEST):
        return False
    if field.kind == "whole" and field.numbers is not None:
        timed = numbering.is_calendar(field.numbers)
        return not timed and numbering.may_be_number_of_subject(field.numbers)
    return field.kind == "text" and tokens.is_code(field.texts)


def _in_order(field: Field) -> np.ndarray:
    """Return the rank of each row's value (rows,); -1 where it is missing."""
    return np.asarray(np.append(field.ranks, -1)[field.groups])


def _some_rows(number: Field) -> np.ndarray:
    """Return all rows of a few numbers."""
    counts = np.bincount(number.groups[number.groups >= 0])
    return whole_groups(number.groups, max(MOST_ROWS, int(counts[counts > 0].min())))


def _may_be(other: Field, number: Field, rows: np.ndarray, cells: np.ndarray) -> bool:
    """Return whether most pairs repeat, and any column depends on them, in some rows."""
    groups = together([other.groups[rows], number.groups[rows]])
    held = groups >= 0
    pairs = np.bincount(groups[held])
    repeated = held.sum() - len(pairs)
    if len(pairs) < 2 or (pairs > 1).mean() < _MOSTLY or repeated < FEWEST / 2:
        return False
    fits = _starts_over(other, number) or _is_sparse(other, number)
    return fits and bool(likeness(groups[held], cells[held]).depends.any())


def _is_sparse(other: Field, number: Field) -> bool:
    """Return whether two columns have so many values that rows would seldom have both alike by chance."""
    held = (other.groups >= 0) & (number.groups >= 0)
    return bool(held.sum() <= _SPARSE * other.count * number.count)


def _starts_over(other: Field, number: Field) -> bool:
    """Return whether numbers of most values of the other column start at 0 or 1 and run on, or are codes or
    long.
    """
    if number.numbers is None or number.count >= _LONG:
        return True
    held = (other.groups >= 0) & (number.groups >= 0)
    where, which = other.groups[held], number.numbers[number.groups[held]]
    least, most = np.full(other.count, np.inf), np.full(other.count, -np.inf)
    np.minimum.at(least, where, which)
    np.maximum.at(most, where, which)
    there = np.isfinite(least)
    return bool((least[there] <= 1).mean() >= _MOSTLY and (most[there] > least[there]).mean() >= _MOSTLY)
