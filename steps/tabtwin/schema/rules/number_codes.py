"""Integers that stand for something, as a postcode does for its town: what they fix, and which may be.

Of such a column many subjects hold some numbers, the *codes*, and few hold the others. A number between two
codes that fix the same fixes it, too; one between two that do not moves to the nearer of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tabtwin.schema.rule import Rule

_NOTHING = "\0nothing"
"""What a code fixes that fixes nothing; no cell holds it."""


def spelled(number: float) -> str:
    """A code as the key of a rule's values."""
    return f"{number:.0f}"


def settled(numbers: np.ndarray, rules: Sequence[Rule]) -> np.ndarray:
    """Numbers (rows,) that each fix what they do by all rules of their column; NaN stays."""
    codes = _codes(rules)
    below, above = _beside(numbers, codes)
    between = _differ(rules, codes, below, above) & ~np.isnan(numbers)
    nearer = np.where(numbers - codes[below] <= codes[above] - numbers, below, above)
    return np.where(between, codes[nearer], numbers)


def fixed(numbers: np.ndarray, rule: Rule, rules: Sequence[Rule]) -> tuple[np.ndarray, np.ndarray]:
    """Which of settled numbers (rows,) fix anything by ``rule``, and what those do: bool, and object (rows,).

    Args:
        numbers: They.
        rule: One of ``rules``.
        rules: All of their column.
    """
    codes = _codes(rules)
    below, _ = _beside(numbers, codes)
    said = _said(rule.values, codes)[below]
    there = ~np.isnan(numbers) & (said != _NOTHING)
    return there, said


def unsettled(numbers: np.ndarray, rules: Sequence[Rule]) -> np.ndarray:
    """Which numbers (rows,) lie between two codes that do not fix the same: bool."""
    codes = _codes(rules)
    return np.asarray(_differ(rules, codes, *_beside(numbers, codes)) & ~np.isnan(numbers))


def _codes(rules: Sequence[Rule]) -> np.ndarray:
    """The codes of all rules, ascending; at least one."""
    return np.array(sorted({float(value) for rule in rules for value in rule.values} or {0.0}))


def _beside(numbers: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places (rows,) of the codes below and above each number, both its own where it is one."""
    last = len(codes) - 1
    below = np.clip(np.searchsorted(codes, numbers, side="right") - 1, 0, last)
    return below, np.maximum(below, np.clip(np.searchsorted(codes, numbers, side="left"), 0, last))


def _differ(rules: Sequence[Rule], codes: np.ndarray, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    found = np.zeros(len(below), bool)
    for rule in rules:
        said = _said(rule.values, codes)
        found |= said[below] != said[above]
    return found


def _said(values: Mapping[str, str | None], codes: np.ndarray) -> np.ndarray:
    """What each code fixes, object (codes,)."""
    return np.array([values.get(spelled(code), _NOTHING) for code in codes], dtype=object)
