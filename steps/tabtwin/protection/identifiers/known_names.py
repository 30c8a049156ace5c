"""Recognize names of people by Faker's lists of first and last names of many countries."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from tabtwin.protection.identifiers.headers import plain, unmarked

LOCALES = (
    *("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "pt_BR", "sv_SE", "da_DK"),
    *("fi_FI", "no_NO", "cs_CZ", "hu_HU", "ro_RO", "tr_TR", "en_IN", "ru_RU", "el_GR", "de_AT", "de_CH"),
    *("fr_CH", "hr_HR", "pt_PT", "sk_SK", "sl_SI", "bg_BG", "uk_UA", "et_EE", "lt_LT", "es_MX"),
    *("ar_AA", "ar_SA", "ar_DZ", "fa_IR", "he_IL", "hi_IN", "mr_IN", "ne_NP", "bn_BD", "gu_IN", "or_IN"),
    *("ta_IN", "si_LK", "th_TH", "hy_AM", "ka_GE", "mk_MK", "ja_JP", "ko_KR", "zh_CN", "zh_TW"),
    *("id_ID", "vi_VN", "en_IE", "en_NZ", "en_KE", "en_PK", "en_TH", "es_AR", "es_CO", "es_CA", "fr_BE"),
    *("fr_CA", "fr_DZ", "nl_BE", "lv_LV", "az_AZ", "uz_UZ", "sw", "yo_NG", "tw_GH", "zu_ZA"),
)
"""Locales whose lists are read; the first that knows most names is a column's locale."""

_FIRST = (
    *("first_names", "first_names_male", "first_names_female", "first_names_nonbinary", "first_names_unisex"),
)
_LAST = ("last_names", "last_names_male", "last_names_female")
_ROMANIZED = ("first_romanized_names", "last_romanized_names")
_SHORTEST_ROMANIZED = 4
"""In characters: shorter names are words of other languages."""
_TITLE = re.compile(
    r"(?i)\b(?:mr|mrs|ms|miss|master|dr|drg|prof|sir|rev|herr|frau|hr|fr|mme|mlle|sr|sra|jr|pan|pani|г-н|г-жа|"
    r"г-ца|проф|пан|пані|السيد|السيدة|الآنسة|الأستاذ|الأستاذة|الدكتور|الدكتورة|آقای|خانم|دکتر)\b\.?|\(.*?\)"
)
_DEGREES = re.compile(
    r"[,\s]+(?:Ph\.?\s?D|M\.?D|[BM]\.A|[BMSD]\.[A-Z][a-z]+|S\.(?:E|H|T|IP)|[DC]Sc|MBA|MSc|BSc|DiS)\b\.?(?=[\s,]|$)"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
_MOST_WORDS = 5
_LONGEST = 200
"""Signs of the longest name: a text is not looked through for titles if it is longer."""


def parts(text: str) -> tuple[str, ...]:
    """Return the words of a possible name, first names first, in lower case; none if it cannot be one.

    ``Last, First`` is reversed, and titles are left out.
    """
    if len(text.strip()) > _LONGEST:
        return ()
    untitled = _DEGREES.sub(" ", _TITLE.sub(" ", unmarked(text)))
    last, comma, first = untitled.partition(",")
    words = f"{first} {last}".split() if comma else untitled.split()
    if not 1 <= len(words) <= _MOST_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return ()
    return tuple(bare(word) for word in words)


class NameShares(NamedTuple):
    """The shares of texts that are known as names.

    Attributes:
        begin: Several words, the first of which is a first name, or its initial before a last name.
        full: Those with a last name at the end.
        some: One word or more, the first a first name or the last a last name.
        both: Several words, one of which is a first name and another a last name, in any order.
        apart: Whether the words after first names differ, unlike ``Jackson County`` and ``Madison County``.
    """

    begin: float
    full: float
    some: float
    both: float
    apart: bool


def known(texts: Sequence[str]) -> NameShares:
    """Return the shares of texts that the lists of all locales know."""
    firsts, lasts = everywhere()
    words = [parts(text) for text in texts]
    begin = [
        len(word) > 1 and (word[0] in firsts or (len(word[0]) == 1 and word[-1] in lasts)) for word in words
    ]
    full = [starts and word[-1] in lasts for starts, word in zip(begin, words, strict=True)]
    some = [bool(word) and (word[0] in firsts or word[-1] in lasts) for word in words]
    both = [_has_both(word, firsts, lasts) for word in words]
    ends = [word[-1] for word, starts in zip(words, begin, strict=True) if starts]
    apart = len(set(ends)) >= 0.7 * len(ends)
    shares = [sum(which) / len(words) for which in (begin, full, some, both)]
    return NameShares(shares[0], shares[1], shares[2], shares[3], apart)


def _has_both(words: Sequence[str], firsts: frozenset[str], lasts: frozenset[str]) -> bool:
    """Return whether one word is a first name, and another one a last name."""
    return any(
        one in firsts and other in lasts
        for at, one in enumerate(words)
        for beside, other in enumerate(words)
        if at != beside
    )


def likeliest_locale(texts: Sequence[str]) -> str:
    """Return the locale whose lists know most of the words."""
    words = {word for text in texts for word in parts(text)}
    return max(LOCALES, key=lambda locale: len(words & _lists(locale)[0] | words & _lists(locale)[1]))


@cache
def everywhere() -> tuple[frozenset[str], frozenset[str]]:
    """Return first and last names of all locales."""
    firsts, lasts = zip(*(_lists(locale) for locale in LOCALES), strict=True)
    return frozenset().union(*firsts), frozenset().union(*lasts)


@cache
def first_or_last() -> frozenset[str]:
    """Return all names of all locales."""
    firsts, lasts = everywhere()
    return firsts | lasts


@cache
def _lists(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return first and last names of a locale, in lower case without accents."""
    first, last = (
        frozenset(_all_bare(found | _romanized(locale, field)))
        for found, field in zip(spelled(locale), _ROMANIZED, strict=True)
    )
    return first, last


def _all_bare(words: Iterable[str]) -> list[str]:
    """Return :func:`bare` words: one text of all of them is much faster than each by itself."""
    return [word.rstrip(".") for word in plain("\n".join(words)).split("\n") if word]


def _romanized(locale: str, field: str) -> frozenset[str]:
    found = getattr(_provider(locale), field, ())
    return frozenset(name for name in found if len(name) >= _SHORTEST_ROMANIZED)


def spelled(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return first and last names of a locale, as they are written."""
    provider = _provider(locale)
    first, last = (
        frozenset(name for field in fields for name in getattr(provider, field, ()))
        for fields in (_FIRST, _LAST)
    )
    return first, last


def bare(word: str) -> str:
    """Return a word in lower case, without accents and points."""
    return plain(word).rstrip(".")


def _provider(locale: str) -> type:
    provider: type = importlib.import_module(f"faker.providers.person.{locale}").Provider
    return provider
