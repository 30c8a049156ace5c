"""Finding what categories fix: of a whole column, a town its state, or of one value alone.

Support is counted in subjects, of whom any number of rows says a thing but once. A column fixes another where
nearly all of its values do and that would not be by chance; then each value that protection lets out does.
Elsewhere a value fixes something only on many subjects: what a few share is a secret of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.tables.rules import Rule
from tabtwin.tables.schema import CATEGORICAL, Column, Schema

CHANCE = 12.0
"""Powers of ten: how unlikely it must be that a rule holds by chance."""

FEWEST = 30
"""Subjects behind a rule."""

NEARLY_ALL = 0.9
"""Of a column's values, that fix something, for the column to."""


@dataclass(frozen=True)
class Fixing:
    """What one column fixes of another.

    Attributes:
        values: What the other holds, by value.
        whole: Whether nearly all values do, and not by chance.
        rows: How many rows hold one of them.
    """

    values: Mapping[str, str | None]
    whole: bool
    rows: int


def implications(protected: pd.DataFrame, schema: Schema, subjects: np.ndarray) -> list[Rule]:
    """What categories fix; whole columns come first, then those that fix most rows.

    Args:
        protected: Canonical rows after value protection.
        schema: Their columns.
        subjects: The subject of each row (rows,).
    """
    found: list[tuple[bool, int, Rule]] = []
    for first in (column for column in schema.learned if column.kind in CATEGORICAL):
        for then in (column for column in schema.learned if column.name != first.name):
            fixing = find_fixing(protected, first, then, subjects)
            if fixing.values:
                rule = Rule(kind="implies", columns=(first.name, then.name), values=dict(fixing.values))
                found.append((fixing.whole, fixing.rows, rule))
    found.sort(key=lambda known: (not known[0], -known[1]))
    return [rule for _, _, rule in found]


def find_fixing(protected: pd.DataFrame, first: Column, then: Column, subjects: np.ndarray) -> Fixing:
    """For each value of ``first`` what ``then`` always holds with it, if it is one thing, and not by chance.

    Of numbers and dates only that they are missing can be fixed. What rare values are put out as is no value.
    """
    if then.kind in CATEGORICAL:
        codes, held = pd.factorize(protected[then.name].to_numpy(object), use_na_sentinel=True)
    else:
        codes, held = np.where(protected[then.name].isna(), -1, 0), np.array([""], dtype=object)
    by, values = pd.factorize(protected[first.name].to_numpy(object), use_na_sentinel=True)
    named = np.array([value != first.token or first.kind != "category" for value in values], bool)
    shares = np.bincount(codes + 1, minlength=len(held) + 1) / max(1, len(codes))
    if not named.any() or shares.max() >= 1:
        return Fixing({}, whole=False, rows=0)
    order = np.argsort(by, kind="stable")
    starts = np.searchsorted(by[order], np.arange(len(values)))
    least, most = (what.reduceat(codes[order], starts) for what in (np.minimum, np.maximum))
    rows = np.bincount(by[by >= 0], minlength=len(values))
    people = _people(by, subjects, len(values))
    alone = named & (least == most)
    whole = _is_whole(people[named], alone[named], float(shares.max()))
    supported = (people >= FEWEST) & (-people * np.log10(shares[least + 1]) > CHANCE)
    sayable = alone & (whole | supported) & ((then.kind in CATEGORICAL) | (least < 0))
    return Fixing(
        {str(values[at]): None if least[at] < 0 else str(held[least[at]]) for at in np.flatnonzero(sayable)},
        whole=whole,
        rows=int(rows[sayable].sum()),
    )


def _people(by: np.ndarray, subjects: np.ndarray, values: int) -> np.ndarray:
    """How many subjects hold each value, int (values,)."""
    held = by >= 0
    width = int(subjects.max(initial=0)) + 1
    pairs = np.unique(by[held].astype("int64") * width + subjects[held])
    return np.bincount(pairs // width, minlength=values)


def _is_whole(people: np.ndarray, alone: np.ndarray, share: float) -> bool:
    """Whether nearly all values fix something, and so many would not, had the columns nothing to do with
    one another.

    Of a value of n subjects, all hold the same by chance with odds of at most ``share ** (n - 1)``, which is
    that of the commonest thing; which values are the exceptions is chosen after the fact, at a price.
    """
    if people[alone].sum() < FEWEST or alone.mean() < NEARLY_ALL:
        return False
    exceptions = int((~alone).sum())
    price = exceptions * np.log10(len(alone))
    return bool(-np.log10(share) * (people[alone] - 1).sum() - price > CHANCE)
