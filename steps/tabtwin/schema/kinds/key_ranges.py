"""Where keys that are made anew come from: a range of their pattern that holds none of the source's.

A real key in the twin would say nothing of its row, but look as if it did, and a join with the source by it
would find rows that have nothing in common.
"""

from __future__ import annotations

import math
import operator
import string
from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate
from typing import TypedDict

import numpy as np
import pandas as pd

from tabtwin.schema.kinds import patterns

ROOM = 2
"""Keys that a range must have, as a multiple of the source's rows."""
RARELY = 1e-6
"""Real keys to be expected among as many drawn anew: where there are no more, the whole pattern will do."""
_HIGHEST = 10**15  # float64, and with it JSON, tells whole numbers apart up to about nine times this
_REPEATS = 100
"""How many times the source's rows a type must be able to number beyond the first."""


class KeyRange(TypedDict):
    """The fields of a key's :class:`tabtwin.schema.schema.Column` by which new ones are made."""

    pattern: str
    first: int


def apart(texts: np.ndarray, pattern: str, dtype: str, rows: int = 0, longest: int | None = None) -> KeyRange:
    """A pattern, and the first running number, of which no key is among the source's, where there are some.

    Args:
        texts: The source's keys (n,), object.
        pattern: Their pattern.
        dtype: The column's type, as Arrow spells it.
        rows: In how many rows they stand, where they repeat: as many new ones are made.
        longest: How many digits running numbers have; those of the longest where it is not given.
    """
    wanted = max(len(texts), rows)
    if patterns.RUNNING_NUMBER in patterns.signs(pattern):
        return {"pattern": pattern, "first": _beyond(texts, dtype, wanted, longest)}
    return {"pattern": _within(texts, pattern, _end(dtype), wanted, _chance(texts)), "first": 1}


def longest_number(texts: np.ndarray, owners: np.ndarray, k: int) -> int | None:
    """How many digits the running numbers of k owners' keys have at most; ``None`` where none have any.

    Args:
        texts: Keys (n,), object.
        owners: Whose each is, integers (n,).
        k: What fewer have is passed over.
    """
    lengths = _running(texts).str.len().fillna(0).to_numpy(int)
    told = (
        int(size)
        for size in np.unique(lengths)[::-1]
        if size and len(np.unique(owners[lengths >= size])) >= k
    )
    return next(told, None)


def _chance(texts: np.ndarray) -> np.random.Generator:
    """Chance that is the same for the same keys, and that none can repeat who does not know them all."""
    return np.random.default_rng(
        int(sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest(), 16)
    )


def _running(texts: np.ndarray) -> pd.Series:
    """The digits of each key's running number; missing where it has none."""
    return pd.Series(texts, dtype=object).str.extract(r"([0-9]+)[^0-9]*$")[0]


def _end(dtype: str) -> int | None:
    """The greatest number of a type of whole numbers; ``None`` where it is none."""
    return int(np.iinfo(dtype).max) if dtype.startswith(("int", "uint")) else None


def _beyond(texts: np.ndarray, dtype: str, wanted: int, longest: int | None) -> int:
    """The first number with more digits than the source's have, plus one; 1 where the type ends before.

    Where few have more digits than ``longest``, and none of theirs is met there, they count for nothing.
    """
    digits = _running(texts).dropna()
    if digits.empty:
        return 1
    room, most = _REPEATS * wanted, int(digits.str.len().max())

    def is_met(first: int) -> bool:
        return any(
            first <= int(number) < first + room for number in digits[digits.str.len() >= len(str(first))]
        )

    firsts = (10**size + 1 for size in range(min(longest or most, most), most + 1))
    first = next(first for first in firsts if not is_met(first))
    return first if first + room <= min(_end(dtype) or _HIGHEST, _HIGHEST) else 1


def _within(
    texts: np.ndarray, pattern: str, end: int | None, wanted: int, chance: np.random.Generator
) -> str:
    """The pattern with the first signs set so that no key begins with them, drawn among such beginnings.

    Where none are free, with its last digit that stands for itself another one; where there is none, with
    digits more; where the type cannot hold those, as it is.
    """
    signs = patterns.signs(pattern)
    choices = patterns.places(pattern)
    room = list(accumulate(map(len, choices[::-1]), operator.mul))[::-1]
    fits = end is None or _greatest(choices) <= end
    met = (
        []
        if fits and room[0] > len(texts) * wanted / RARELY
        else [text for text in texts if _spells(choices, text)]
    )
    if fits and not met:
        return pattern
    for depth in range(1, len(choices)):
        if room[depth] < ROOM * wanted:
            break
        begun = {text[:depth] for text in met}
        free = _free(begun, choices[:depth], chance)
        if free is not None and end is not None and _greatest([*free, *choices[depth:]]) > end:
            free = _free(begun, choices[:depth], None)
        if free is not None and (end is None or _greatest([*free, *choices[depth:]]) <= end):
            return "".join(map(patterns.literal, free)) + "".join(signs[depth:])
    changed = _with_another_digit(signs, choices, end) if fits and wanted <= len(texts) else pattern
    longer = _longer(signs, choices, ROOM * wanted, end) if changed == pattern else ""
    if fits or longer:
        return longer or changed
    low = choices[0][0]  # the type's end is near: keys that it can hold come before new ones
    return patterns.literal(low) + "".join(signs[1:])


def _spells(choices: Sequence[str], text: str) -> bool:
    """Whether a text is one of those that places can spell."""
    return len(text) == len(choices) and all(map(operator.contains, choices, text))


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


def _free(taken: set[str], choices: list[str], chance: np.random.Generator | None) -> str | None:
    """One of the texts of these choices that are not taken, each as likely; none where all are.

    Without chance it is the first.
    """
    found, left = "", taken
    if len(taken) >= math.prod(len(some) for some in choices):
        return None
    for place, some in enumerate(choices):
        rest = math.prod(len(other) for other in choices[place + 1 :])
        begun = {sign: {text for text in left if text[place] == sign} for sign in some}
        free = np.array([float(rest - len(begun[sign])) for sign in some])
        drawn = (
            int(np.flatnonzero(free)[0])
            if chance is None
            else int(chance.choice(len(some), p=free / free.sum()))
        )
        found, left = found + some[drawn], begun[some[drawn]]
    return found
