"""Keep what pairs of columns fix, and find rows that break it.

Combinations that too few subjects hold, or no one, have no value that may be released. So in a row that has
one, one of its two columns is changed, to a combination that has: best to one that fixes what was drawn.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.fixed_cells import as_cell
from tabtwin.schema.rules.pairing import fixed_cells, looked_up, parts, text_of

Both = tuple[str, str]


def write_pair(cells: Mapping[str, np.ndarray], rule: Rule) -> None:
    """Write what two columns fix together."""
    found, then = looked_up(rule, cells), cells[rule.fixed]
    there = found >= 0
    then[there] = fixed_cells(rule, then.dtype)[found[there]]


def breaks_pair(cells: Mapping[str, np.ndarray], rule: Rule) -> np.ndarray:
    """Return which rows hold something else than two columns fix, bool (rows,)."""
    found, then = looked_up(rule, cells), cells[rule.fixed]
    wanted, broken = fixed_cells(rule, then.dtype), np.zeros(len(then), bool)
    there = np.flatnonzero(found >= 0)
    said, held = wanted[found[there]], then[there]
    broken[there] = ~((said == held) | (pd.isna(said) & pd.isna(held)))
    return broken


def move_to_known(
    cells: Mapping[str, np.ndarray], rule: Rule, free: Collection[str], hidden: Mapping[str, str]
) -> bool:
    """Change rows whose combination fixes nothing so that it does; return whether any has changed.

    Args:
        cells: Canonical cells, by column.
        rule: Of kind ``pair``.
        free: Columns that may be changed.
        hidden: What stands for rare values, by column: a row that has it, or a missing cell, stays.
    """
    away = looked_up(rule, cells) < 0
    for name in rule.fixing:
        away &= ~pd.isna(cells[name])
        if name in hidden:
            away &= cells[name] != hidden[name]
    rows = np.flatnonzero(away)
    if not len(rows):
        return False
    ways = _Ways.of(rule, [name in free for name in rule.fixing])
    known: dict[tuple[str | None, ...], Both | None] = {}
    moved = False
    for row in rows:
        drawn = tuple(text_of(cells[name][row]) for name in rule.columns)
        if drawn not in known:
            known[drawn] = ways.nearest(drawn)
        chosen = known[drawn]
        if chosen is not None:
            moved = True
            for name, text in zip(rule.fixing, chosen, strict=True):
                cells[name][row] = as_cell(text, cells[name].dtype)
    return moved


@dataclass(frozen=True)
class _Ways:
    """The combinations that rows may be moved to, by what they have in common with a row.

    Attributes:
        found: Combinations by which columns they share with a row (first, second, fixed), and the values.
        free: Whether the first, and the second column may be changed.
    """

    found: Mapping[tuple[object, ...], Sequence[Both]]
    free: Sequence[bool]

    @classmethod
    def of(cls, rule: Rule, free: Sequence[bool]) -> _Ways:
        """Return those of a rule."""
        found: dict[tuple[object, ...], list[Both]] = {}
        for text, held in rule.values.items():
            one, other = both = parts(text)
            for shared in ((one, ..., held), (..., other, held), (one, ...), (..., other), (..., ..., held)):
                found.setdefault(shared, []).append(both)
            found.setdefault((), []).append(both)
        return cls(found, free)

    def nearest(self, drawn: Sequence[str | None]) -> Both | None:
        """Return a combination that has as much in common with a row as possible; ``None`` if there is none.

        Of several, what was drawn decides, so that rows are spread over them, the same in any block.
        """
        one, other, held = drawn
        first, second = self.free
        ways: list[tuple[bool, tuple[object, ...]]] = [
            (second, (one, ..., held)),
            (first, (..., other, held)),
            (second, (one, ...)),
            (first, (..., other)),
            (first and second, (..., ..., held)),
            (first and second, ()),
        ]
        for is_free, shared in ways:
            if is_free and shared in self.found:
                among = self.found[shared]
                return among[zlib.crc32(repr(drawn).encode()) % len(among)]
        return None
