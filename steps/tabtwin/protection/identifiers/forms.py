"""Recognize names of people by their form: titles, initials, East Asian surnames, words as in names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

from tabtwin.protection.identifiers import known_names
from tabtwin.protection.identifiers.headers import unmarked

_CAPITAL = r"[^\W\d_a-z][^\W\d_]*(?:[-'’ ]?[^\W\d_]+)*"
_TITLED = re.compile(
    r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Mx|Hr|Fr|Sr|Sra|Srta|Mme|Mlle|Dott|Ing|Dra|Drs|drg|Rev|Ks|Pn|Bpk|Ibu)\.|"
    r"(?:Dr|Prof|Professor|Doctor|Mr|Mrs|Ms|Mme|Mlle|Herr|Frau|Nurse|Señor|Señora|Signor|Signora|Monsieur|"
    rf"Madame|Doktor|Schwester|Pfleger|Д-р|Г-н|Г-жа|Г-ца)\s)\s*(?:(?:med|rer|nat|Dr|h\.c)\.?\s*)*{_CAPITAL}.{{0,40}}"
)
_SURNAME = (
    r"(?:(?:von|van|de|der|den|di|da|le|la|el|al|bin|ten|ter|zu)\s+)*[^\W\d_a-z][^\W\d_]+(?:[-'’ ][^\W\d_]+)?"
)
_INITIALS_FIRST = re.compile(rf"(?:[^\W\d_a-z]\.[\s-]*)+{_SURNAME}")
_INITIALS_LAST = re.compile(rf"{_SURNAME},?\s+(?:[^\W\d_a-z]\.[\s-]*)+")
_LAST = r"(?P<last>[^\W\d_a-z][^\W\d_]+(?:[-'’ ][^\W\d_]+)?)"
_BARE_LAST = re.compile(rf"{_LAST},? (?P<initials>[A-Z]{{1,3}})")
_BARE_FIRST = re.compile(rf"(?P<initials>[A-Z]{{1,2}}) {_LAST}")
_HAN = re.compile(r"[\u3400-\u9fff々ヶ]{1,3}\s?[\u3400-\u9fff々\u3040-\u30ff]{1,3}")
_HANGUL = re.compile(r"[\uac00-\ud7af]{1,2}\s?[\uac00-\ud7af]{1,2}")
_WORDS = re.compile(r"[^\W\d_]+\.?(?:[-'’.\s・·]+[^\W\d_]+\.?)*,?(?:\s[^\W\d_]+[-'’.\s]*)*")
_FIRM = re.compile(
    r"(?i)\b(?:inc|llc|ltd|limited|gmbh|ag|plc|corp|corporation|co|company|group|sons|kg|bv|oy|ab|spa|holdings?|"
    r"bank|hospital|clinic|university|school|store|shop|services?|department)\b"
)
_BESIDE = re.compile(r"[\[(].*?[\])]|(?<![^\W_])#?[0-9]+(?![^\W_])|[,;]\s*$")
"""What may follow a name: a number, or a remark in brackets."""
_MOST_SIGNS = 60
_MOST_WORDS = 6


def titled(texts: Sequence[str]) -> float:
    """Return the share of texts that are a title and a name: ``Dr. Krebs``, ``Mrs Ortiz``."""
    return _share(texts, lambda text: bool(_TITLED.fullmatch(text)))


def initialled(texts: Sequence[str], *, named: bool) -> float:
    """Return the share of texts that are a surname with initials: ``B. Krebs``, ``Krebs, B. J.``, ``Krebs
    B``.

    Args:
        texts: Distinct cells.
        named: Whether the column's name is one of people; otherwise initials without points count only if
            surnames are known, and differ: ``Vitamin C`` and ``Group A`` do not count.
    """
    texts = [text.strip() for text in texts]
    dotted = [_is_large(_INITIALS_FIRST.fullmatch(text) or _INITIALS_LAST.fullmatch(text)) for text in texts]
    bare = [_BARE_LAST.fullmatch(text) or _BARE_FIRST.fullmatch(text) for text in texts]
    found = [match for match in bare if match]
    lasts = known_names.everywhere()[1]
    known = [match for match in found if lasts.intersection(known_names.parts(match["last"]))]
    many = len({match["last"] for match in found}) >= 0.7 * len(found)
    apart = many and len({match["initials"] for match in found}) >= 4
    counted = named or (apart and len(known) >= 0.3 * len(found))
    return sum(one or (counted and bool(other)) for one, other in zip(dotted, bare, strict=True)) / len(texts)


def _is_large(match: re.Match[str] | None) -> bool:
    """Return whether all words of a name begin with a capital, in scripts that have them."""
    if match is None:
        return False
    initials = re.findall(r"[^\W\d_](?=\.)", match[0])
    surnames = re.findall(r"[^\W\d_]{2,}", match[0])
    return all(map(str.isupper, initials)) and any(word[0].isupper() for word in surnames)


def east_asian(texts: Sequence[str]) -> tuple[str, float]:
    """Return the locale and the share of texts that are a surname and a given name in East Asian script."""
    tried = (("zh_CN", _HAN), ("ja_JP", _HAN), ("ko_KR", _HANGUL))
    shares = {locale: _share(texts, _is_east_asian(locale, form)) for locale, form in tried}
    best = max(shares, key=lambda locale: shares[locale])
    return best, shares[best]


def like_people(texts: Sequence[str]) -> float:
    """Return the share of texts with the form of names: a few words, no digits, not all lower case, not a
    firm.

    This does not distinguish names from other words; it counts only with a fitting column name.
    """
    return _share(texts, _is_like_a_name)


def _is_like_a_name(text: str) -> bool:
    text = unmarked(unicodedata.normalize("NFC", text)).strip()
    bare = _BESIDE.sub(" ", text).strip()
    if bare != text and len(bare.split()) < 2:
        return False
    text = bare
    if not text or len(text) > _MOST_SIGNS or not _WORDS.fullmatch(text) or _FIRM.search(text):
        return False
    words = text.split()
    alone = len(text) < 2 or (len(words) == 1 and len(text) < 4 and text.isascii())
    return not alone and len(words) <= _MOST_WORDS


def _is_east_asian(locale: str, form: re.Pattern[str]) -> Callable[[str], bool]:
    surnames, given = _lists(locale)

    def fits(text: str) -> bool:
        text = unicodedata.normalize("NFC", text.strip())
        bare = re.sub(r"\s", "", text)
        if not form.fullmatch(text) or not 2 <= len(bare) <= 6:
            return False
        return any(bare[:size] in surnames and _is_given(bare[size:], given, locale) for size in (3, 2, 1))

    return fits


def _is_given(rest: str, given: tuple[frozenset[str], frozenset[str]], locale: str) -> bool:
    """Return whether the rest after a surname may be a given name: of characters that given names have."""
    whole, signs = given
    if locale == "ja_JP":
        return rest in whole or (1 <= len(rest) <= 3 and rest[-1] in signs)
    return 1 <= len(rest) <= 2 and set(rest) <= signs


@cache
def _lists(locale: str) -> tuple[frozenset[str], tuple[frozenset[str], frozenset[str]]]:
    """Return the surnames of a locale and of those in the same script, and given names' characters."""
    written = {"zh_CN": ("zh_CN", "zh_TW"), "ja_JP": ("ja_JP",), "ko_KR": ("ko_KR",)}[locale]
    firsts: set[str] = set()
    lasts: set[str] = set()
    for one in written:
        lists = known_names.spelled(one)
        firsts |= lists[0]
        lasts |= lists[1]
    signs = frozenset(sign for name in firsts for sign in name)
    return frozenset(lasts), (frozenset(firsts), signs)


def _share(texts: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(fits(text) for text in texts) / len(texts)
