"""Recognize e-mail addresses and street addresses by their form."""

from __future__ import annotations

import re
from collections.abc import Sequence

_EMAIL = re.compile(r"\s*(?:mailto:)?[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z][A-Za-z0-9-]+\s*")
_BEFORE = r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|square|terrace"
_AFTER = r"(?:straße|strasse|str\.|gasse|weg|platz|allee|laan|straat|gracht|gatan|vägen|vej|gade|katu)"
_OPENING = r"rue|avenue|av\.|boulevard|bd|place|chemin|calle|c/|avenida|avda\.?|plaza|via|viale|piazza|rua"
_HOUSE = r"[0-9]+[a-z]?"
_NUMBER_FIRST = re.compile(rf"\s*{_HOUSE}[\s,]", re.IGNORECASE)
_SUFFIX = re.compile(rf"\b(?:{_BEFORE})\b", re.IGNORECASE)
_NUMBER_LAST = re.compile(rf"{_AFTER}\s+{_HOUSE}\b", re.IGNORECASE)
_STREET_FIRST = re.compile(
    rf"\s*(?:{_HOUSE}[\s,]+)?(?:{_OPENING})\s.*[^\W\d_]{{3}}", re.IGNORECASE | re.DOTALL
)
_ANY_NUMBER = re.compile(r"[ ,][0-9]")
_ANY_WORD = re.compile(r"[^\W\d_]{3}")
_LOCALES = (
    ("de_DE", "straße|strasse|str.|gasse|weg|platz|allee"),
    ("nl_NL", "laan|straat|gracht"),
    ("fr_FR", "rue "),
)


def emails(texts: Sequence[str]) -> float:
    """Return the share of texts that are e-mail addresses."""
    return sum(bool(_EMAIL.fullmatch(text)) for text in texts) / len(texts)


def addresses(texts: Sequence[str], *, named: bool) -> float:
    """Return the share of texts that are street addresses.

    Args:
        texts: Distinct cells.
        named: Whether the column's name says so: then all words with a number count.
    """
    return sum(_is_numbered(text) if named else _is_address(text) for text in texts) / len(texts)


def _is_address(text: str) -> bool:
    numbered = _NUMBER_FIRST.match(text) and _SUFFIX.search(text)
    return bool(numbered or _NUMBER_LAST.search(text) or _STREET_FIRST.match(text))


def _is_numbered(text: str) -> bool:
    return bool(_ANY_WORD.search(text) and (_NUMBER_FIRST.match(text) or _ANY_NUMBER.search(text)))


def address_locale(texts: Sequence[str]) -> str:
    """Return the locale whose words for streets most of the texts hold."""

    def held(words: str) -> int:
        return sum(any(word in text.casefold() for word in words.split("|")) for text in texts)

    locale, words = max(_LOCALES, key=lambda entry: held(entry[1]))
    return locale if 2 * held(words) > len(texts) else "en_US"
