"""Find what categories fix: as a whole column, like a town its state, or as a single value.

Support is counted in subjects: several rows of one subject count once. A column fixes another if nearly all
of its values do, more than by chance; then each value that may be released does. Otherwise a value fixes
something only with many subjects: what few share is their secret. Numbers fix others only as a whole, like
codes (:mod:`tabtwin.schema.rules.number_codes`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tabtwin.lib.frames import with_columns
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.grouping import Groups, Things
from tabtwin.schema.rules.number_codes import fixed, settled, unsettled
from tabtwin.schema.schema import Column, Schema

CHANCE = 12.0
"""In powers of ten: how unlikely it must be that a rule holds by chance."""

FEWEST = 30
"""The fewest subjects that support a rule."""

NEARLY_ALL = 0.9
"""The share of a column's values that must fix something for the column to do so."""

LOOK = 64
"""How many numbers are checked first."""

MOST_CHANGED = 0.02
"""The share of rows in which a number may be moved to a code that fixes something else than they hold."""

FEWEST_CODES = 3
"""The fewest different numbers that fix something: with fewer, those between them prove nothing."""


@dataclass(frozen=True)
class Fixing:
    """What one column fixes in another.

    Attributes:
        values: The other's value, by value of the first.
        whole: Whether nearly all values fix something, and not by chance.
        rows: How many rows hold one of them.
        loose: Whether they are numbers that say nothing of those between them.
        gaps: Whether the other has missing cells of its own, of which nothing is said.
    """

    values: dict[str, str | None]
    whole: bool
    rows: int
    loose: bool = False
    gaps: bool = False


NOTHING = Fixing({}, whole=False, rows=0)


def implications(
    protected: pd.DataFrame,
    schema: Schema,
    subjects: np.ndarray,
    protect: int,
    training: pd.DataFrame | None = None,
) -> tuple[list[Rule], list[Rule]]:
    """Return what numbers fix, and what categories fix: whole columns first, then those that fix most rows.

    Args:
        protected: Canonical rows after value protection.
        schema: Their columns.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
        training: The rows before value protection: a rare value that it replaced by a common one says nothing
            of what that one fixes.
    """
    found: dict[bool, list[tuple[bool, int, Rule]]] = {True: [], False: []}
    things = [Things.of(protected[column.name], column, protect) for column in schema.learned]
    for first in (column for column in schema.learned if _may_fix(column)):
        shown = _as_they_were(protected, training, first)
        groups = Groups.of(shown, first, subjects, protect)
        for then in (then for then in things if then.column.name != first.name):
            fixing = fixing_but_for_gaps(groups, then, shown, subjects, protect)
            if fixing.values:
                rule = Rule(
                    kind="implies",
                    columns=(first.name, then.column.name),
                    values=fixing.values,
                    loose=fixing.loose,
                    gaps=fixing.gaps,
                )
                found[groups.numbers is not None].append((fixing.whole, fixing.rows, rule))
    for side in found.values():
        side.sort(key=lambda known: (not known[0], -known[1]))
    return [rule for _, _, rule in found[True]], [rule for _, _, rule in found[False]]


def _as_they_were(protected: pd.DataFrame, training: pd.DataFrame | None, column: Column) -> pd.DataFrame:
    """Return protected rows without what stands for another category in a column."""
    if training is None or not registry.is_label(column):
        return protected
    shown = protected[column.name].to_numpy(object, copy=True)
    replaced = (shown != training[column.name].to_numpy(object)) & (shown != column.token)
    shown[replaced] = None
    return with_columns(protected, {column.name: shown}) if replaced.any() else protected


def fixing_but_for_gaps(
    groups: Groups, things: Things, shown: pd.DataFrame, subjects: np.ndarray, protect: int
) -> Fixing:
    """Return what one column fixes in another; if that says more, of the rows in which it is not missing.

    Args:
        groups: The column that fixes.
        things: The other.
        shown: The canonical rows of both.
        subjects: The subject of each row (rows,).
        protect: k of value protection.
    """
    strict = find_fixing(groups, things)
    if not (groups.values and things.sayable and things.shares[0]):
        return strict
    one = _hold_one_at_most(groups, things)
    if one.mean() < NEARLY_ALL or one.sum() <= len(strict.values):
        return strict
    there = things.codes >= 0
    known = find_fixing(
        Groups.of(shown[there], groups.column, subjects[there], protect),
        Things.of(things.cells[there], things.column, protect),
    )
    if not known.whole or len(known.values) <= len(strict.values):
        return strict
    # What too few rows show is missing, in place of a value that would contradict them.
    unsaid = one if registry.is_label(groups.column) else np.zeros(len(one), bool)
    absent: dict[str, str | None] = {groups.values[at]: None for at in np.flatnonzero(unsaid)}
    return replace(known, values=absent | known.values, gaps=True)


def _hold_one_at_most(groups: Groups, things: Things) -> np.ndarray:
    """Return for which values of a column the other's cells are all the same or missing, bool (values,)."""
    count = len(groups.values)
    _, most = _ends(groups, things.codes, count)
    least, _ = _ends(groups, np.where(things.codes < 0, len(things.held), things.codes), count)
    return np.asarray(least >= most)


def find_fixing(groups: Groups, things: Things) -> Fixing:
    """Return, for each value of a column, the one value that another always has with it, unless by chance.

    Where nearly all values fix something, the rare group, whose values are hidden, fixes the other's, if it
    always occurs with it: what is hidden together stays together.
    """
    if not groups.values or things.shares.max() >= 1 or _is_hopeless(groups, things.codes):
        return NOTHING
    least, most = _ends(groups, things.codes, len(groups.values))
    alone, people = least == most, groups.people
    whole = _is_whole(people, alone, float(things.shares.max()))
    with np.errstate(divide="ignore"):
        likely = people >= FEWEST
        likely &= -people * np.log10(things.shares[least + 1]) > CHANCE
    sayable = alone & (whole | likely) & (people >= things.least)
    if not registry.is_label(things.column):
        sayable &= (least < 0) | things.sayable
    values = {
        groups.values[at]: None if least[at] < 0 else str(things.held[least[at]])
        for at in np.flatnonzero(sayable)
    }
    if groups.numbers is not None and not (whole and len(values) >= FEWEST_CODES):
        return NOTHING
    if whole and registry.is_label(groups.column) and registry.is_label(things.column):
        values |= _hidden_together(groups.cells, groups.column, things)
    rows = int(np.diff(groups.starts)[sayable].sum())
    loose = groups.numbers is not None and not _are_codes(groups, values, things)
    return Fixing(values, whole=whole, rows=rows, loose=loose)


def _may_fix(column: Column) -> bool:
    kind = registry.of(column)
    return kind.is_label or kind.is_number


def _ends(groups: Groups, codes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest code of the rows of each of the first values (count,)."""
    starts = groups.starts[:count] - groups.starts[0]
    inside = codes[groups.order[groups.starts[0] : groups.starts[count]]]
    return np.minimum.reduceat(inside, starts), np.maximum.reduceat(inside, starts)


def _is_hopeless(groups: Groups, codes: np.ndarray) -> bool:
    """Return whether a few numbers show that a column holds no codes: a table may have many such columns."""
    if groups.numbers is None or len(groups.values) <= LOOK:
        return False
    least, most = _ends(groups, codes, LOOK)
    return bool((least == most).mean() < NEARLY_ALL / 2)


def _hidden_together(cells: np.ndarray, column: Column, things: Things) -> dict[str, str | None]:
    """Return what the rare group of a column fixes: the other's rare group, if all of its rows have it."""
    if not (registry.has_rare_group(column) and registry.has_rare_group(things.column)):
        return {}
    there = cells == column.token
    hidden = (things.cells == things.column.token).to_numpy()
    return {column.token: things.column.token} if there.any() and hidden[there].all() else {}


def _are_codes(groups: Groups, values: dict[str, str | None], things: Things) -> bool:
    """Return whether integers fix like codes: those between two that fix the same also do, in all rows, and
    those between two that do not hold what the nearer one fixes, to which they are moved, in nearly all rows.
    """
    if groups.numbers is None or not registry.of(groups.column).is_whole:
        return False
    rule = Rule(kind="implies", columns=(groups.column.name, things.column.name), values=values)
    between = unsettled(groups.numbers, [rule])
    there, said = fixed(settled(groups.numbers, [rule]), rule, [rule])
    held = np.append(things.held, [None])[things.codes]
    wrong = there & (said != held)
    return not (wrong & ~between).any() and bool((wrong & between).mean() <= MOST_CHANGED)


def _is_whole(people: np.ndarray, alone: np.ndarray, share: float) -> bool:
    """Return whether nearly all values fix something, more than if the columns were unrelated.

    The odds that all n subjects of a value hold the same by chance are at most ``share ** (n - 1)``, for the
    share of the commonest value; since exceptions are chosen afterwards, they count against the rule.
    """
    if people[alone].sum() < FEWEST or alone.mean() < NEARLY_ALL:
        return False
    exceptions = int((~alone).sum())
    price = exceptions * np.log10(len(alone))
    return bool(-np.log10(share) * (people[alone] - 1).sum() - price > CHANCE)
