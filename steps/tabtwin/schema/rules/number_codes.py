"""Treat integers as codes, such as postcodes of towns: what they fix, and which ones may occur.

In such a column, many subjects hold some numbers, the *codes*, and few hold the others. A number between two
codes that fix the same also fixes it; one between two that do not moves to the nearer of them.

A number that fixes something else than the category which its row holds moves to the nearest code that fixes
just that: the category was drawn with all other columns, and a number among a thousand is the less certain of
the two. If there is no such code, the number stays, and fixes what it does; but where another rule writes the
category, or the numbers recur in some rows only, it moves beside its code, where it fixes nothing.

Where numbers between two codes do not fix what both do, where another rule writes such a number, or where
numbers have decimals, a rule is *loose*: only its very numbers fix anything, and others stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.steps import on_unit
from tabtwin.schema.rule import Rule, by_first
from tabtwin.schema.rules.yielding import NOTHING, alike_rows, contradicts

NEAR, TENTHS = 0.03, (0.1, 0.9)
"""How far a number that need not be a code moves to one, at most: a share of the middle range of codes."""
BESIDE = 20
"""How many units from a code another number is sought."""


def spelled(number: float) -> str:
    """Return a code as a key in a rule's values.

    >>> spelled(80331.0), spelled(0.4571)
    ('80331', '0.4571')
    """
    return f"{number:.0f}" if number == np.rint(number) else repr(float(number))


def covered(rule: Rule, table: pd.DataFrame) -> float:
    """Return the share of rows with a number whose very number fixes something."""
    numbers = table[rule.columns[0]].dropna()
    return float(numbers.isin([float(value) for value in rule.values]).mean())


def settled(numbers: np.ndarray, rules: Sequence[Rule]) -> np.ndarray:
    """Return numbers (rows,) moved to where all rules of their column agree; NaN stays."""
    rules = _strict(rules)
    codes = _codes(rules)
    between = _differ(rules, codes, *_beside(numbers, codes)) & ~np.isnan(numbers)
    return np.where(between, _nearest(numbers, codes), numbers)


def agreeing(numbers: np.ndarray, held: Mapping[str, np.ndarray], rules: Sequence[Rule]) -> np.ndarray:
    """Return numbers (rows,) moved to the nearest code that fixes what their rows hold, if there is one.

    Args:
        numbers: The settled numbers.
        held: What each row holds as text, object (rows,), by column that the numbers fix.
        rules: All rules of their column.
    """
    about = [rule for rule in rules if rule.fixed in held]
    rows = np.flatnonzero(_contradicted(numbers, held, about, rules))
    found, codes = numbers.copy(), _codes(rules)
    says = [_fixed_by(rule.values, codes) for rule in about]
    for same in alike_rows([held[rule.fixed][rows] for rule in about]):
        row = rows[same[0]]
        fits = [
            (said == held[rule.fixed][row])
            | (said == NOTHING)
            | (rule.gaps and held[rule.fixed][row] is None)
            for rule, said in zip(about, says, strict=True)
        ]
        good = codes[np.all(fits, axis=0)]
        if len(good):
            found[rows[same]] = _nearest(numbers[rows[same]], good)
    is_far = np.abs(found - numbers) > NEAR * np.ptp(np.quantile(codes, TENTHS))
    return np.where(is_far, numbers, found) if all(rule.loose for rule in rules) else found


def off_codes(
    numbers: np.ndarray,
    held: Mapping[str, np.ndarray],
    rules: Sequence[Rule],
    unit: float,
    ends: tuple[float, float],
) -> np.ndarray:
    """Return numbers (rows,) moved to one beside theirs that is no code, where theirs contradicts its row.

    Args:
        numbers: The settled numbers.
        held: What each row holds as text, object (rows,), by column that the numbers fix.
        rules: All rules of their column; where one is not loose, there is no such number.
        unit: What the numbers are multiples of; 0 if they are too fine for one.
        ends: The least and the greatest number that may be released.
    """
    if not unit or not all(rule.loose for rule in rules):
        return numbers
    about = [rule for rule in rules if rule.fixed in held]
    found, codes = numbers.copy(), _codes(rules)
    rows = np.flatnonzero(_contradicted(numbers, held, about, rules))
    inward = np.where(numbers[rows] < np.median(codes), unit, -unit)
    for steps in (number * way for way in (1, -1) for number in range(1, BESIDE + 1)):
        beside = on_unit(numbers[rows] + steps * inward, unit)
        free = ~np.isin(beside, codes) & (beside >= ends[0]) & (beside <= ends[1])
        found[rows[free]] = beside[free]
        rows, inward = rows[~free], inward[~free]
    return found


def _contradicted(
    numbers: np.ndarray, held: Mapping[str, np.ndarray], about: Sequence[Rule], rules: Sequence[Rule]
) -> np.ndarray:
    """Return in which rows a number fixes something else than is held, bool (rows,)."""
    wrong = np.zeros(len(numbers), bool)
    for rule in about:
        there, said = fixed(numbers, rule, rules)
        wrong |= there & contradicts(said, held[rule.fixed], rule)
    return wrong


def fixed(numbers: np.ndarray, rule: Rule, rules: Sequence[Rule]) -> tuple[np.ndarray, np.ndarray]:
    """Return which settled numbers fix anything by ``rule``, bool (rows,), and what, object (rows,).

    Args:
        numbers: The settled numbers.
        rule: One of ``rules``.
        rules: All rules of their column.
    """
    codes = _codes([rule] if rule.loose else _strict(rules))
    below, above = _beside(numbers, codes)
    said = _fixed_by(rule.values, codes)[below]
    if rule.loose:
        said[(below != above) | (codes[below] != numbers)] = NOTHING
    there = ~np.isnan(numbers) & (said != NOTHING)
    return there, said


def unsettled(numbers: np.ndarray, rules: Sequence[Rule]) -> np.ndarray:
    """Return which numbers are between two codes that do not fix the same, bool (rows,)."""
    rules = _strict(rules)
    codes = _codes(rules)
    return np.asarray(_differ(rules, codes, *_beside(numbers, codes)) & ~np.isnan(numbers))


def loosened(rules: Sequence[Rule], writing: Sequence[Rule], numbers: Collection[str]) -> list[Rule]:
    """Return rules, those of numbers loose where another one writes a number that is between their codes.

    Args:
        rules: Of any kind.
        writing: The rules that may write numbers.
        numbers: The columns of numbers.
    """
    codes = {name: _strict(about) for name, about in by_first(rules).items() if name in numbers}
    between = {name for name, strict in codes.items() if strict and _writes_between(strict, writing)}
    return [
        rule.model_copy(update={"loose": True})
        if rule.kind == "implies" and rule.columns[0] in between
        else rule
        for rule in rules
    ]


def _writes_between(strict: Sequence[Rule], writing: Sequence[Rule]) -> bool:
    """Return whether rules write a number that the rules of a column, none of them loose, would move."""
    texts = [rule.values.values() for rule in writing if rule.fixes and rule.fixed == strict[0].columns[0]]
    numbers = {float(text) for some in texts for text in some if text is not None}
    return bool(unsettled(np.array(sorted(numbers)), strict).any())


def _strict(rules: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in rules if not rule.loose]


def _codes(rules: Sequence[Rule]) -> np.ndarray:
    """Return the codes of all rules, ascending; at least one."""
    return np.array(sorted({float(value) for rule in rules for value in rule.values} or {0.0}))


def _beside(numbers: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places (rows,) of the codes below and above each number; both are its own if it is a
    code.
    """
    last = len(codes) - 1
    below = np.clip(np.searchsorted(codes, numbers, side="right") - 1, 0, last)
    return below, np.maximum(below, np.clip(np.searchsorted(codes, numbers, side="left"), 0, last))


def _nearest(numbers: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the code nearest to each number, the lower of two, float64 (rows,)."""
    below, above = _beside(numbers, codes)
    return codes[np.where(numbers - codes[below] <= codes[above] - numbers, below, above)]


def _differ(rules: Sequence[Rule], codes: np.ndarray, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    found = np.zeros(len(below), bool)
    for rule in rules:
        said = _fixed_by(rule.values, codes)
        found |= said[below] != said[above]
    return found


def _fixed_by(values: Mapping[str, str | None], codes: np.ndarray) -> np.ndarray:
    """Return what each code fixes, object (codes,)."""
    return np.array([values.get(spelled(code), NOTHING) for code in codes], dtype=object)
