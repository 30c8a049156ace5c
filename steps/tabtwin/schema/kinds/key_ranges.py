"""Find where new keys come from: a range of their pattern that holds none of the source's.

A real key in the twin would say nothing about its row, but seem to, and a join with the source would match
rows that have nothing in common.
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

from tabtwin.schema.spelling import patterns

ROOM = 2
"""How many keys a range must have, as a multiple of the source's rows."""
RARELY = 1e-6
"""The most real keys to expect among as many drawn from the whole pattern for it to be used."""
_HIGHEST = 10**15  # float64, and so JSON, resolves whole numbers up to about nine times this
_REPEATS = 100
"""How many numbers a type must have beyond the first, as a multiple of the source's rows."""


class KeyRange(TypedDict):
    """The fields of a key's :class:`tabtwin.schema.schema.Column` from which new ones are made."""

    pattern: str
    first: int


def apart(texts: np.ndarray, pattern: str, dtype: str, rows: int = 0, longest: int | None = None) -> KeyRange:
    """Return a pattern and a first running number that give none of the source's keys, if there are such.

    Args:
        texts: The source's keys (n,), object.
        pattern: Their pattern.
        dtype: The column's type, as Arrow spells it.
        rows: The number of rows, if keys repeat: as many new ones are made.
        longest: How many digits running numbers have; by default, as many as the longest.
    """
    wanted = max(len(texts), rows)
    if patterns.RUNNING_NUMBER in patterns.signs(pattern):
        return {"pattern": pattern, "first": _beyond(texts, dtype, wanted, longest)}
    return {"pattern": _within(texts, pattern, _end(dtype), wanted, _chance(texts)), "first": 1}


def apart_in_length(texts: np.ndarray, pattern: str, rows: int, everyone: np.ndarray) -> str:
    """Return a pattern of the same length that gives none of the source's keys, if there is one.

    Args:
        texts: The source's keys of the pattern (n,), object.
        pattern: Their pattern, without a running number.
        rows: How many new keys may be made.
        everyone: All keys of that length, object.
    """
    signs, choices = patterns.signs(pattern), patterns.places(pattern)
    room, wanted = _rooms(choices), max(len(texts), rows)
    met = [text for text in everyone if _spells(choices, text)]
    if not met or room[0] > len(met) * wanted / RARELY:
        return pattern
    if begun := _begun(signs, choices, room, wanted, met, None, _chance(texts)):
        return begun
    changed = _with_another_digit(signs, choices, None)
    changed_choices = patterns.places(changed)
    is_met = any(_spells(changed_choices, text) for text in everyone)
    return pattern if is_met or room[0] < wanted else changed


def longest_number(texts: np.ndarray, owners: np.ndarray, k: int) -> int | None:
    """Return how many digits the running numbers of k owners' keys have at most; ``None`` if none have any.

    Args:
        texts: Keys (n,), object.
        owners: The owner of each, integers (n,).
        k: How many owners a length must have to count.
    """
    lengths = _running(texts).str.len().fillna(0).to_numpy(int)
    lengths_of_k = (
        int(size)
        for size in np.unique(lengths)[::-1]
        if size and len(np.unique(owners[lengths >= size])) >= k
    )
    return next(lengths_of_k, None)


def _chance(texts: np.ndarray) -> np.random.Generator:
    """Return a random generator that depends on all keys, so that only those who know them all can repeat
    it.
    """
    return np.random.default_rng(
        int(sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest(), 16)
    )


def _running(texts: np.ndarray) -> pd.Series:
    """Return the digits of each key's running number; missing if it has none."""
    return pd.Series(texts, dtype=object).str.extract(r"([0-9]+)[^0-9]*$")[0]


def _end(dtype: str) -> int | None:
    """Return the greatest number of a type of whole numbers; ``None`` for other types."""
    return int(np.iinfo(dtype).max) if dtype.startswith(("int", "uint")) else None


def _beyond(texts: np.ndarray, dtype: str, wanted: int, longest: int | None) -> int:
    """Return one more than the first number with more digits than the source's; 1 if the type ends before it.

    Those with more digits than ``longest`` do not count if they are few and none of them is in that range.
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
    """Return the pattern with its first signs fixed to a random beginning that no key has.

    If every beginning is taken, its last literal digit changes; a pattern without one gets more digits, or
    letters if it has only letters; if the type cannot hold those, the pattern stays as it is.
    """
    signs = patterns.signs(pattern)
    choices = patterns.places(pattern)
    room = _rooms(choices)
    fits = end is None or _greatest(choices) <= end
    met = (
        []
        if fits and room[0] > len(texts) * wanted / RARELY
        else [text for text in texts if _spells(choices, text)]
    )
    if fits and not met:
        return pattern
    if begun := _begun(signs, choices, room, wanted, met, end, chance):
        return begun
    changed = _with_another_digit(signs, choices, end) if fits and wanted <= len(texts) else pattern
    longer = _longer(signs, choices, ROOM * wanted, end) if changed == pattern else ""
    if fits or longer:
        return longer or changed
    low = choices[0][0]  # the type ends soon: being storable matters more than being new
    return patterns.literal(low) + "".join(signs[1:])


def _rooms(choices: Sequence[str]) -> list[int]:
    """Return how many texts the places from each one on can spell."""
    return list(accumulate(map(len, choices[::-1]), operator.mul))[::-1]


def _begun(
    signs: Sequence[str],
    choices: list[str],
    room: Sequence[int],
    wanted: int,
    met: Sequence[str],
    end: int | None,
    chance: np.random.Generator,
) -> str:
    """Return the pattern with its first signs fixed to a random beginning of none of the keys met; empty if
    none is free.
    """
    for depth in range(1, len(choices)):
        if room[depth] < ROOM * wanted:
            break
        begun = {text[:depth] for text in met}
        free = _free(begun, choices[:depth], chance)
        if free is not None and end is not None and _greatest([*free, *choices[depth:]]) > end:
            free = _free(begun, choices[:depth], None)
        if free is not None and (end is None or _greatest([*free, *choices[depth:]]) <= end):
            return "".join(map(patterns.literal, free)) + "".join(signs[depth:])
    return ""


def _spells(choices: Sequence[str], text: str) -> bool:
    """Return whether places can spell a text."""
    return len(text) == len(choices) and all(map(operator.contains, choices, text))


def _longer(signs: Sequence[str], choices: Sequence[str], wanted: int, end: int | None) -> str:
    """Return the pattern with digits appended, or letters to letters only, so that no key of the source is as
    long; empty if none fits.
    """
    are_letters = all(set(some) <= set(string.ascii_letters) for some in choices)
    sign = max(zip(map(len, choices), signs, strict=True))[1] if are_letters else "9"
    more = patterns.places(sign)[0]
    room, added = math.prod(map(len, choices)), 1
    while room * len(more) ** added < wanted:
        added += 1
    fits = end is None or _greatest([*choices, *[more] * added]) <= end
    return "".join([*signs, *[sign] * added]) if fits else ""


def _greatest(choices: Sequence[str]) -> int:
    """Return the greatest number that places of digits can spell."""
    return int("".join(max(some) for some in choices))


def _with_another_digit(signs: list[str], choices: list[str], end: int | None) -> str:
    """Return the pattern with the last digit that all keys share replaced by the next one, if there is
    one.
    """
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
    """Return one of the texts of these choices that are not taken, all equally likely; ``None`` if all are.

    Without a random generator it is the first.
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
