"""Find groups of columns of which exactly one is set, or at most one: dummies of a category, other choices.

A column of a group has two states, such as 0 and 1, no and yes, or a missing cell and a word; the one that
says yes is set. Columns also exclude each other where at most one of them is not missing.

Groups grow from each column by those that are never set in the same row. If each row has one, the group is
complete. Otherwise each column must be set so often that it would hardly avoid all others by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.lib.counting import different
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.excluding import SET
from tabtwin.schema.rules.fixed_cells import are, as_text
from tabtwin.schema.rules.fixing import FEWEST
from tabtwin.schema.rules.states import CHANCE_OF_ANY
from tabtwin.schema.schema import Column, Schema

FEWEST_COLUMNS = 3
"""Of two, other rules say what they exclude."""


@dataclass(frozen=True)
class Switch:
    """A column that may be set.

    Attributes:
        name: The column.
        on: What it holds if it is set; ``None`` if that is any value.
        off: What it holds otherwise.
        rows: Which rows have it set (rows,).
        share: The share of rows that do.
    """

    name: str
    on: str | None
    off: str | None
    rows: np.ndarray
    share: float


def groups(protected: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int) -> list[Rule]:
    """Return groups of columns of which exactly one is set, or at most one.

    Args:
        protected: Canonical rows after value protection.
        schema: Their columns.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
    """
    two, filled = [], []
    for column in schema.learned:
        switch = _of_two(protected[column.name], column)
        if switch is not None and _is_supported(switch, subjects, column.threshold(protect)):
            two.append(switch)
        switch = _of_missing(protected[column.name], column)
        if switch is not None and _is_supported(switch, subjects, column.threshold(protect)):
            filled.append(switch)
    people = len(np.unique(subjects))
    return [*_grouped(two, people), *_grouped(filled, people)]


def switch_of(cells: pd.Series, column: Column, *, by_value: bool) -> Switch | None:
    """Return a column of a declared group as a switch, if it is clear what sets it.

    Args:
        cells: Its cells.
        column: The column.
        by_value: Whether one of two states sets it; otherwise, if it has no such states, any value does.
    """
    two = _of_two(cells, column)
    return two if by_value else two or _of_missing(cells, column)


def of_value(cells: pd.Series, column: Column, on: str | None) -> Switch:
    """Return a column as a switch that a value sets, and its commonest other state unsets."""
    rows = are(cells.to_numpy(), on)
    others = cells[~rows].value_counts(dropna=False)
    off = others.index[0] if len(others) else None
    text = None if pd.isna(off) else str(off) if registry.is_label(column) else as_text(off)
    return Switch(column.name, on, text, rows, float(rows.mean()))


def as_rule(kind: str, group: Sequence[Switch]) -> Rule:
    """Return the rule about a group, those that are set least first: the last is set where no other is."""
    ordered = sorted(group, key=lambda switch: switch.share)
    return Rule.model_validate(
        {
            "kind": kind,
            "columns": tuple(switch.name for switch in ordered),
            "values": {switch.name: switch.on for switch in ordered if switch.on is not None},
            "instead": tuple((switch.name, switch.off) for switch in ordered),
        }
    )


def _of_two(cells: pd.Series, column: Column) -> Switch | None:
    """Return a column of two states as a switch: which of them says yes follows from their words."""
    codes, found = pd.factorize(cells.to_numpy(), use_na_sentinel=True)
    is_label, absent = registry.is_label(column), codes < 0
    texts = [str(value) if is_label else as_text(value) for value in found]
    if len(texts) == 1 and absent.any():
        return Switch(column.name, texts[0], None, ~absent, float((~absent).mean()))
    if len(texts) != 2 or absent.any() or not (is_label or registry.of(column).is_number):
        return None
    said = [text.lower() in SET for text in texts]
    if not is_label and sorted(texts) != ["0", "1"]:
        return None
    if sum(said) != 1:
        return None
    on = said.index(True)
    rows = codes == on
    return Switch(column.name, texts[on], texts[1 - on], rows, float(rows.mean()))


def _of_missing(cells: pd.Series, column: Column) -> Switch | None:
    """Return a column with missing cells as a switch that any value sets."""
    rows = ~cells.isna().to_numpy()
    if rows.all() or cells.nunique() < 2:
        return None
    return Switch(column.name, None, None, rows, float(rows.mean()))


def _is_supported(switch: Switch, subjects: np.ndarray, k: int) -> bool:
    sides = different(subjects[switch.rows]), different(subjects[~switch.rows])
    return min(sides) >= max(2, k)


def _grouped(columns: Sequence[Switch], people: int) -> list[Rule]:
    """Return groups of columns: complete ones first, and each column in one group."""
    found: list[Rule] = []
    taken: set[str] = set()
    for seeds in (_prefixed(columns), [columns]):
        for some in seeds:
            for at in range(len(some)):
                free = [switch for switch in some[at:] if switch.name not in taken]
                if not free or free[0] is not some[at]:
                    continue
                group = _complete(free, people, len(columns))
                if group:
                    found.append(as_rule("one_of" if group[0].on is not None else "exclusive", group))
                    taken |= {switch.name for switch in group}
    free = [switch for switch in columns if switch.name not in taken]
    for at, first in enumerate(free):
        if first.name in taken:
            continue
        rest = [switch for switch in free[at:] if switch.name not in taken]
        group = _loose(rest, people, len(columns))
        if group:
            found.append(as_rule("exclusive", group))
            taken |= {switch.name for switch in group}
    return found


def _prefixed(columns: Sequence[Switch]) -> Iterator[list[Switch]]:
    """Yield columns whose names begin alike, as those of dummies do."""
    alike: dict[str, list[Switch]] = {}
    for switch in columns:
        for sign in "_.=:- ":
            if sign in switch.name.strip(sign):
                alike.setdefault(sign + switch.name.rsplit(sign, 1)[0], []).append(switch)
    yield from (some for some in alike.values() if len(some) >= FEWEST_COLUMNS)


def _complete(columns: Sequence[Switch], people: int, width: int) -> list[Switch]:
    """Return the first column and others, if each row has exactly one set, and not by chance."""
    group, rows = [columns[0]], columns[0].rows.copy()
    for switch in columns[1:]:
        if not (switch.rows & rows).any():
            group.append(switch)
            rows |= switch.rows
    if not rows.all() or len(group) < FEWEST_COLUMNS or people < FEWEST:
        return []
    shares = np.array([switch.share for switch in group])
    odds = float(np.log(np.prod(1 - shares) * (shares / (1 - shares)).sum()))
    return group if people * odds + _price(len(group), width) <= np.log(CHANCE_OF_ANY) else []


def _loose(columns: Sequence[Switch], people: int, width: int) -> list[Switch]:
    """Return the first column and those that would hardly never be set with any before by chance."""
    group, rows = [columns[0]], columns[0].rows.copy()
    for switch in columns[1:]:
        odds = -people * switch.share * float(rows.mean())
        if not (switch.rows & rows).any() and odds + _price(2, width) <= np.log(CHANCE_OF_ANY):
            group.append(switch)
            rows |= switch.rows
    return group if len(group) >= FEWEST_COLUMNS and people >= FEWEST else []


def _price(size: int, width: int) -> float:
    """Return the logarithm of how many groups of a size there may be."""
    return float(size * np.log(max(2, width)))
