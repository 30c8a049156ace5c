"""Decide whether a formula holds, would not by chance, and says nothing that only few subjects show.

What a formula multiplies a column by may follow from a few rows alone: of ``total = base + 4321 * flag``,
where one subject has a flag, the number is that subject's. So each column must vary beyond the others in rows
of k subjects or more.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tabtwin.lib.seeds import generator
from tabtwin.schema.rule import Rule, Units
from tabtwin.schema.rules.computing import as_numbers, computed, differ, with_looseness
from tabtwin.schema.rules.fixing import CHANCE, FEWEST
from tabtwin.schema.rules.formulas.quantities import LOOKED_AT, Quantities

_TIE = 1e-6
_FEW_TIES = 0.02
_MOST_TIES = 0.5
"""The share of rows, at most, in which a half is rounded in any way."""
_GONE = 1e-6
"""What is left of a column's variation, as a share, if it follows from others."""


def supported(rule: Rule, table: Quantities, tried: float, k: int) -> Rule | None:
    """Return a formula if it holds in all rows and each of its columns matters, more than by chance.

    If a column had nothing to do with the others, the formula would hold in as many rows as when the column's
    cells are shuffled, and in all rows with odds of that share to the power of the subjects.

    Args:
        rule: The formula; whether it is loose does not matter.
        table: The numbers and dates.
        tried: How many formulas of its form there are, in powers of ten.
        k: How many subjects must show each of its numbers, that it is loose, and that it is off by rounding.
    """
    cells = {name: table.columns[name] for name in rule.columns}
    given = ~np.isnan(computed(rule, cells))
    held = ~np.isnan(table.values[:, table.names.index(rule.columns[0])])
    there = np.flatnonzero(given & held)
    people = len(np.unique(table.subjects[there]))
    unit_of = {name: 2 * table.halves[table.names.index(name)] for name in rule.columns}
    loose = rule.model_copy(update={"loose": True})
    if people < FEWEST or differ(loose, cells, unit_of).any():
        return None
    # One row a subject: many rows of one say no more.
    own = there[np.sort(np.unique(table.subjects[there], return_index=True)[1])]
    some = own[np.linspace(0, len(own) - 1, min(len(own), LOOKED_AT)).astype(int)]
    rng = generator(0, "formulas", *rule.columns)
    for name in rule.columns:
        shuffled = {other: column[some] for other, column in cells.items()}
        shuffled[name] = rng.permutation(shuffled[name])
        if _may_be_chance(loose, shuffled, unit_of, people, tried):
            return None
    sources = table.values[there][:, [table.names.index(name) for name in rule.columns[1:]]]
    absent = [there[gaps] for gaps in np.isnan(sources).T if gaps.any()]
    if not all(_counts_as_said(loose, table, unit_of, gaps, k) for gaps in absent):
        return None
    if leans_on_few(np.nan_to_num(sources), table.subjects[there], k):
        return None
    rule = with_looseness(rule, cells, table.subjects, k)
    if rule.within:
        off = differ(loose.model_copy(update={"within": 0.0}), cells, unit_of)
        if off.any():
            return rule if len(np.unique(table.subjects[off])) >= k else None
        rule = rule.model_copy(update={"within": 0.0})
    return _with_ties(rule, table, {name: column[there] for name, column in cells.items()})


def _may_be_chance(
    loose: Rule, unrelated: Mapping[str, np.ndarray], units: Units, people: int, tried: float
) -> bool:
    """Return whether a formula may hold for so many people by chance, as it does in unrelated cells."""
    fits = ~differ(loose, unrelated, units)
    share = max(1.0, float(fits.sum())) / len(fits)
    return bool(-people * np.log10(share) <= CHANCE + tried)


def _counts_as_said(rule: Rule, table: Quantities, units: Units, gaps: np.ndarray, k: int) -> bool:
    """Return whether a formula holds in rows without one of its columns for k subjects, and not by chance.

    Args:
        rule: A formula that holds there, as a loose one.
        table: The numbers and dates.
        units: What the numbers of each column are multiples of.
        gaps: The rows, int (gaps,).
        k: How many subjects must show what a missing cell counts as.
    """
    people = len(np.unique(table.subjects[gaps]))
    cells = {name: table.columns[name][gaps] for name in rule.columns}
    target = rule.columns[0]
    rng = generator(0, "missing", *rule.columns)
    cells[target] = rng.choice(table.columns[target], len(gaps))
    return people >= k and not _may_be_chance(rule, cells, units, people, tried=0.0)


def _with_ties(rule: Rule, table: Quantities, cells: Mapping[str, np.ndarray]) -> Rule | None:
    """Return a formula that says how halves are rounded, if they all are away from zero; none if most numbers
    are halves that go either way, or if a flag is not what it gives: 0.5 * flag is no more 0 than 1.

    Args:
        rule: A formula that holds to rounding.
        table: The numbers and dates.
        cells: The cells of rows that have all of them.
    """
    at = table.names.index(rule.columns[0])
    half = float(table.halves[at])
    digits = -np.log10(2 * half) if half else np.nan
    if table.dated[at] or not np.isclose(digits, np.rint(digits), atol=1e-9):
        return rule
    values, held = computed(rule, cells), as_numbers(cells[rule.columns[0]])
    if len(np.unique(held)) <= 2 and (np.abs(values - held) > _TIE).any():
        return None  # which side of a threshold a number is on: a range fixes that
    ties = np.abs(np.abs(values - held) - half) <= _TIE * half
    if not ties.any():
        return rule
    away = rule.model_copy(update={"expression": f"round({rule.expression}, {digits:.0f})"})
    if not differ(away, {name: some[ties] for name, some in cells.items()}, {}).any():
        return away if ties.mean() > _FEW_TIES else rule
    return rule if ties.mean() < _MOST_TIES else None


def leans_on_few(sources: np.ndarray, subjects: np.ndarray, k: int) -> bool:
    """Return whether a column varies beyond the others, which may be none, only in rows of fewer than k
    subjects.

    Args:
        sources: What a formula computes with, float64 (rows, columns), none missing.
        subjects: The subject of each row (rows,).
        k: How many subjects must show it.
    """
    owners = np.unique(subjects, return_inverse=True)[1]
    centered = sources - sources.mean(axis=0)
    sizes = centered.std(axis=0)
    if not sizes.all():
        return True
    scaled = centered / sizes
    for at in range(scaled.shape[1]):
        rest = beyond(scaled, at)
        if np.abs(rest).max() <= _GONE:
            continue  # it follows from the others in all rows
        left = np.ones(len(scaled), bool)
        for _ in range(k - 1):
            mine = np.bincount(owners, weights=np.where(left, rest, 0.0) ** 2)
            left &= owners != mine.argmax()
            if not left.any():
                return True
            rest = np.zeros(len(scaled))
            rest[left] = beyond(scaled[left], at)
            if np.abs(rest).max() <= _GONE:
                return True
    return False


def beyond(cells: np.ndarray, at: int) -> np.ndarray:
    """Return what a straight line through the other columns leaves of one, float64 (rows,)."""
    others = np.column_stack([np.delete(cells, at, axis=1), np.ones(len(cells))])
    return np.asarray(cells[:, at] - others @ np.linalg.lstsq(others, cells[:, at], rcond=None)[0])
