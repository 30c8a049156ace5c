"""Where keys that are made anew come from: a range of their pattern that holds none of the source's.

A real key in the twin would say nothing of its row, but look as if it did, and a join with the source by it
would find rows that have nothing in common.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from typing import TypedDict

import numpy as np
import pandas as pd

from tabtwin.tables import patterns

ROOM = 2
"""Keys that a range must have, as a multiple of the source's rows."""
RARELY = 1e-6
"""Real keys to be expected among as many drawn anew: where there are no more, the whole pattern will do."""
_HIGHEST = 10**15  # float64, and with it JSON, tells whole numbers apart up to about nine times this
_REPEATS = 100
"""How many times the source's rows a type must be able to number beyond the first."""


class KeyRange(TypedDict):
    """The fields of a key's :class:`tabtwin.tables.schema.Column` by which new ones are made."""

    pattern: str
    first: int


def apart(texts: np.ndarray, pattern: str, dtype: str, rows: int = 0) -> KeyRange:
    """A pattern, and the first running number, of which no key is among the source's, where there are some.

    Args:
        texts: The source's keys (n,), object.
        pattern: Their pattern.
        dtype: The column's type, as Arrow spells it.
        rows: In how many rows they stand, where they repeat: as many new ones are made.
    """
    wanted = max(len(texts), rows)
    if patterns.RUNNING_NUMBER in patterns.signs(pattern):
        return {"pattern": pattern, "first": _beyond(texts, dtype, wanted)}
    return {"pattern": _within(texts, pattern, _end(dtype), wanted), "first": 1}


def _end(dtype: str) -> int | None:
    """The greatest number of a type of whole numbers; ``None`` where it is none."""
    return int(np.iinfo(dtype).max) if dtype.startswith(("int", "uint")) else None


def _beyond(texts: np.ndarray, dtype: str, wanted: int) -> int:
    """The first number with more digits than the source's have, plus one; 1 where the type ends before."""
    numbers = pd.Series(texts, dtype=object).str.extract(r"([0-9]+)[^0-9]*$")[0].dropna()
    if numbers.empty:
        return 1
    first = 10 ** int(numbers.str.len().max()) + 1
    return first if first + _REPEATS * wanted <= min(_end(dtype) or _HIGHEST, _HIGHEST) else 1


def _within(texts: np.ndarray, pattern: str, end: int | None, wanted: int) -> str:
    """The pattern with the first signs set so that no key begins with them.

    Where none are free, with its last digit that stands for itself another one; where there is none, as it
    is, but for numbers that the type cannot hold.
    """
    signs = patterns.signs(pattern)
    choices = patterns.places(pattern)
    room = list(accumulate(map(len, choices[::-1]), mul))[::-1]
    fits = end is None or _greatest(choices) <= end
    if fits and (room[0] > len(texts) * wanted / RARELY or any(len(text) != len(choices) for text in texts)):
        return pattern
    for depth in range(1, len(choices)):
        if room[depth] < ROOM * wanted:
            break
        begun = {text[:depth] for text in texts}
        free = _free(begun, choices[:depth], low=end is not None)
        if free is not None and (end is None or _greatest([*free, *choices[depth:]]) <= end):
            return "".join(map(patterns.literal, free)) + "".join(signs[depth:])
    longer = _longer(signs, choices, ROOM * wanted, end) if wanted > len(texts) else ""
    if longer:
        return longer
    if fits:
        return _with_another_digit(signs, choices, end)
    low = choices[0][0]  # the type's end is near: keys that it can hold come before new ones
    return patterns.literal(low) + "".join(signs[1:])


def _longer(signs: Sequence[str], choices: Sequence[str], wanted: int, end: int | None) -> str:
    """The pattern with digits behind, so that no key of the source is as long; empty where none fits."""
    room, added = math.prod(map(len, choices)), 1
    while room * 10**added < wanted:
        added += 1
    digits = [string.digits] * added
    fits = end is None or _greatest([*choices, *digits]) <= end
    return "".join([*signs, *"9" * added]) if fits else ""


def _greatest(choices: Sequence[str]) -> int:
    """The greatest number that places of digits can spell."""
    return int("".join(max(some) for some in choices))


def _with_another_digit(signs: list[str], choices: list[str], end: int | None) -> str:
    """The pattern with the last digit that all keys have replaced by the next one, where there is such."""
    for place in reversed(range(len(choices))):
        if choices[place] not in string.digits or len(choices[place]) != 1:
            continue
        for step in range(1, 10):
            digit = str((int(choices[place]) + step) % 10)
            changed = [*choices[:place], digit, *choices[place + 1 :]]
            if end is None or (changed[0] != "0" and _greatest(changed) <= end):
                return "".join([*signs[:place], patterns.literal(digit), *signs[place + 1 :]])
    return "".join(signs)


def _free(taken: set[str], choices: list[str], *, low: bool) -> str | None:
    """The last text of these choices that is not taken, or the first; none where all are."""
    found, left = "", taken
    if len(taken) >= math.prod(len(some) for some in choices):
        return None
    for place, some in enumerate(choices):
        rest = math.prod(len(other) for other in choices[place + 1 :])
        for sign in some if low else reversed(some):
            begun = {text for text in left if text[place] == sign}
            if len(begun) < rest:
                found, left = found + sign, begun
                break
    return found
