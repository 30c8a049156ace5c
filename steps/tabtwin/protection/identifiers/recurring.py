"""Find rows that share a value of a nearly unique column: the few subjects that have several rows.

Records that a system has kept twice do not repeat often enough to make a column of subjects. In a column that
looks like a key, each value that repeats is one subject. In another (a salary) two people may share a value
by chance, so rows must be alike in other columns, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabtwin.protection.identifiers import numbering, tokens
from tabtwin.protection.identifiers.fields import COMMON, Field, cells_of
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.identifying import is_called_id, nearly_unique
from tabtwin.schema.spelling import patterns
from tabtwin.schema.spelling.missing_marks import MARKS

_FEW = 20
_SHARE = 0.02
"""A value in more than a few rows, or more than this share, stands for a missing one: 0, or UNKNOWN."""
_MOSTLY = 0.5
_ALIKE = 0.9
"""The share of a value's rows that must hold the same in another column for it to be the subject's."""
_CHANCE = -6.0
"""In powers of ten: how unlikely it must be that rows are so much alike, if two people may share a value."""
_MOST_GROUPS = 2_000


def recurring(field: Field, fields: Sequence[Field]) -> np.ndarray | None:
    """Return the subject of each row that shares a value with few others (rows,); -1: its own; ``None``: no
    row does.

    Args:
        field: A column, nearly unique.
        fields: All columns.
    """
    cells = field.cells
    counts = cells.counts
    is_key = looks_like_key(field)
    shared = (counts > 1) & (counts <= _most(cells))
    if is_key:
        shared |= (counts > 1) & (counts <= COMMON * len(cells.codes)) & _is_like_others(cells)
    groups = np.where(np.append(shared, False)[cells.codes], cells.codes, -1)
    if not is_key:
        groups = _alike(groups, [other for other in fields if other is not field])
    return groups if (groups >= 0).any() else None


def may_recur(field: Field) -> bool:
    """Return whether few rows share a value of a column; in one with a key's name, some may."""
    cells = field.cells
    some = _MOSTLY * cells.held <= len(cells.values) < cells.held
    return nearly_unique(cells) or (some and (is_called_id(field.name) or bool(_spelled(field))))


def _spelled(field: Field) -> str:
    if field.kind == "text":
        return tokens.spelled_as(field.texts)
    return numbering.number_spelled_as(field.numbers) if field.numbers is not None else ""


def looks_like_key(field: Field) -> bool:
    """Return whether a column has a key's name, or its values have the form of keys."""
    if field.kind == "whole":
        if field.numbers is None or field.numbers.min() < 0:
            return False
        return is_called_id(field.name) or bool(_spelled(field))
    return (
        is_called_id(field.name)
        or bool(_spelled(field))
        or patterns.infer(field.cells.values, k=max(2, field.count // 50)) is not None
    )


def _most(cells: Cells) -> int:
    return max(_FEW, int(_SHARE * len(cells.codes)))


def _is_like_others(cells: Cells) -> np.ndarray:
    """Return whether each value (n,) is not a usual stand-in: of usual length, several characters, no
    mark.
    """
    texts = [str(value) if cells.is_text else f"{value:.0f}" for value in cells.values]
    lengths = np.array([len(text) for text in texts])
    usual = np.bincount(lengths)[lengths] >= 0.05 * len(texts)
    several = np.array([len(set(text)) > 1 and text not in MARKS for text in texts], bool)
    return np.asarray(usual & several)


def _alike(groups: np.ndarray, others: Sequence[Field]) -> np.ndarray:
    """Return groups (rows,) whose rows hold the same in other columns more often than by chance."""
    rows = np.flatnonzero(groups >= 0)
    if not len(rows) or not others:
        return np.full(len(groups), -1)
    rows = rows[np.argsort(groups[rows], kind="stable")]
    cells = cells_of(others, rows)
    common = [_by_chance(other.cells) for other in others]
    kept = np.full(len(groups), -1)
    starts = np.flatnonzero(np.diff(groups[rows], prepend=-2))
    for start, end in zip(starts[:_MOST_GROUPS], np.append(starts[1:], len(rows)), strict=False):
        odds = 0.0
        for at, usual in enumerate(common):
            held = cells[start:end, at]
            held = held[held >= 0]
            if len(held) > 1 and np.bincount(held).max() >= _ALIKE * len(held):
                odds += (len(held) - 1) * np.log10(usual)
        if odds <= _CHANCE:
            kept[rows[start:end]] = groups[rows[start]]
    return kept


def _by_chance(cells: Cells) -> float:
    """Return how often two rows of a column hold the same."""
    shares = cells.counts / max(1, cells.held)
    return float(np.clip((shares**2).sum(), 1e-12, 1.0))
