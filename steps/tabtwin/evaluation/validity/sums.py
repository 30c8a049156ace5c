"""Find sums: numbers of three or four columns that add up, or two whose sum or difference is constant.

Every set of columns is tried with every choice of signs, on the differences between a few pairs of rows, in
which a constant is gone; few sets are left after the first pairs, and those are tried on all rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from tabtwin.evaluation.validity.coded import Coded, Known
from tabtwin.evaluation.validity.rule import CHANCE, EXACT, FEWEST, Rule, by_chance
from tabtwin.schema.kinds.registry import of, quantity

MOST = {2: 300, 3: 120, 4: 40}
"""The most columns of which all sets of two, three and four are tried."""
_PAIRS = 24
_SURVIVORS = 400
_FEW = 3
"""Added to the rows that a shuffle leaves right, so that odds are not of one shuffle alone."""


@dataclass(frozen=True)
class _Set:
    """Columns whose numbers, with these signs, add up to a constant."""

    columns: tuple[int, ...]
    signs: tuple[int, ...]

    def total(self, numbers: np.ndarray) -> np.ndarray:
        """Return each row's sum, (rows,)."""
        return np.asarray(numbers[:, list(self.columns)] @ np.array(self.signs, float))


def sums(known: Known, columns: Sequence[int], rng: np.random.Generator) -> Iterator[Rule]:
    """Yield sums that hold wherever all parts have a value."""
    numbers = known.cells.numbers
    held = [number for number in columns if of(known.columns[number]).is_number]
    kept = [number for number in held if np.nanstd(numbers[:, number]) > 0]
    slack = {number: _rounding(known, number) for number in kept}
    pairs = rng.integers(0, len(numbers), (_PAIRS, 2))
    apart = numbers[pairs[:, 0]] - numbers[pairs[:, 1]]
    used: list[set[int]] = []
    for size, most in MOST.items():
        for found in _fitting(apart, kept[:most], size, slack):
            # Of columns that add up already, other sums follow.
            if sum(len(set(found.columns) & other) > 1 for other in used) > 1 or any(
                other <= set(found.columns) for other in used
            ):
                continue
            rule = _rule(known, found, sum(slack[number] for number in found.columns), rng)
            if rule is not None:
                used.append(set(found.columns))
                yield rule


def _rounding(known: Known, number: int) -> float:
    """Return how far rounding may move a number of the column."""
    column, cells = known.columns[number], known.cells.numbers[:, number]
    exact = EXACT * float(np.nanmax(np.abs(cells)))
    return exact if of(column).is_whole else max(exact, quantity(column).unit(column) / 2)


def _fitting(apart: np.ndarray, columns: list[int], size: int, slack: dict[int, float]) -> Iterator[_Set]:
    """Yield sets of columns whose differences between rows add up to zero."""
    if len(columns) < size:
        return
    sets = np.array(list(combinations(columns, size)))
    room = np.zeros(max(slack) + 1)
    room[list(slack)] = list(slack.values())
    limit = 2 * room[sets].sum(axis=1)
    for signs in product([1, -1], repeat=size - 1):
        alive = np.arange(len(sets))
        for row in apart:
            total = row[sets[alive, 0]].copy()
            for place, sign in enumerate(signs, 1):
                total += sign * row[sets[alive, place]]
            alive = alive[~(np.abs(total) > limit[alive])]
        for at in alive[:_SURVIVORS]:
            yield _Set(tuple(map(int, sets[at])), (1, *signs))


def _rule(known: Known, found: _Set, room: float, rng: np.random.Generator) -> Rule | None:
    """Return the rule if the set adds up in every row, and not by chance."""
    numbers = known.cells.numbers
    total = found.total(numbers)
    held = ~np.isnan(total)
    subjects = known.count(held)
    if subjects < FEWEST:
        return None
    constant = float(np.median(total[held]))
    exact = EXACT * float(np.abs(numbers[np.ix_(held, found.columns)]).max())
    constant = 0.0 if abs(constant) <= max(exact, room) else constant
    off = float(np.abs(total[held] - constant).max())
    if off > room:
        return None
    allowed = exact if off <= exact else room
    mixed = np.column_stack([rng.permutation(numbers[held, number]) for number in found.columns])
    by_luck = int((np.abs(mixed @ np.array(found.signs, float) - constant) <= allowed).sum())
    if by_chance(min(1.0, (by_luck + _FEW) / len(mixed)), subjects) > CHANCE:
        return None

    def broken(cells: Coded) -> np.ndarray:
        return np.asarray(np.abs(found.total(cells.numbers) - constant) > allowed * (1 + EXACT))

    names = tuple(known.columns[number].name for number in found.columns)
    return Rule("sum", names, _says(names, found.signs, is_zero=constant == 0.0), subjects, broken)


def _says(names: tuple[str, ...], signs: tuple[int, ...], *, is_zero: bool) -> str:
    """Return the sum in words, the column that the others make up alone on one side."""
    pluses = [name for name, sign in zip(names, signs, strict=True) if sign > 0]
    minuses = [name for name, sign in zip(names, signs, strict=True) if sign < 0]
    if not is_zero:
        return f"{' + '.join(pluses)}{''.join(f' − {name}' for name in minuses)} is constant"
    if not minuses:
        return f"{' + '.join(pluses)} is 0"
    left, right = sorted((pluses, minuses), key=len)
    return f"{' + '.join(left)} = {' + '.join(right)}"
