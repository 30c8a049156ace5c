"""Read hints from a column's name: whether its cells may name people, and how."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from tabtwin.protection.identifiers import wording

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+")


def hints(name: str) -> frozenset[str]:
    """Return the kinds of identifiers that a column's name hints at.

    ``people`` if it says that the names are persons', ``role`` if it is only the name of a role.
    """
    unaccented = unmarked(unicodedata.normalize("NFKD", name))
    words = [word.casefold() for word in _WORD.findall(unaccented)]
    # Two words of a name may be one in the list: first_name, E-Mail, street address.
    spoken = {*words, *(first + second for first, second in pairwise(words))}
    found = {kind for kind, known in _WORDS.items() if spoken & known}
    whole = "".join(words)
    if spoken & _ROLES:
        found.add("people" if "name" in found else "role")
    if spoken & wording.OF_PEOPLE or any(part in whole for part in _PARTS) or any(map(_is_compound, spoken)):
        found |= {"name", "people"}
    if {"email", "ip", "mac", "url", "web"} & spoken:
        found.discard("address")
    return frozenset(found)


def plain(word: str) -> str:
    """Return a word in lower case, without accents."""
    if word.isascii():
        return word.lower()
    return unmarked(unicodedata.normalize("NFKD", word.casefold()))


def unmarked(text: str) -> str:
    """Return a text without accents and separate vowel signs, and without joiners."""
    if text.isascii():
        return text
    return text.translate(_UNMARKED)


class _Unmarked(dict[int, int | None]):
    """Map signs to themselves, and marks to nothing; long lists of names have few different signs."""

    def __missing__(self, sign: int) -> int | None:
        self[sign] = None if unicodedata.category(chr(sign)) in {"Mn", "Mc", "Me", "Cf"} else sign
        return self[sign]


_UNMARKED = _Unmarked()
_WORDS = {kind: frozenset(map(plain, words)) for kind, words in wording.KINDS.items()}
_ROLES = frozenset(map(plain, wording.ROLES))
_PARTS = tuple(map(plain, wording.PARTS))


def _is_compound(word: str) -> bool:
    """Return whether a word is one of people ending in "name": Patientenname, customername, klantnaam."""
    stems = [word.removesuffix(ending) for ending in wording.ENDINGS if word.endswith(ending)]
    return any(stem.removesuffix(joint) in _ROLES for stem in stems for joint in wording.JOINTS)
