"""Find rows that are alike in several columns, as those of one subject are, although no column names it.

Rows with the same year of birth, place and height are mostly about one person, however many they are. That
is not proof: places of a map and versions of a product are alike in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tabtwin.protection.identifiers.dependence import likeness
from tabtwin.protection.identifiers.evidence import weigh
from tabtwin.protection.identifiers.fields import (
    COMMON,
    FEWEST,
    Field,
    cells_of,
    counts,
    is_even,
    read_fields,
    repeats,
)
from tabtwin.schema.entities import together
from tabtwin.schema.source import Source

MOST_TRIED = 400
MOST_ROWS = 5_000
_LEVELS = 10
_SELDOM = 0.4
_MOSTLY = 0.5


@dataclass(frozen=True)
class Alike:
    """Columns in which rows are alike.

    Attributes:
        columns: Two in which rows would seldom be alike by chance, or one of exact numbers.
        dependent: Other columns in which these rows are the same.
        groups: The number of different rows in these columns.
        rows: The number of rows.
    """

    columns: tuple[str, ...]
    dependent: tuple[str, ...]
    groups: int
    rows: int


def find_alike(source: Source) -> Alike | None:
    """Find the one or two columns by which most others are the same, and rows seldom would be by chance."""
    fields = read_fields(source)
    fine = [field for field in fields if field.count >= _LEVELS and is_even(field.groups, COMMON)]
    tried = [_exact(one, fields) for one in fine if one.kind == "broken"]
    tried += [_alike(one, other, fields) for one, other in list(combinations(fine, 2))[:MOST_TRIED]]
    return max(
        (alike for alike in tried if alike is not None), key=lambda alike: len(alike.dependent), default=None
    )


def _exact(one: Field, fields: Sequence[Field]) -> Alike | None:
    number, rows = counts(one.groups)
    if not repeats(one.groups) or rows - number < _MOSTLY * rows:
        return None
    evidence = weigh(one.groups, one.ranks, [field for field in fields if field is not one])
    if not evidence.tells_subjects or evidence.labelled:
        return None
    return Alike((one.name,), evidence.dependent, number, rows)


def _alike(one: Field, other: Field, fields: Sequence[Field]) -> Alike | None:
    groups = together([one.groups, other.groups])
    number, rows = counts(groups)
    repeated = rows - number
    # If one column depends on the other, the two say no more than one of them.
    nested = number < 1.2 * max(one.count, other.count)
    if nested and (_fixes(one.groups, other.groups) or _fixes(other.groups, one.groups)):
        return None
    possible = one.count * other.count
    by_chance = possible * -np.expm1(-rows / possible)
    if repeated < max(FEWEST, _MOSTLY * rows) or number > _SELDOM * by_chance:
        return None
    others = [field for field in fields if field is not one and field is not other]
    if not others:
        return None
    some = np.flatnonzero(groups >= 0)[:MOST_ROWS]
    cells = cells_of(others, some)
    depends = likeness(groups[some], cells).depends
    for part in (one.groups, other.groups):
        depends &= ~likeness(part[some], cells).depends
    dependent = tuple(
        field.name
        for field, does in zip(others, depends, strict=True)
        if does and not _fixes(field.groups, groups)
    )
    return Alike((one.name, other.name), dependent, number, rows) if dependent else None


def _fixes(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether rows of one group are nearly always of one of the other (rows,)."""
    both = (one >= 0) & (other >= 0)
    return bool(likeness(one[both], other[both].reshape(-1, 1)).depends[0])
