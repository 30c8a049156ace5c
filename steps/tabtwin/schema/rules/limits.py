"""Find skip patterns by a limit of a number: below it, or from it on, a column is missing or has a mark.

If the columns were unrelated, the odds that all n subjects beyond the limit have the mark would be the mark's
share to the power of n. A limit is a number that many subjects hold, or the roundest one where as many lie
between it and the first that is different, unless fewer than k hold it: never one subject's own. So many must
have a number without the mark, too: what few have is not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tabtwin.lib.counting import different
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.chains import told
from tabtwin.schema.rules.fixed_cells import as_text
from tabtwin.schema.rules.fixing import FEWEST
from tabtwin.schema.rules.never import excluding
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.states import (
    CHANCE_OF_ANY,
    MOST_NUMBERS,
    State,
    States,
    below,
    codes_of,
    from_on,
    is_rest,
)

LEAST = 0.02
"""The least share of rows that a limit sets apart."""
_MOST_TRIED = 20
"""How many multiples of each step are tried."""
_NEAR_MULTIPLE = 1e-6
_NOISE = 1e-9
"""How far floats that stand for one number may be apart."""


@dataclass(frozen=True)
class Limit:
    """A number that sets rows apart.

    Attributes:
        number: The number.
        low: Whether rows below it are meant; otherwise those from it on.
        exact: Whether no other row has the mark.
    """

    number: float
    low: bool
    exact: bool


@dataclass(frozen=True)
class Numbers:
    """The numbers of a column, in which a limit is sought.

    Attributes:
        cells: The numbers (rows,), NaN where one is missing, or a mark.
        subjects: The subject of each row (rows,).
        k: How many subjects hold a number that may be shown.
        unit: What the numbers are multiples of; 0 if that is not known.
    """

    cells: np.ndarray
    subjects: np.ndarray
    k: int
    unit: float

    def people(self, rows: np.ndarray) -> int:
        """Return how many subjects have some of the rows, bool (rows,)."""
        return different(self.subjects[rows])

    def holders(self, number: float) -> int:
        """Return how many subjects hold a number."""
        return self.people(np.abs(self.cells - number) < _NOISE)

    def may_be_shown(self, number: float) -> bool:
        """Return whether no subject holds a number, or k of them do."""
        return not 0 < self.holders(number) < self.k

    def mirrored(self) -> Numbers:
        """Return the numbers with the other sign, so that the greatest is the least."""
        return replace(self, cells=-self.cells)


def limits(held: Sequence[States], observed: Observed, kept: Sequence[Rule]) -> list[Rule]:
    """Return skip patterns by a limit of a number, each as a rule of kind ``never``.

    Args:
        held: The states of columns.
        observed: The rows of the table.
        kept: Rules that are kept: what a column fixes needs no limit.
    """
    protected, protect = observed.protected, observed.protect
    varied = [
        states.column
        for states in held
        if registry.of(states.column).is_number and protected[states.column.name].nunique() > MOST_NUMBERS
    ]
    tried = max(1, 4 * len(varied) * len(held))
    plain = {
        states.column.name: _without_marks(protected, states) for states in held if states.column in varied
    }
    found = []
    for other in held:
        for at, state in enumerate(other.states):
            mark = other.codes == at
            if not (_may_be_mark(state, other) and mark.any() and not mark.all()):
                continue
            least = (np.log(tried) - np.log(CHANCE_OF_ANY)) / -np.log(mark.mean())
            for column in varied:
                if column is other.column or other.column.name in told(column.name, kept):
                    continue
                cells = plain[column.name]
                k = max(column.threshold(protect), other.column.threshold(protect))
                numbers = Numbers(cells, observed.subjects, k, registry.quantity(column).unit(column))
                limit = next(_limits(numbers, mark, max(least, FEWEST, LEAST * len(cells))), None)
                if limit is not None:
                    ends = below(as_text(limit.number)), from_on(as_text(limit.number))
                    states: tuple[State, ...] = ends if limit.low else ends[::-1]
                    if not _holds(protected[column.name].to_numpy(), states, mark, exact=limit.exact):
                        continue
                    one = States(column, states, codes_of(cells, states))
                    absent = np.zeros((2, len(other.states)), bool)
                    absent[0] = np.arange(len(other.states)) != at
                    absent[1, at] = limit.exact
                    rule = excluding(one, other, absent, observed)
                    found.append(rule.model_copy(update={"says": _said(rule, state, limit)}))
    return found


def _may_be_mark(state: State, states: States) -> bool:
    """Return whether a state is a missing cell, or one number of a column that has many."""
    return state is None or (
        not is_rest(state)
        and not registry.is_label(states.column)
        and any(is_rest(other) for other in states.states)
    )


def _without_marks(protected: pd.DataFrame, states: States) -> np.ndarray:
    """Return a column's numbers, missing where they are marks: those have states of their own."""
    cells = protected[states.column.name].to_numpy("float64", copy=True)
    marked = [at for at, state in enumerate(states.states) if not is_rest(state)]
    cells[np.isin(states.codes, marked)] = np.nan
    return cells


def _holds(cells: np.ndarray, states: Sequence[State], mark: np.ndarray, *, exact: bool) -> bool:
    """Return whether a limit also holds in rows whose number is a mark itself.

    Args:
        cells: The numbers and marks (rows,).
        states: Those beyond the limit, and the others.
        mark: Which rows have the other column's mark (rows,).
        exact: Whether no other rows have it.
    """
    side = codes_of(cells, states)
    return bool(mark[side == 0].all()) and not (exact and mark[side == 1].any())


def _limits(numbers: Numbers, mark: np.ndarray, least: float) -> Iterator[Limit]:
    """Yield limits beyond which all rows have a mark: below a number, then from one on.

    Args:
        numbers: The numbers.
        mark: Which rows have the mark (rows,).
        least: How many subjects lie beyond a limit.
    """
    held = ~np.isnan(numbers.cells)
    if not (held & mark).any() or numbers.people(held & ~mark) < max(1, numbers.k):
        return
    for low in (True, False):
        some = numbers if low else numbers.mirrored()
        first = float(some.cells[held & ~mark].min())
        beyond = held & mark & (some.cells < first)
        if numbers.people(beyond) < least:
            continue
        may_be_exact = bool(some.cells[held & mark].max() < first)
        for exact in (True, False) if may_be_exact else (False,):
            number = _number(some, first, beyond, exact=exact, low=low)
            if number is not None:
                yield Limit(number if low else -number, low, exact)
                break


def _number(numbers: Numbers, first: float, beyond: np.ndarray, *, exact: bool, low: bool) -> float | None:
    """Return the limit: the first number without the mark (below), or the last with it (from on), if many
    subjects hold it; otherwise a round one near them that may be shown, or nothing.
    """
    cells, many = numbers.cells[beyond], max(FEWEST, numbers.k)
    last = float(cells.max())
    end = first if low else last
    if numbers.holders(end) >= many:
        return end
    order = np.argsort(-cells, kind="stable")
    people = np.sort(np.unique(numbers.subjects[beyond][order], return_index=True)[1])
    if len(people) < many:
        return None
    least = last if exact else float(cells[order][people[many - 1]])
    most = first if low or exact else last
    return next(filter(numbers.may_be_shown, _round_numbers(least, most, numbers.unit, low=low)), None)


def _round_numbers(least: float, most: float, unit: float, *, low: bool) -> Iterator[float]:
    """Yield numbers above the first and up to the second, the roundest first; from the first, below the
    second, if not ``low``. Those between the multiples of a unit are no rounder than it is.
    """
    scale = 10.0 ** np.ceil(np.log10(max(abs(least), abs(most), 1e-9)) + 1)
    for power in range(8):
        for part in (1.0, 0.5, 0.2):
            step = scale * part / 10.0**power
            end, onward = (np.floor(most / step), -1) if low else (np.ceil(least / step), 1)
            for found in (end + onward * np.arange(_MOST_TRIED)) * step:
                is_within = (least < found <= most) if low else (least <= found < most)
                if is_within and (step >= unit or _is_multiple(found, unit)):
                    yield float(np.round(found, 9))


def _is_multiple(number: float, unit: float) -> bool:
    return abs(number / unit - round(number / unit)) < _NEAR_MULTIPLE


def _said(rule: Rule, state: State, limit: Limit) -> str:
    """Return the skip pattern in words."""
    first, second = rule.columns
    has = "is missing" if state is None else "has a certain value"
    side = "below a limit" if limit.low else "at a limit or above"
    return f"{second} {has} {'exactly' if limit.exact else 'always'} where {first} is {side}"
