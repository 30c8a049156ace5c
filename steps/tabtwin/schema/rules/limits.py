"""Find skip patterns by a limit of a number: below it, or from it on, a column is missing or has a mark.

If the columns were unrelated, the odds that all n subjects beyond the limit have the mark would be the mark's
share to the power of n. A limit is a number that k subjects hold, or the roundest one where k of them lie
between it and the first that is different: never one subject's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.agreement import reached
from tabtwin.schema.rules.fixed_cells import as_text
from tabtwin.schema.rules.fixing import FEWEST
from tabtwin.schema.rules.never import excluding
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


def limits(
    held: Sequence[States],
    protected: pd.DataFrame,
    encoding: Encoding,
    subjects: np.ndarray,
    protect: int,
    kept: Sequence[Rule],
) -> list[Rule]:
    """Return skip patterns by a limit of a number, each as a rule of kind ``never``.

    Args:
        held: The states of columns.
        protected: Canonical rows after value protection.
        encoding: The values that may be released.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
        kept: Rules that are kept: what a column fixes needs no limit.
    """
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
                if column is other.column or other.column.name in reached(column.name, kept):
                    continue
                cells = plain[column.name]
                k = max(FEWEST, column.threshold(protect), other.column.threshold(protect))
                limit = next(_limits(cells, mark, subjects, k, max(least, FEWEST, LEAST * len(cells))), None)
                if limit is not None:
                    ends = below(as_text(limit.number)), from_on(as_text(limit.number))
                    states: tuple[State, ...] = ends if limit.low else ends[::-1]
                    one = States(column, states, codes_of(cells, states))
                    absent = np.zeros((2, len(other.states)), bool)
                    absent[0] = np.arange(len(other.states)) != at
                    absent[1, at] = limit.exact
                    rule = excluding(one, other, absent, protected, encoding, subjects, protect)
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


def _limits(
    cells: np.ndarray, mark: np.ndarray, subjects: np.ndarray, k: int, least: float
) -> Iterator[Limit]:
    """Yield limits beyond which all rows have a mark: below a number, then from one on."""
    held = ~np.isnan(cells)
    some, others = cells[held & mark], cells[held & ~mark]
    if not len(some) or not len(others):
        return
    for low in (True, False):
        sign = 1.0 if low else -1.0
        first = float((sign * others).min())
        beyond = held & mark & (sign * cells < first)
        if len(np.unique(subjects[beyond])) < least:
            continue
        exact = bool((sign * some).max() < first)
        number = _number(sign * cells, first, subjects, beyond, k, exact=exact, low=low)
        if number is not None:
            yield Limit(sign * number, low, exact)


def _number(
    cells: np.ndarray,
    first: float,
    subjects: np.ndarray,
    beyond: np.ndarray,
    k: int,
    *,
    exact: bool,
    low: bool,
) -> float | None:
    """Return the limit: the first number without the mark (below), or the last with it (from on), if k
    subjects hold it; otherwise a round one near them, or nothing.
    """
    last = float(cells[beyond].max())
    end = first if low else last
    if len(np.unique(subjects[cells == end])) >= k:
        return end
    order = np.argsort(-cells[beyond], kind="stable")
    people = np.sort(np.unique(subjects[beyond][order], return_index=True)[1])
    if len(people) < k:
        return None
    least = last if exact else float(cells[beyond][order][people[k - 1]])
    most = first if low or exact else last
    return _roundest(least, most, low=low)


def _roundest(least: float, most: float, *, low: bool) -> float | None:
    """Return the roundest number above the first and up to the second; from the first, below it, if not
    ``low``.
    """
    scale = 10.0 ** np.ceil(np.log10(max(abs(least), abs(most), 1e-9)) + 1)
    for power in range(8):
        for part in (1.0, 0.5, 0.2):
            step = scale * part / 10.0**power
            found = (np.floor(most / step) if low else np.ceil(least / step)) * step
            if (least < found <= most) if low else (least <= found < most):
                return float(np.round(found, 9))
    return None


def _said(rule: Rule, state: State, limit: Limit) -> str:
    """Return the skip pattern in words."""
    first, second = rule.columns
    has = "is missing" if state is None else "has a certain value"
    side = "below a limit" if limit.low else "at a limit or above"
    return f"{second} {has} {'exactly' if limit.exact else 'always'} where {first} is {side}"
