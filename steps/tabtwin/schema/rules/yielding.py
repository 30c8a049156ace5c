"""Change categories that fix a column which another one writes: a bank of another state than its town's.

A category changes to one that fixes what its row holds: to which of them depends on the category alone, so
that those of one state are spread over those of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.rule import Rule

NOTHING = "\0nothing"
"""Stands for what is fixed by a value that fixes nothing; no cell holds it."""


def of_the_same(cells: np.ndarray, held: Mapping[str, np.ndarray], rules: Sequence[Rule]) -> np.ndarray:
    """Return categories (rows,) that fix what their rows hold, where there are some.

    Args:
        cells: The categories, object.
        held: What each row holds as text, object (rows,), by column that they fix.
        rules: All rules of their column that yield.
    """
    about = [rule for rule in rules if rule.fixed in held]
    known = sorted({value for rule in about for value in rule.values})
    says = [np.array([rule.values.get(value, NOTHING) for value in known], dtype=object) for rule in about]
    place = pd.Index(known).get_indexer(pd.Index(cells))
    wrong = np.zeros(len(cells), bool)
    for rule, said in zip(about, says, strict=True):
        wrong |= contradicts(np.append(said, NOTHING)[place], held[rule.fixed], rule)
    found, rows = cells.copy(), np.flatnonzero(wrong)
    for same in alike_rows([held[rule.fixed][rows] for rule in about]):
        some = rows[same]
        fits = [said == held[rule.fixed][some[0]] for rule, said in zip(about, says, strict=True)]
        good = np.array(known, dtype=object)[np.all(fits, axis=0)]
        if len(good):
            found[some] = good[place[some] % len(good)]
    return found


def contradicts(said: np.ndarray, held: np.ndarray, rule: Rule) -> np.ndarray:
    """Return in which rows something else is fixed than is held, bool (rows,); a column's own missing cells
    contradict nothing.
    """
    return np.asarray((said != NOTHING) & (said != held) & ~(rule.gaps & pd.isna(held)))


def alike_rows(columns: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the places of rows that hold the same in all columns, by what they hold."""
    if not columns or not len(columns[0]):
        return []
    codes = np.stack([pd.factorize(cells)[0] for cells in columns])
    _, group = np.unique(codes, axis=1, return_inverse=True)
    ends = np.cumsum(np.bincount(group.ravel()))[:-1]
    return np.split(np.argsort(group.ravel(), kind="stable"), ends)
