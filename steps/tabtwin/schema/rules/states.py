"""Define the states of a column: what a rule that says ``never`` tells apart.

A state is a value, written as in other rules, or ``None``, a missing cell. Where a column has too many values
to name each, ``*`` is any value, and ``* but ["0", "-1"]`` any other than those. Of numbers, ``< 16`` and
``>= 16`` are states, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.fixed_cells import are, as_cell, as_text
from tabtwin.schema.rules.grouping import holders
from tabtwin.schema.schema import Column, Schema

State = str | None
REST = "*"
_BUT = " but "
_BELOW, _FROM = "< ", ">= "
CHANCE_OF_ANY = 1e-4
"""How likely it may be that a table of unrelated columns has any rule of one kind about states."""
MOST_COLUMNS = 60
"""The most columns whose states are compared, in the table's order."""
MOST_WORDS = 30
"""With more words, a column's states are its commonest words, and the rest."""
MOST_NUMBERS = 12
"""With more numbers, a column's states are its commonest numbers, and the rest."""
MOST_MARKS = 4
HEAVY = 0.05
"""The least share of rows that hold a mark: a single value of a column that has many."""


@dataclass(frozen=True)
class States:
    """The states of one column, and which rows are in them.

    Attributes:
        column: The column.
        states: Its states; k subjects are in each.
        codes: Each row's state as its place, -1 for none (rows,).
    """

    column: Column
    states: tuple[State, ...]
    codes: np.ndarray

    @classmethod
    def of(cls, cells: pd.Series, column: Column, subjects: np.ndarray, protect: int) -> States:
        """Return those of a column in canonical rows after value protection."""
        codes, found = pd.factorize(cells.to_numpy(), use_na_sentinel=True)
        people, rows = holders(codes, subjects, len(found)), np.bincount(codes + 1)[1:]
        enough = people[:-1] >= max(2, column.threshold(protect))
        is_label = registry.is_label(column)
        texts = [str(value) if is_label else as_text(value) for value in found]
        order = np.argsort(-rows, kind="stable")
        named = [texts[at] for at in order if enough[at]]
        states: list[State] = list(named)
        if len(found) > (MOST_WORDS if is_label else MOST_NUMBERS) or not enough.all():
            heavy = [texts[at] for at in order if enough[at] and rows[at] >= HEAVY * len(codes)][:MOST_MARKS]
            states = [*heavy, rest_but(heavy)]
        if people[-1] >= max(2, column.threshold(protect)):
            states.append(None)
        return cls(column, tuple(states), codes_of(cells.to_numpy(), states))

    @property
    def shares(self) -> np.ndarray:
        """Return the share of rows in each state."""
        return np.bincount(self.codes + 1, minlength=len(self.states) + 1)[1:] / max(1, len(self.codes))


def states_of(
    protected: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int, kept: Iterable[Rule]
) -> list[States]:
    """Return the states of the first columns that no kept rule computes.

    Args:
        protected: Canonical rows after value protection.
        schema: Their columns.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
        kept: Rules that are kept.
    """
    computed = {rule.columns[0] for rule in kept if rule.computes}
    columns = [column for column in schema.learned if column.name not in computed][:MOST_COLUMNS]
    return [States.of(protected[column.name], column, subjects, protect) for column in columns]


def rest_but(named: Sequence[str]) -> str:
    """Return the state of any other value than some."""
    return f"{REST}{_BUT}{json.dumps(list(named), ensure_ascii=False)}" if named else REST


def others_of(state: str) -> list[str]:
    """Return the values that the state of any other value leaves out.

    Raises:
        ValueError: if it is not written as :func:`rest_but` does.
    """
    found = json.loads(state.removeprefix(REST + _BUT)) if state != REST else []
    if not isinstance(found, list):
        raise ValueError("expected a list after '* but'")
    return [str(value) for value in found]


def below(number: str) -> str:
    """Return the state of numbers below one."""
    return f"{_BELOW}{number}"


def from_on(number: str) -> str:
    """Return the state of numbers from one on."""
    return f"{_FROM}{number}"


def limit_of(state: State) -> str | None:
    """Return the number that a state of numbers begins or ends at, if it is one."""
    for sign in (_BELOW, _FROM):
        if state is not None and state.startswith(sign):
            return state.removeprefix(sign)
    return None


def is_rest(state: State) -> bool:
    """Return whether a state is any other value than some."""
    return state is not None and (state == REST or state.startswith(REST + _BUT))


def rare_group(states: States) -> str:
    """Return what stands for rare words of a column: by itself it excludes nothing, and is no mark."""
    return states.column.token if registry.has_rare_group(states.column) else ""


def codes_of(cells: np.ndarray, states: Sequence[State]) -> np.ndarray:
    """Return which state canonical cells are in, as its place, -1 for none (rows,).

    Raises:
        ValueError: if a state is no number or date, and the cells are numbers or dates.
    """
    found = np.full(len(cells), -1)
    if cells.dtype == object:
        places = {state: place for place, state in enumerate(states) if state is not None}
        codes, words = pd.factorize(cells, use_na_sentinel=True)
        found = np.append([places.get(str(word), -1) for word in words], -1)[codes].astype("int64")
    for place, state in enumerate(states):
        if is_rest(state):
            there = ~np.asarray(pd.isna(cells))
            for other in others_of(str(state)):
                there &= ~are(cells, other)
            found[there & (found < 0)] = place
        elif cells.dtype != object and (limit := limit_of(state)) is not None:
            end = as_cell(limit, cells.dtype)
            found[(cells < end) if str(state).startswith(_BELOW) else (cells >= end)] = place
        elif state is None or cells.dtype != object:
            found[are(cells, state)] = place
    return found
