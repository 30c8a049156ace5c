"""Find what two columns fix together, where neither does alone: a product and a size a price."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

import numpy as np

from tabtwin.evaluation.validity.coded import Coded, Known
from tabtwin.evaluation.validity.fixings import HOLDERS
from tabtwin.evaluation.validity.rule import CHANCE, FEWEST, Rule

MOST_COLUMNS = 40
"""Pairs are looked for among the first so many columns of few values."""
_FEW = 0.2
"""The most different values of such a column, as a share of the rows."""
_LOOK = 1_000
"""How many rows are looked at first: they refute nearly all pairs."""
_ENOUGH = 0.5
"""The least share of rows whose combination may be judged."""


def pairs(known: Known, copies: Collection[int], explained: Collection[set[str]]) -> Iterator[Rule]:
    """Yield for each column that no other fixes a pair that does, of the fewest values; one of three columns.

    Args:
        known: Training rows.
        copies: Columns that are copies of others, which are left out.
        explained: Sets of columns of which another rule says more.
    """
    codes = known.cells.codes
    counts = [len(np.unique(column)) for column in codes.T]
    varied = [at for at, count in enumerate(counts) if count > 1 and at not in copies]
    few = [at for at in varied if counts[at] <= _FEW * len(codes)][:MOST_COLUMNS]
    open_to = [at for at in varied if not any(_agreeing(codes, [one], [at]) for one in few if one != at)]
    if len(few) < 2:
        return
    once = np.unique(known.subjects, return_index=True)[1]
    tried = np.log(len(few) ** 2 * max(1, len(open_to)))
    found = [
        (counts[both[0]] + counts[both[1]], both, fixed)
        for both in combinations(few, 2)
        for fixed in _agreeing(codes, both, [at for at in open_to if at not in both])
        if not any({known.columns[at].name for at in (*both, fixed)} <= names for names in explained)
    ]
    said, done = set[int](), set[frozenset[int]]()
    for _, both, fixed in sorted(found):
        three = frozenset((*both, fixed))
        if fixed in said or three in done or _odds(codes[once], both, fixed) + tried > CHANCE:
            continue
        rule = _rule(known, both, fixed)
        if rule is not None:
            said.add(fixed)
            done.add(three)
            yield rule


def _joined(codes: np.ndarray, columns: Collection[int]) -> np.ndarray:
    """Return one code for the cells of some columns, int64 (rows,)."""
    found = np.zeros(len(codes), "int64")
    for at in columns:
        found = found * (int(codes[:, at].max(initial=0)) + 1) + codes[:, at]
    return found


def _agreeing(codes: np.ndarray, fixing: Collection[int], others: Sequence[int]) -> list[int]:
    """Return in which other columns all rows agree that agree in some."""
    left = list(others)
    for rows in (codes[:_LOOK], codes):
        if not left:
            break
        both = _joined(rows, fixing)
        order = np.argsort(both, kind="stable")
        same = np.flatnonzero(np.diff(both[order]) == 0)
        first, then = (rows[order[same + step]][:, left] for step in (0, 1))
        left = [at for at, differs in zip(left, (first != then).any(axis=0), strict=True) if not differs]
    return left


def _odds(codes: np.ndarray, both: tuple[int, int], fixed: int) -> float:
    """Return the logarithm of the odds that one of two columns has nothing to do with a third.

    All but the first row of a combination would then agree with it no more often than the commonest value
    among rows of the other column's value, which one more row with it makes a little likelier.
    """
    worst = -np.inf
    for given in both:
        held = _joined(codes, [given])
        values, place, sizes = np.unique(held, return_inverse=True, return_counts=True)
        cells, numbers = np.unique(np.stack([place, codes[:, fixed]]), axis=1, return_counts=True)
        most = np.zeros(len(values))
        np.maximum.at(most, cells[0], numbers)
        own = np.bincount(
            np.unique(np.stack([place, _joined(codes, both)]), axis=1)[0], minlength=len(values)
        )
        worst = max(worst, float(((sizes - own) * np.log((most + 1) / (sizes + 1))).sum()))
    return worst


def _rule(known: Known, both: tuple[int, int], fixed: int) -> Rule | None:
    """Return the rule about combinations of enough subjects, if most rows have one."""
    joined = _joined(known.cells.codes, both)
    width = int(known.cells.codes[:, both[1]].max()) + 1
    values, first, place = np.unique(joined, return_index=True, return_inverse=True)
    people = np.bincount(
        np.unique(np.stack([place, known.subjects]), axis=1)[0].astype("int64"), minlength=len(values)
    )
    judged = people >= HOLDERS
    rows = judged[place]
    subjects = known.count(rows)
    if subjects < FEWEST or rows.mean() < _ENOUGH:
        return None
    wanted = known.cells.codes[first, fixed]
    tokens = [(at, known.token(at)) for at in (*both, fixed)]

    def broken(cells: Coded) -> np.ndarray:
        mine = cells.codes[:, both[0]].astype("int64") * width + cells.codes[:, both[1]]
        at = np.minimum(np.searchsorted(values, mine), len(values) - 1)
        asked = (values[at] == mine) & judged[at] & (cells.codes[:, both[1]] < width)
        for column, token in tokens:
            asked &= cells.codes[:, column] != token
        return np.asarray(asked & (cells.codes[:, fixed] != wanted[at]))

    names = tuple(known.columns[at].name for at in (*both, fixed))
    return Rule("fixing", names, f"{names[0]} and {names[1]} fix {names[2]}", subjects, broken)
