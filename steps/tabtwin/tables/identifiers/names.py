"""Names of people, told by Faker's lists of first and last names of many countries."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tabtwin.tables.identifiers.headers import plain

LOCALES = (
    *("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "pt_BR", "sv_SE", "da_DK"),
    *("fi_FI", "no_NO", "cs_CZ", "hu_HU", "ro_RO", "tr_TR", "en_IN", "ru_RU", "el_GR", "de_AT", "de_CH"),
    *("fr_CH", "hr_HR", "pt_PT", "sk_SK", "sl_SI", "bg_BG", "uk_UA", "et_EE", "lt_LT", "es_MX"),
)
"""Whose lists are read; the first that knows most names is the locale of a column."""

_FIRST = ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary")
_LAST = ("last_names", "last_names_male", "last_names_female")
_TITLE = re.compile(
    r"(?i)\b(?:mr|mrs|ms|miss|master|dr|prof|sir|rev|herr|frau|hr|fr|mme|mlle|sr|sra|jr)\b\.?|\(.*?\)"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
_MOST_WORDS = 5


def parts(text: str) -> tuple[str, ...]:
    """The words of what may be a name, first names first, in small letters; none where it cannot be one.

    ``Last, First`` is turned round, and titles are left out.
    """
    bare = _TITLE.sub(" ", text)
    last, comma, first = bare.partition(",")
    words = f"{first} {last}".split() if comma else bare.split()
    if not 1 <= len(words) <= _MOST_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return ()
    return tuple(_bare(word) for word in words)


class Known(NamedTuple):
    """Shares of texts.

    Attributes:
        begin: Of several words, the first of which is a first name, or the letter of one before a last name.
        full: Of those, with a last name at the end.
        some: Of one word or more, the first a first name or the last a last name.
    """

    begin: float
    full: float
    some: float


def known(texts: Sequence[str]) -> Known:
    """How many texts the lists of all locales know."""
    firsts, lasts = everywhere()
    words = [parts(text) for text in texts]
    begin = [
        len(word) > 1 and (word[0] in firsts or (len(word[0]) == 1 and word[-1] in lasts)) for word in words
    ]
    full = [starts and word[-1] in lasts for starts, word in zip(begin, words, strict=True)]
    some = [bool(word) and (word[0] in firsts or word[-1] in lasts) for word in words]
    return Known(*(sum(which) / len(words) for which in (begin, full, some)))


def likeliest_locale(texts: Sequence[str]) -> str:
    """The locale whose lists know most of the words."""
    words = {word for text in texts for word in parts(text)}
    return max(LOCALES, key=lambda locale: len(words & (_lists(locale)[0] | _lists(locale)[1])))


@cache
def everywhere() -> tuple[frozenset[str], frozenset[str]]:
    """First and last names of all locales."""
    firsts, lasts = zip(*(_lists(locale) for locale in LOCALES), strict=True)
    return frozenset().union(*firsts), frozenset().union(*lasts)


@cache
def _lists(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """First and last names of a locale, in small letters without accents."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    first, last = (
        frozenset(_bare(name) for field in fields for name in getattr(provider, field, ()))
        for fields in (_FIRST, _LAST)
    )
    return first, last


def _bare(word: str) -> str:
    return plain(word).rstrip(".")
