"""Search texts for e-mail addresses, phone numbers and names of people among other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tabtwin.protection.identifiers import known_names, numbers
from tabtwin.protection.identifiers.headers import unmarked

LONGEST = 2_000
"""The first characters of a text, which are searched."""

_DOMAIN = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
# A whole run of signs or none: from each of its signs on, a long run would be read once more.
_LOCAL = r"(?<![\w.+%-])[\w.+%-]++"
_EMAIL = re.compile(
    rf"{_LOCAL}@{_DOMAIN}\.[A-Za-z]{{2,}}\b|"
    rf"{_LOCAL}\s*[\[({{<]\s*(?:at|@|ät|arobase)\s*[\])}}>]\s*{_DOMAIN}(?:\.|\s*[\[(]\s*(?:dot|punkt)\s*[\])]\s*)[A-Za-z]{{2,}}\b|"
    rf"{_LOCAL}\s+at\s+{_DOMAIN}(?:\.|\s+dot\s+)(?:com|org|net|edu|gov|de|fr|uk|it|es|nl)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+[0-9]{1,3}[0-9 ()./-]{6,18}[0-9]|\(?[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}|"
    r"0[0-9]{1,4}[ /-][0-9 /-]{4,12}[0-9])(?![\w])"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_FEWEST_WORDS = 3
_FEWEST_PEOPLE = 5
_PARTICLES = frozenset(
    {
        *("de", "da", "do", "dos", "das", "del", "di", "du", "la", "le", "al", "el"),
        *("van", "von", "der", "of", "the", "and", "y", "e", "et", "und", "i"),
    }
)
"""Small words in names of streets and firms, which may hold names of people, too."""


def emails(texts: Sequence[str]) -> float:
    """Return the share of texts that hold an e-mail address, even if spelled with ``(at)``."""
    return sum(bool(_EMAIL.search(text)) for text in texts) / len(texts)


def phones(texts: Sequence[str]) -> tuple[str, float]:
    """Return the region and the share of texts that hold a phone number among other words."""
    found = [match[0] for match in map(_PHONE.search, filter(_has_letters, texts)) if match]
    if 5 * len(found) < len(texts):
        return "", 0.0
    region, share = numbers.phones(found, named=False)
    return region, share * len(found) / len(texts)


def people(texts: Sequence[str]) -> float:
    """Return the share of texts that hold a first name and a last name side by side, among other words.

    Names of only a few people do not count: a street, or the results of one player.
    """
    found = [pair for pair in map(_pair, texts) if pair]
    return len(found) / len(texts) if len(set(found)) >= _FEWEST_PEOPLE else 0.0


def _pair(text: str) -> tuple[str, str] | None:
    """Return a first name and a last name that are side by side in a text of more words."""
    firsts, lasts = known_names.everywhere()
    words = _WORD.findall(unmarked(text))
    if len(words) < _FEWEST_WORDS or not any(word.islower() and word not in _PARTICLES for word in words):
        return None
    for first, last in pairwise(words):
        if first[0].isupper() and last[0].isupper() and min(len(first), len(last)) > 2:
            pair = known_names.bare(first), known_names.bare(last)
            if pair[0] in firsts and pair[1] in lasts:
                return pair
    return None


def _has_letters(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 3
