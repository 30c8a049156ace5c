"""Patterns of keys: found in a column of unique texts, and filled with new unique ones.

A pattern is the text that all keys share, with a sign where they differ:

    9 a digit    1 a digit but 0     A an upper, a a lower case letter     L a letter of either case
    h hexadecimal, lower case        H hexadecimal, upper case
    n a digit or lower case letter   N a digit or upper case letter        w a digit or any letter
    # a running number from 1        \\ before a sign that stands for itself

A new key may equal one of the source's where there are few possible ones: keys say nothing about a row.
"""

from __future__ import annotations

import math
import string

import numpy as np
import pandas as pd

_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
_SIGNS = {
    "9": _DIGITS,
    "1": _DIGITS[1:],
    "A": _UPPER,
    "a": _LOWER,
    "h": _DIGITS + "abcdef",
    "H": _DIGITS + "ABCDEF",
    "L": _UPPER + _LOWER,
    "n": _DIGITS + _LOWER,
    "N": _DIGITS + _UPPER,
    "w": _DIGITS + _UPPER + _LOWER,
}
_FOUND_IN_THIS_ORDER = ("9", "A", "a", "h", "H", "L", "n", "N", "w")
_RUNNING = "running number"
_LONGEST = 64

RUNNING_NUMBER = "#"
"""The pattern of a key that is a number and nothing else."""


def infer(texts: np.ndarray) -> str | None:
    """The one pattern of unique texts (n,), object; ``None`` where they share none.

    Signs of a pattern that stand for themselves are the same in every text.
    """
    lengths = np.fromiter((len(text) for text in texts), int, len(texts))
    if lengths.min() == lengths.max():
        return _fixed(texts, int(lengths[0]))
    parts = pd.Series(texts).str.extract(r"^(.*?)(0|[1-9][0-9]*)([^0-9]*)$")
    if parts.isna().any(axis=None):
        return None
    before, after = (_affix(parts[side]) for side in (0, 2))
    return None if before is None or after is None else before + RUNNING_NUMBER + after


def regenerate(pattern: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """New keys (count,), object, all different."""
    places = _parse(pattern)
    if _RUNNING in places:
        at = places.index(_RUNNING)
        before, after = (_draw(part, count, rng) for part in (places[:at], places[at + 1 :]))
        running = np.arange(1, count + 1).astype(str).astype(object)
        return np.asarray(before + running + after)
    places = _widened(places, count)
    room = _room(places)
    if room <= 4 * count:
        return _spelled(places, rng.permutation(room)[:count])
    keys = pd.unique(pd.Series(_draw(places, count, rng), dtype=object))
    while len(keys) < count:
        keys = pd.unique(pd.Series(np.concatenate([keys, _draw(places, count, rng)]), dtype=object))
    return np.asarray(keys[:count])


def _fixed(texts: np.ndarray, length: int) -> str | None:
    """The pattern of texts of one length, position by position."""
    if not 0 < length <= _LONGEST:
        return None
    matrix = np.array(texts, dtype=f"U{length}").view("U1").reshape(len(texts), length)
    signs = [_sign(set(np.unique(matrix[:, place]).tolist())) for place in range(length)]
    if any(sign is None for sign in signs):
        return None
    pattern = "".join(sign for sign in signs if sign is not None)
    if pattern.startswith("9") and pattern.replace("\\", "").isdigit() and not (matrix[:, 0] == "0").any():
        # Numbers of one length: one that begins with 0 would not look like them.
        return "1" + pattern[1:]
    return pattern


def _sign(found: set[str]) -> str | None:
    """The sign for the characters found at one position."""
    if len(found) == 1:
        literal = next(iter(found))
        return "\\" + literal if literal in _SIGNS or literal in "#\\" else literal
    return next((sign for sign in _FOUND_IN_THIS_ORDER if found <= set(_SIGNS[sign])), None)


def _affix(texts: pd.Series) -> str | None:
    """The pattern of what stands before or after a running number."""
    lengths = texts.str.len()
    if lengths.min() != lengths.max():
        return None
    return "" if lengths.iloc[0] == 0 else _fixed(texts.to_numpy(object), int(lengths.iloc[0]))


def _parse(pattern: str) -> list[str]:
    """The characters to choose from at each place; ``_RUNNING`` where the running number stands."""
    places = []
    escaped = False
    for sign in pattern:
        if escaped:
            places.append(sign)
        elif sign == RUNNING_NUMBER:
            places.append(_RUNNING)
        elif sign != "\\":
            places.append(_SIGNS.get(sign, sign))
        escaped = sign == "\\" and not escaped
    return places


def _room(places: list[str]) -> int:
    """How many keys there can be."""
    return math.prod(map(len, places))


def _widened(places: list[str], count: int) -> list[str]:
    """Places with room for ``count`` keys: digits that stand for themselves vary, then digits are added."""
    places = list(places)
    for at in reversed(range(len(places))):
        if _room(places) >= count:
            return places
        if places[at] in set(_DIGITS):
            places[at] = _DIGITS
    while _room(places) < count:
        places.append(_DIGITS)
    return places


def _draw(places: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    """Texts (count,), object, drawn place by place; they may repeat."""
    drawn = [np.array(list(choices))[rng.integers(0, len(choices), count)] for choices in places]
    return _joined(drawn, count)


def _spelled(places: list[str], numbers: np.ndarray) -> np.ndarray:
    """The texts (n,), object, with these numbers in the order of all that the places can spell."""
    drawn: list[np.ndarray] = []
    for choices in reversed(places):
        numbers, digit = np.divmod(numbers, len(choices))
        drawn.append(np.array(list(choices))[digit])
    return _joined(drawn[::-1], len(numbers))


def _joined(drawn: list[np.ndarray], count: int) -> np.ndarray:
    if not drawn:
        return np.full(count, "", dtype=object)
    matrix = np.ascontiguousarray(np.stack(drawn, axis=1).astype("U1"))
    return matrix.view(f"U{len(drawn)}").reshape(count).astype(object)
