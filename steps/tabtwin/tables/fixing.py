"""Finding what categories fix: of a whole column, a town its state, or of one value alone.

Support is counted in subjects, of whom any number of rows says a thing but once. A column fixes another where
nearly all of its values do and that would not be by chance; then each value that protection lets out does.
Elsewhere a value fixes something only on many subjects: what a few share is a secret of theirs. Integers fix
others as a whole only, as codes do (:mod:`tabtwin.tables.numbercodes`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.tables.numbercodes import fixed, spelled, unsettled
from tabtwin.tables.rules import Rule
from tabtwin.tables.schema import CATEGORICAL, Column, Schema

CHANCE = 12.0
"""Powers of ten: how unlikely it must be that a rule holds by chance."""

FEWEST = 30
"""Subjects behind a rule."""

NEARLY_ALL = 0.9
"""Of a column's values, that fix something, for the column to."""


FEWEST_CODES = 3
"""Different integers that fix something: of fewer, those between them say nothing."""


@dataclass(frozen=True)
class Fixing:
    """What one column fixes of another.

    Attributes:
        values: What the other holds, by value.
        whole: Whether nearly all values do, and not by chance.
        rows: How many rows hold one of them.
    """

    values: dict[str, str | None]
    whole: bool
    rows: int


NOTHING = Fixing({}, whole=False, rows=0)


@dataclass(frozen=True)
class Groups:
    """The rows of a table by what one column holds.

    Attributes:
        column: The column.
        numbers: Its cells, where they are numbers.
        values: What it holds, but for what rare values are put out as, and what too few subjects hold.
        order: Rows, those of one value behind one another.
        starts: Where in ``order`` each value begins, and the last ends.
        people: How many subjects hold each value.
    """

    column: Column
    numbers: np.ndarray | None
    values: tuple[str, ...]
    order: np.ndarray
    starts: np.ndarray
    people: np.ndarray

    @classmethod
    def of(cls, protected: pd.DataFrame, column: Column, subjects: np.ndarray, protect: int) -> Groups:
        """Those of a column of canonical rows after value protection."""
        cells = protected[column.name].to_numpy()
        codes, found = pd.factorize(cells, use_na_sentinel=True)
        people = _people(codes, subjects, len(found))
        if column.kind in CATEGORICAL:
            kept = np.array([value != column.token or column.kind != "category" for value in found], bool)
            values = [str(value) for value in found]
        else:
            kept = people >= max(2, column.threshold(protect))
            values = [spelled(value) for value in found]
        places = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)[codes]
        order = np.argsort(places, kind="stable")
        return cls(
            column=column,
            numbers=None if column.kind in CATEGORICAL else cells.astype("float64"),
            values=tuple(value for value, keep in zip(values, kept, strict=True) if keep),
            order=order,
            starts=np.searchsorted(places[order], np.arange(kept.sum() + 1)),
            people=people[kept],
        )


def implications(
    protected: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int
) -> tuple[list[Rule], list[Rule]]:
    """What categories fix, and what integers do: whole columns first, then those that fix most rows.

    Args:
        protected: Canonical rows after value protection.
        schema: Their columns.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
    """
    found: dict[bool, list[tuple[bool, int, Rule]]] = {True: [], False: []}
    for first in (column for column in schema.learned if column.kind in (*CATEGORICAL, "integer")):
        groups = Groups.of(protected, first, subjects, protect)
        for then in (column for column in schema.learned if column.name != first.name):
            fixing = find_fixing(groups, protected[then.name], then)
            if fixing.values:
                rule = Rule(kind="implies", columns=(first.name, then.name), values=fixing.values)
                found[groups.numbers is None].append((fixing.whole, fixing.rows, rule))
    for side in found.values():
        side.sort(key=lambda known: (not known[0], -known[1]))
    return [rule for _, _, rule in found[True]], [rule for _, _, rule in found[False]]


def find_fixing(groups: Groups, cells: pd.Series, then: Column) -> Fixing:
    """For each value of a column what another always holds with it, if it is one thing, and not by chance.

    Of numbers and dates only that they are missing can be fixed.

    Args:
        groups: The first column.
        cells: Of the other, as protected.
        then: The other.
    """
    if not groups.values:
        return NOTHING
    if then.kind in CATEGORICAL:
        codes, held = pd.factorize(cells.to_numpy(object), use_na_sentinel=True)
    else:
        codes, held = np.where(cells.isna(), -1, 0), np.array([""], dtype=object)
    shares = np.bincount(codes + 1, minlength=len(held) + 1) / len(codes)
    if shares.max() >= 1:
        return NOTHING
    inside = codes[groups.order][groups.starts[0] : groups.starts[-1]]
    starts = groups.starts[:-1] - groups.starts[0]
    least, most = (what.reduceat(inside, starts) for what in (np.minimum, np.maximum))
    alone, people = least == most, groups.people
    whole = _is_whole(people, alone, float(shares.max()))
    with np.errstate(divide="ignore"):
        likely = people >= FEWEST
        likely &= -people * np.log10(shares[least + 1]) > CHANCE
    sayable = alone & (whole | likely) & ((then.kind in CATEGORICAL) | (least < 0))
    values = {
        groups.values[at]: None if least[at] < 0 else str(held[least[at]]) for at in np.flatnonzero(sayable)
    }
    if groups.numbers is not None and not (whole and _are_codes(groups, values, cells)):
        return NOTHING
    rows = int(np.diff(groups.starts)[sayable].sum())
    return Fixing(values, whole=whole, rows=rows)


def _are_codes(groups: Groups, values: dict[str, str | None], cells: pd.Series) -> bool:
    """Whether integers fix as codes do: those between two that fix the same do, too, in all rows."""
    if len(values) < FEWEST_CODES or groups.numbers is None:
        return False
    rule = Rule(kind="implies", columns=(groups.column.name, str(cells.name)), values=values)
    there, said = fixed(groups.numbers, rule, [rule])
    there &= ~unsettled(groups.numbers, [rule])
    held = cells.to_numpy(object, copy=True)
    held[cells.isna().to_numpy()] = None
    return not (there & (said != held)).any()


def _people(codes: np.ndarray, subjects: np.ndarray, values: int) -> np.ndarray:
    """How many subjects hold each value, int (values,)."""
    held = codes >= 0
    width = int(subjects.max(initial=0)) + 1
    pairs = pd.unique(codes[held].astype("int64") * width + subjects[held])
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
