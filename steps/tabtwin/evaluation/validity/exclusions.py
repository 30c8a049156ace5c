"""Find values of two columns that never occur together, though they would if the columns were unrelated."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np

from tabtwin.evaluation.validity.coded import MISSING, Coded, Known
from tabtwin.evaluation.validity.rule import CHANCE, FEWEST, Rule
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.registry import is_label, of

MOST = 100
"""The most columns of which all pairs are tried."""
_REST = 1
_FEW = 30
"""With more different values, a column's rare ones count as one."""
_HEAVY = 0.05
"""The share of rows from which a value counts by itself."""


def exclusions(
    known: Known, copies: Collection[int], together: Collection[tuple[int, int]]
) -> Iterator[Rule]:
    """Yield pairs of columns of which some values never occur together.

    What a single value says of the other column is a fixing, and not said again.

    Args:
        known: Training rows.
        copies: Columns that are copies of others, which are left out.
        together: Pairs of columns that are missing together.
    """
    everyone = len(np.unique(known.subjects))
    tried = [number for number in range(known.cells.codes.shape[1]) if number not in copies][:MOST]
    places = {number: _places(known.cells.codes[:, number]) for number in tried}
    held = {number: places[number][known.cells.codes[:, number]] for number in tried}
    shares = {number: np.bincount(held[number], minlength=_REST + 1) / len(known.cells) for number in tried}
    for one, other in combinations(tried, 2):
        expected = everyone * shares[one][:, None] * shares[other][None, :]
        if (one, other) in together or expected.size > _FEW**2 or not (expected >= -CHANCE).any():
            continue
        width = len(shares[other])
        counts = np.bincount(held[one] * width + held[other], minlength=expected.size).reshape(-1, width)
        many = everyone * shares[one][:, None] >= FEWEST, everyone * shares[other][None, :] >= FEWEST
        seen = counts > 0
        never = ~seen & (expected >= -CHANCE) & many[0] & many[1]
        never &= ~_is_fixing(seen, known.columns[one])[:, None]
        never &= ~_is_fixing(seen.T, known.columns[other])[None, :]
        if never.any():
            yield _rule(known, one, other, (places[one], places[other]), never)


def _is_fixing(seen: np.ndarray, column: Column) -> np.ndarray:
    """Return which values of a column fix one value of another, and not just one of many (values,)."""
    fixes = is_label(column) or of(column).is_whole
    found = fixes & (seen.sum(axis=1) == 1) & ~seen[:, _REST]
    found[_REST] = False
    return np.asarray(found)


def _places(codes: np.ndarray) -> np.ndarray:
    """Return a place for each code of a column: its own, or, if few rows have it, that of the rest."""
    counts = np.bincount(codes, minlength=1)
    few = int((counts > 0).sum()) <= _FEW
    own = (counts > 0) & (few | (counts >= _HEAVY * len(codes)))
    own[MISSING] = False
    found = np.full(len(counts), _REST)
    found[own] = np.arange(int(own.sum())) + _REST + 1
    found[MISSING] = MISSING
    return found


def _rule(
    known: Known, one: int, other: int, places: tuple[np.ndarray, np.ndarray], never: np.ndarray
) -> Rule:
    tokens = known.token(one), known.token(other)

    def broken(cells: Coded) -> np.ndarray:
        codes = cells.codes[:, one], cells.codes[:, other]
        # A code beyond training's is a value that it lacks, and one of the rest.
        mine, theirs = (
            np.where(code < len(place), place[np.minimum(code, len(place) - 1)], _REST)
            for code, place in zip(codes, places, strict=True)
        )
        grouped = (codes[0] == tokens[0]) | (codes[1] == tokens[1])
        return np.asarray(never[mine, theirs] & ~grouped)

    names = known.columns[one].name, known.columns[other].name
    says = f"some values of {names[0]} and {names[1]} never occur together"
    return Rule("never", names, says, len(np.unique(known.subjects)), broken)
