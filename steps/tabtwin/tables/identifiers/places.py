"""E-mail addresses, and addresses of houses, told by how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence

_EMAIL = re.compile(r"\s*(?:mailto:)?[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z][A-Za-z0-9-]+\s*")
_BEFORE = r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|square|terrace"
_AFTER = r"\w*(?:straße|strasse|str\.|gasse|weg|platz|allee|laan|straat|gracht|gatan|vägen|vej|gade|katu)"
_OPENING = r"rue|avenue|av\.|boulevard|bd|place|chemin|calle|c/|avenida|avda\.?|plaza|via|viale|piazza|rua"
_HOUSE = r"[0-9]+[a-z]?"
_ADDRESS = re.compile(
    rf"(?i)\s*(?:{_HOUSE}[\s,].*\b(?:{_BEFORE})\b.*|.*{_AFTER}\s+{_HOUSE}\b.*"
    rf"|(?:{_HOUSE}[\s,]+)?(?:{_OPENING})\s.*[^\W\d_]{{3}}.*)\s*",
    re.DOTALL,
)
_NUMBERED = re.compile(r"(?:.*[^\W\d_]{3}.*[ ,]+[0-9]+.*|\s*[0-9]+\w?[ ,]+.*[^\W\d_]{3}.*)", re.DOTALL)
_LOCALES = (
    ("de_DE", "straße|strasse|str.|gasse|weg|platz|allee"),
    ("nl_NL", "laan|straat|gracht"),
    ("fr_FR", "rue "),
)


def emails(texts: Sequence[str]) -> float:
    """What share of the texts are e-mail addresses."""
    return sum(bool(_EMAIL.fullmatch(text)) for text in texts) / len(texts)


def addresses(texts: Sequence[str], *, named: bool) -> float:
    """What share of the texts are addresses of houses.

    Args:
        texts: Distinct cells.
        named: Whether the column's name says so: then any words with a number count.
    """
    form = _NUMBERED if named else _ADDRESS
    return sum(bool(form.fullmatch(text)) for text in texts) / len(texts)


def address_locale(texts: Sequence[str]) -> str:
    """The locale whose words for streets most of the texts hold."""

    def held(words: str) -> int:
        return sum(any(word in text.casefold() for word in words.split("|")) for text in texts)

    locale, words = max(_LOCALES, key=lambda entry: held(entry[1]))
    return locale if 2 * held(words) > len(texts) else "en_US"
