"""Find groups of columns of which exactly one is set in each row, or at most one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tabtwin.evaluation.validity.coded import MISSING, Coded, Known
from tabtwin.evaluation.validity.rule import CHANCE, FEWEST, Rule
from tabtwin.schema.kinds.registry import is_quantity

_YES = {"1", "true", "yes", "y", "t", "x"}
_FEWEST_COLUMNS = 3


def one_set(known: Known) -> Iterator[Rule]:
    """Yield groups of columns that are 1 or true in exactly one of a row's cells, then in at most one."""
    on = {
        number: code
        for number in range(known.cells.codes.shape[1])
        if (code := _set_code(known, number)) is not None
    }
    taken: set[int] = set()
    for complete in (True, False):
        for first in on:
            group = _group(known, on, first, taken, complete=complete) if first not in taken else []
            if group and _is_no_chance(known, group, on, complete=complete):
                taken |= set(group)
                yield _rule(known, group, on, complete=complete)


def _group(known: Known, on: dict[int, int], first: int, taken: set[int], *, complete: bool) -> list[int]:
    """Return a column and later ones, none of which is set together with another; or none.

    Of a group that leaves rows without any, each must avoid the others against the odds.
    """
    everyone = len(np.unique(known.subjects))
    group, rows = [first], known.cells.codes[:, first] == on[first]
    for other in (number for number in on if number > first and number not in taken):
        mine = known.cells.codes[:, other] == on[other]
        if mine.any() and not (mine & rows).any():
            group.append(other)
            rows = rows | mine
    if not complete:
        shares = np.array([(known.cells.codes[:, number] == on[number]).mean() for number in group])
        expected = everyone * shares * (shares.sum() - shares)
        group = [number for number, count in zip(group, expected, strict=True) if count >= -CHANCE]
    return group if len(group) >= _FEWEST_COLUMNS and (not complete or bool(rows.all())) else []


def _set_code(known: Known, number: int) -> int | None:
    """Return the code of a column that means that it is set; none if it has other than two states."""
    codes = np.unique(known.cells.codes[:, number])
    if len(codes) != 2:
        return None
    if is_quantity(known.columns[number]):
        first = known.cells.numbers[:, number]
        ones = np.unique(known.cells.codes[first == 1, number])
        return int(ones[0]) if len(ones) and np.isin(first, [0, 1]).all() else None
    words = {int(code): str(known.words[number][code - 1]).lower() for code in codes if code != MISSING}
    said = [code for code, word in words.items() if word in _YES or MISSING in codes]
    return said[0] if len(said) == 1 else None


def _is_no_chance(known: Known, group: list[int], on: dict[int, int], *, complete: bool) -> bool:
    """Return whether columns that are set as often, but unrelated, would hardly be a group."""
    rows = known.cells.codes[:, group] == np.array([on[number] for number in group])
    shares = rows.mean(axis=0)
    alone = math.prod(1 - shares) * float((shares / (1 - shares)).sum())
    odds = alone if complete else alone + math.prod(1 - shares)
    everyone = len(np.unique(known.subjects))
    price = len(group) * math.log(len(on))
    return everyone >= FEWEST and everyone * math.log(odds) + price <= CHANCE


def _rule(known: Known, group: list[int], on: dict[int, int], *, complete: bool) -> Rule:
    wanted = np.array([on[number] for number in group])

    def broken(cells: Coded) -> np.ndarray:
        count = (cells.codes[:, group] == wanted).sum(axis=1)
        return np.asarray((count > 1) | (complete & (count < 1)))

    names = tuple(known.columns[number].name for number in group)
    says = f"{'exactly' if complete else 'at most'} one of {', '.join(names)} is set"
    return Rule("group", names, says, len(np.unique(known.subjects)), broken)
