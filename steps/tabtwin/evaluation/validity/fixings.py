"""Find what fixes what: columns, or single values of them, whose rows all agree in another column."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from tabtwin.evaluation.validity.coded import MISSING, Coded, Known
from tabtwin.evaluation.validity.rule import CHANCE, FEWEST, Rule
from tabtwin.schema.kinds.registry import is_label, is_quantity, of, quantity
from tabtwin.schema.rules.computing import is_fine

HOLDERS = 5
"""The fewest subjects of a value for rows with it to be judged: fewer show little.

k of value protection is not known when an audit measures, but when it rounds what it publishes.
"""


@dataclass(frozen=True)
class _Odds:
    """How common values are, as logarithms of their shares.

    Attributes:
        of: The values of all columns, one after another.
        begin: int (columns,), where each column's values begin.
        most: (columns,), of the commonest value of each.
    """

    of: np.ndarray
    begin: np.ndarray
    most: np.ndarray

    @classmethod
    def fit(cls, codes: np.ndarray) -> _Odds:
        """Return the odds of the values that the rows hold."""
        counts = [np.bincount(column) for column in codes.T]
        logs = [np.log(np.maximum(found, 0.5) / len(codes)) for found in counts]
        begin = np.cumsum([0, *(len(part) for part in logs[:-1])])
        return cls(np.concatenate(logs), begin, np.array([part.max() for part in logs]))


def fixings(known: Known, copies: Collection[int], together: Collection[tuple[int, int]]) -> Iterator[Rule]:
    """Yield what fixes what.

    A column fixes another as a whole if rows agree in every of its values. Otherwise single values fix it
    that ``FEWEST`` subjects hold, of words and whole numbers.

    Args:
        known: Training rows.
        copies: Columns that are copies of others, which are left out.
        together: Pairs of columns that are missing together, of which that is not said again.
    """
    codes = known.cells.codes
    odds, alone = _Odds.fit(codes), known.rows_are_subjects
    everyone = len(np.unique(known.subjects))
    varied = [
        number for number in range(codes.shape[1]) if odds.most[number] < -1e-9 and number not in copies
    ]
    for fixing in varied:
        order = np.argsort(codes[:, fixing], kind="stable")
        values, starts = np.unique(codes[order, fixing], return_index=True)
        if 2 * len(values) > everyone:
            continue
        held = _holders(codes[:, fixing], known.subjects, values, alone=alone)
        sorted_codes = codes[order]
        least = np.minimum.reduceat(sorted_codes, starts, axis=0)
        agree = least == np.maximum.reduceat(sorted_codes, starts, axis=0)
        support = min(int(held[held > 1].sum()), everyone)
        spare = max(0, min(int(held.sum()), everyone) - len(values))
        whole = agree.all(axis=0) & (spare * odds.most <= CHANCE) & (support >= FEWEST)
        by_value = agree & (held >= FEWEST)[:, None]
        by_value &= held[:, None] * odds.of[odds.begin[None, :] + least] <= CHANCE
        column = known.columns[fixing]
        if not (is_label(column) or of(column).is_whole):
            by_value[:] = False
        for fixed in varied:
            if fixed == fixing:
                continue
            judged = held >= HOLDERS if whole[fixed] else by_value[:, fixed].copy()
            if (fixing, fixed) in together:
                judged &= ~((values == MISSING) & (least[:, fixed] == MISSING))
            if judged.any():
                wanted = np.full(int(values[-1]) + 1, -1)
                wanted[values[judged]] = least[judged, fixed]
                yield _rule(known, fixing, fixed, wanted, whole=bool(whole[fixed]), held=held[judged])


def _slack(known: Known, number: int) -> float:
    """Return how far apart numbers of a column are one: those that were computed in single precision."""
    column = known.columns[number]
    unit = quantity(column).unit(column) if is_quantity(column) else 0.0
    return 2 * unit if is_fine(unit) else 0.0


def _holders(codes: np.ndarray, subjects: np.ndarray, values: np.ndarray, *, alone: bool) -> np.ndarray:
    """Return how many subjects hold each value of a column (values,)."""
    if alone:
        return np.asarray(np.bincount(codes)[values])
    pairs = np.unique(np.stack([codes, subjects]), axis=1)[0]
    return np.asarray(np.bincount(pairs)[values])


def _rule(
    known: Known, fixing: int, fixed: int, wanted: np.ndarray, *, whole: bool, held: np.ndarray
) -> Rule:
    token = known.token(fixed)
    numbers = np.full(int(known.cells.codes[:, fixed].max()) + 1, np.nan)
    numbers[known.cells.codes[:, fixed]] = known.cells.numbers[:, fixed]
    slack = _slack(known, fixed)

    def broken(cells: Coded) -> np.ndarray:
        mine = cells.codes[:, fixing]
        asked = np.where(mine < len(wanted), wanted[np.minimum(mine, len(wanted) - 1)], -1)
        found = cells.codes[:, fixed]
        differ = (found != asked) & ~(np.abs(cells.numbers[:, fixed] - numbers[asked]) <= slack)
        return np.asarray((asked >= 0) & differ & (found != token))

    names = known.columns[fixing].name, known.columns[fixed].name
    says = f"{names[0]} fixes {names[1]}" if whole else f"some values of {names[0]} fix {names[1]}"
    subjects = min(int(held.sum()), len(np.unique(known.subjects)))
    return Rule("fixing", names, says, subjects, broken)
