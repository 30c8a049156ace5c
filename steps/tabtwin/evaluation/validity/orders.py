"""Find copies, and orders between quantities of one scale."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tabtwin.evaluation.validity.coded import MISSING, Coded, Known
from tabtwin.evaluation.validity.rule import CHANCE, FEWEST, Rule, by_chance
from tabtwin.schema.kinds.registry import is_quantity, quantity

_ULPS = 8


def copies(known: Known) -> Iterator[tuple[int, int, Rule]]:
    """Yield each column that equals an earlier one in every row, with that one, and the rule."""
    codes, gone = known.cells.codes, set[int]()
    for first in range(codes.shape[1]):
        if first in gone:
            continue
        # Codes are numbered as they appear in training, so copies have the same ones.
        alike = np.flatnonzero((codes[:, first + 1 :] == codes[:, first, None]).all(axis=0)) + first + 1
        most = float(np.bincount(codes[:, first]).max() / len(codes))
        subjects = known.count(codes[:, first] != MISSING)
        if subjects < FEWEST or by_chance(most, subjects) > CHANCE:
            continue
        for second in map(int, alike):
            if second not in gone and _are_equal(known, first, second):
                gone.add(second)
                yield first, second, _copy(known, first, second, subjects)


def orders(known: Known, columns: list[int]) -> Iterator[Rule]:
    """Yield orders that hold wherever both quantities have a value."""
    numbers = known.cells.numbers
    for place, first in enumerate(columns):
        others = [number for number in columns[place + 1 :] if _sort(known, number) == _sort(known, first)]
        if not others:
            continue
        apart = numbers[:, others] - numbers[:, first, None]
        least, most = np.fmin.reduce(apart, axis=0), np.fmax.reduce(apart, axis=0)
        for second, low, high in zip(others, least, most, strict=True):
            if low >= 0 or high <= 0:
                lower, upper = (first, second) if low >= 0 else (second, first)
                rule = _order(known, lower, upper)
                if rule is not None and low != high:
                    yield rule


def _order(known: Known, lower: int, upper: int) -> Rule | None:
    """Return the rule, unless both columns' own values imply it or chance explains it."""
    numbers = known.cells.numbers
    both = ~np.isnan(numbers[:, lower]) & ~np.isnan(numbers[:, upper])
    subjects = known.count(both)
    if subjects < FEWEST:
        return None
    low, high = numbers[both, lower], np.sort(numbers[both, upper])
    agreeing = 1 - float(np.searchsorted(high, low, side="left").mean()) / len(high)
    if by_chance(agreeing, subjects) > CHANCE:
        return None
    slack = _ULPS * float(np.spacing(max(np.abs(low).max(), np.abs(high).max())))

    def broken(cells: Coded) -> np.ndarray:
        return np.asarray(cells.numbers[:, lower] > cells.numbers[:, upper] + slack)

    names = known.columns[lower].name, known.columns[upper].name
    return Rule("order", names, f"{names[0]} ≤ {names[1]}", subjects, broken)


def _copy(known: Known, first: int, second: int, subjects: int) -> Rule:
    names = known.columns[first].name, known.columns[second].name
    if is_quantity(known.columns[first]):

        def broken(cells: Coded) -> np.ndarray:
            mine, theirs = cells.numbers[:, first], cells.numbers[:, second]
            return np.asarray(~np.isclose(mine, theirs, rtol=1e-12, atol=0, equal_nan=True))

    else:
        pairs = np.unique(known.cells.codes[:, [first, second]], axis=0)
        wanted = np.full(int(pairs[:, 0].max()) + 1, -1)
        wanted[pairs[:, 0]] = pairs[:, 1]
        tokens = known.token(first), known.token(second)

        def broken(cells: Coded) -> np.ndarray:
            mine, theirs = cells.codes[:, first], cells.codes[:, second]
            asked = np.where(mine < len(wanted), wanted[np.minimum(mine, len(wanted) - 1)], -1)
            grouped = (mine == tokens[0]) & (theirs == tokens[1])
            return np.asarray((asked >= 0) & (theirs != asked) & ~grouped)

    return Rule("copy", names, f"{names[1]} equals {names[0]}", subjects, broken)


def _are_equal(known: Known, first: int, second: int) -> bool:
    """Return whether columns whose codes are the same hold the same values."""
    if _sort(known, first) != _sort(known, second):
        return False
    if is_quantity(known.columns[first]):
        mine, theirs = known.cells.numbers[:, first], known.cells.numbers[:, second]
        return bool(np.array_equal(mine, theirs, equal_nan=True))
    held = np.unique(known.cells.codes[:, first])
    held = held[held != MISSING] - 1
    return bool((known.words[first][held] == known.words[second][held]).all())


def _sort(known: Known, number: int) -> str:
    column = known.columns[number]
    return quantity(column).scale if is_quantity(column) else ""
