"""Guess what a column holds, conservatively: the first kind in the registry's order that fits its cells."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.category import CATEGORY
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.registry import KINDS
from tabtwin.schema.spelling.missing_marks import MARKS

_Describe = Callable[[str, Cells], Column | None]


def guess(name: str, cells: Cells, protect: int = 1, subjects: np.ndarray | None = None) -> Column:
    """Describe a column about which nothing is declared.

    Args:
        name: Its name.
        cells: Its cells.
        protect: k of value protection.
        subjects: The subject of each row (rows,), integers from 0; by default each row is one.

    Raises:
        VariedError: if it holds text of which nearly every cell is different, or too rare for ``protect``.
        InputError: if it holds infinite numbers, or numbers in a form that is not supported.
    """
    carried: list[_Describe] = [kind.guess for kind in KINDS if kind.is_carried]
    others = [kind.guess for kind in KINDS if not kind.is_carried]
    marked = partial(_marked, protect=protect)
    firsts = [partial(kind.guess_first, protect=protect) for kind in KINDS]
    ways: tuple[_Describe, ...] = (*carried, marked, *firsts, *others)
    for describe in ways:
        column = describe(name, cells)
        if column is not None:
            return column
    return CATEGORY.describe(name, cells, protect, subjects)


def _marked(name: str, cells: Cells, protect: int) -> Column | None:
    """Describe a column whose values are mixed with usual marks of missing cells."""
    counts = {"": int((cells.codes < 0).sum())} if cells.has_missing else {}
    if cells.is_text:
        held = zip(cells.values.tolist(), cells.counts.tolist(), strict=True)
        counts |= {text: count for text, count in held if text in MARKS}
    marks = tuple(sorted(mark for mark in counts if mark))
    if not marks:
        return None
    rest = cells.without(marks)
    firsts = (kind.guess_first(name, rest, protect) for kind in KINDS)
    usual = (kind.guess_marked(name, rest, alone=len(counts) == 1) for kind in KINDS)
    guesses = chain(firsts, usual)
    found = next((column for column in guesses if column is not None), None)
    if found is None:
        return None
    blank = max(sorted(counts), key=counts.__getitem__)
    why = f"{found.why}, or a usual mark"
    return found.model_copy(
        update={"marks": (*marks, *found.marks), "missing": True, "blank": blank, "why": why}
    )
