"""Infer the pattern of keys from a column of unique texts, and make new unique ones.

A pattern is the text that all keys share, with a sign where they differ:

    9 a digit    1 a digit except 0     A an upper, a a lower case letter     L a letter of either case
    h hexadecimal, lower case        H hexadecimal, upper case
    n a digit or lower case letter   N a digit or upper case letter        w a digit or any letter
    # a running number               \\ before a literal character

A new key may equal one of the source's where ``tabtwin.schema.kinds.key_ranges`` finds no range without one:
keys say nothing about a row.
"""

from __future__ import annotations

import itertools
import math
import re
import string

import numpy as np
import pandas as pd

from tabtwin.lib.taken import Taken

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
_WORDS = {
    "9": ("digit", "digits"),
    "1": ("digit but 0", "digits but 0"),
    "A": ("capital letter", "capital letters"),
    "a": ("small letter", "small letters"),
    "h": ("hex digit", "hex digits"),
    "H": ("capital hex digit", "capital hex digits"),
    "L": ("letter", "letters"),
    "n": ("digit or small letter", "digits or small letters"),
    "N": ("digit or capital letter", "digits or capital letters"),
    "w": ("digit or letter", "digits or letters"),
}
_FOUND_IN_THIS_ORDER = ("9", "A", "a", "h", "H", "L", "n", "N", "w")
_RUNNING = "running number"
_LONGEST = 64

RUNNING_NUMBER = "#"
"""The pattern of a key that is only a number."""
_MEANT = {*_SIGNS, RUNNING_NUMBER}
"""Signs that stand for other characters than themselves."""


def infer(texts: np.ndarray, owners: np.ndarray | None = None, k: int = 1) -> str | None:
    """Return the pattern of unique texts (n,), object; ``None`` if they share none.

    Literal characters of a pattern are the same in every text.

    Args:
        texts: The texts to infer it from.
        owners: The owner of each, integers (n,); by default each text has its own.
        k: How many owners must have a length or a character for it to count; with 1, every text counts.
    """
    owners = np.arange(len(texts)) if owners is None else owners
    lengths = np.fromiter((len(text) for text in texts), int, len(texts))
    counted = np.isin(
        lengths, [length for length in np.unique(lengths) if _by(owners, lengths == length) >= k]
    )
    texts, owners, lengths = texts[counted], owners[counted], lengths[counted]
    if not len(texts):
        return None
    if lengths.min() == lengths.max():
        return _fixed(texts, owners, k)
    parts = pd.Series(texts).str.extract(r"^(.*?)(0|[1-9][0-9]*)([^0-9]*)$")
    odd = parts.isna().any(axis=1).to_numpy()
    if odd.any() and _by(owners, odd) >= k:
        return None
    parts, owners = parts[~odd], owners[~odd]
    before, after = (_affix(parts[side], owners, k) for side in (0, 2))
    return None if before is None or after is None else before + RUNNING_NUMBER + after


def regenerate(
    pattern: str,
    count: int,
    rng: np.random.Generator,
    *,
    first: int = 1,
    taken: Taken | None = None,
) -> np.ndarray:
    """Return new keys (count,), object, all different.

    Args:
        pattern: Their pattern.
        count: The number of keys.
        rng: The source of randomness.
        first: The first running number.
        taken: Existing keys, which are not made again; none by default.
    """
    taken = Taken() if taken is None else taken
    choices = places(pattern)
    if _RUNNING in choices:
        at = choices.index(_RUNNING)
        before, after = (_draw(part, count, rng) for part in (choices[:at], choices[at + 1 :]))
        begin = first + len(taken)
        running = np.arange(begin, begin + count).astype(str).astype(object)
        return np.asarray(before + running + after)
    choices = _widened(choices, max(count + len(taken), taken.planned))
    room = _room(choices)
    if room <= 4 * (count + len(taken)):
        return _free(choices, rng.permutation(room), count, taken)
    keys = _others(_draw(choices, count, rng), taken)
    while len(keys) < count:
        keys = _others(np.concatenate([keys, _draw(choices, count, rng)]), taken)
    return keys[:count]


def signs(pattern: str) -> list[str]:
    """Return a pattern sign by sign; a literal character keeps its escape."""
    return re.findall(r"\\.|[^\\]", pattern, re.DOTALL)


def places(pattern: str) -> list[str]:
    """Return the characters to choose from at each place, and the placeholder of a running number."""
    return [
        sign[1] if len(sign) == 2 else _RUNNING if sign == RUNNING_NUMBER else _SIGNS.get(sign, sign)
        for sign in signs(pattern)
    ]


def in_words(pattern: str) -> str:
    r"""Return a pattern for readers who do not know its signs.

    >>> in_words(r"V-A\1999")
    '"V-", 1 capital letter, "1", 3 digits'
    """
    said = []
    for sign, run in itertools.groupby(signs(pattern), key=lambda sign: sign if sign in _MEANT else ""):
        each = list(run)
        if sign == RUNNING_NUMBER:
            said.append("a running number")
        elif sign:
            said.append(f"{len(each)} {_WORDS[sign][len(each) > 1]}")
        else:
            said.append('"' + "".join(own[-1] for own in each) + '"')
    return ", ".join(said)


def spells_numbers(pattern: str) -> bool:
    """Return whether all keys of a pattern are whole numbers."""
    return all(some == _RUNNING or set(some) <= set(_DIGITS) for some in places(pattern))


def literal(character: str) -> str:
    """Return the sign for a literal character."""
    return "\\" + character if character in _SIGNS or character in "#\\" else character


def _others(keys: np.ndarray, taken: Taken) -> np.ndarray:
    """Return the distinct keys that are not taken, in their order."""
    distinct = np.asarray(pd.unique(pd.Series(keys, dtype=object)), dtype=object)
    return np.asarray(distinct[~taken.holds(distinct)])


def _free(choices: list[str], numbers: np.ndarray, count: int, taken: Taken) -> np.ndarray:
    """Return the first keys (count,), object, of distinct numbers that are not taken.

    Only as many are spelled as are needed: there may be many times more numbers.
    """
    found, at = np.empty(0, dtype=object), 0
    while len(found) < count and at < len(numbers):
        keys = _spelled(choices, numbers[at : at + count])
        found = np.concatenate([found, keys[~taken.holds(keys)]])
        at += count
    return found[:count]


def _by(owners: np.ndarray, chosen: np.ndarray) -> int:
    """Return how many owners the chosen texts have."""
    return len(np.unique(owners[chosen]))


def _fixed(texts: np.ndarray, owners: np.ndarray, k: int) -> str | None:
    """Return the pattern of texts of one length, position by position."""
    length = len(texts[0])
    if not 0 < length <= _LONGEST:
        return None
    matrix = np.array(texts, dtype=f"U{length}").view("U1").reshape(len(texts), length)
    signs = [_sign(matrix[:, place], owners, k) for place in range(length)]
    if any(sign is None for sign in signs):
        return None
    pattern = "".join(sign for sign in signs if sign is not None)
    if (
        pattern.startswith("9")
        and pattern.replace("\\", "").isdigit()
        and _by(owners, matrix[:, 0] == "0") < k
    ):
        # Numbers of one length: one that begins with 0 would not look like them.
        return "1" + pattern[1:]
    return pattern


def _sign(characters: np.ndarray, owners: np.ndarray, k: int) -> str | None:
    """Return the sign for the characters found at one position, except those that fewer than k owners
    have.
    """
    points = np.ascontiguousarray(characters).view(np.uint32)
    rows = np.bincount(points)
    found = {chr(point): int(rows[point]) for point in np.flatnonzero(rows).tolist()}

    def fits(choice: str) -> bool:
        odd = found.keys() - set(choice)
        if sum(found[character] for character in odd) < k:
            return True
        is_odd = np.zeros(len(rows), bool)
        is_odd[[ord(character) for character in odd]] = True
        return k > 1 and _by(owners, is_odd[points]) < k

    commonest = max(sorted(found), key=found.__getitem__)
    if fits(commonest):
        return literal(commonest)
    return next((sign for sign in _FOUND_IN_THIS_ORDER if fits(_SIGNS[sign])), None)


def _affix(texts: pd.Series, owners: np.ndarray, k: int) -> str | None:
    """Return the pattern of what precedes or follows a running number."""
    lengths = texts.str.len().to_numpy()
    commonest = int(np.bincount(lengths).argmax())
    odd = lengths != commonest
    if odd.any() and _by(owners, odd) >= k:
        return None
    return "" if commonest == 0 else _fixed(texts.to_numpy(object)[~odd], owners[~odd], k)


def _room(choices: list[str]) -> int:
    """Return how many keys there can be."""
    return math.prod(map(len, choices))


def _widened(choices: list[str], count: int) -> list[str]:
    """Return places with room for ``count`` keys: literal digits vary, then digits are added."""
    choices = list(choices)
    for at in reversed(range(len(choices))):
        if _room(choices) >= count:
            return choices
        if choices[at] in set(_DIGITS):
            choices[at] = _DIGITS
    while _room(choices) < count:
        choices.append(_DIGITS)
    return choices


def _draw(choices: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw texts (count,), object, place by place; they may repeat."""
    drawn = [np.array(list(some))[rng.integers(0, len(some), count)] for some in choices]
    return _joined(drawn, count)


def _spelled(choices: list[str], numbers: np.ndarray) -> np.ndarray:
    """Return the texts (n,), object, with these numbers in the order of all that the places can spell."""
    drawn: list[np.ndarray] = []
    for some in reversed(choices):
        numbers, digit = np.divmod(numbers, len(some))
        drawn.append(np.array(list(some))[digit])
    return _joined(drawn[::-1], len(numbers))


def _joined(drawn: list[np.ndarray], count: int) -> np.ndarray:
    if not drawn:
        return np.full(count, "", dtype=object)
    matrix = np.ascontiguousarray(np.stack(drawn, axis=1).astype("U1"))
    return matrix.view(f"U{len(drawn)}").reshape(count).astype(object)
