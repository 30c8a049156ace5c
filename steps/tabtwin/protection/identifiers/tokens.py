"""Recognize texts that may name a subject by their form: record numbers, hashes, web addresses, user names,
plates, article numbers.

A code (``is_code``) may be a category as well as a name: only dependent columns show which. What
:func:`spelled_as` finds is a name, whatever depends on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from tabtwin.protection.identifiers import known_names

_MOST = 0.9
_MANY = 0.5
_TOO_LONG = 16
"""Digits of a whole number that is not a measurement, since none is so exact."""
_FEWEST_SIGNS = 5
_FEWEST_DRAWN = 40
_SELDOM = 0.05

_URL = re.compile(
    r"\s*(?:(?:[a-z][a-z0-9+.-]*://|www\.)\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}/\S+|"
    r"(?=[a-z-]*[0-9])[a-z0-9-]+(?:\.[a-z0-9-]+)+\.[a-z]{2,})\s*",
    re.IGNORECASE,
)
_UUID = re.compile(r"\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)
_IP = re.compile(
    r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:[:/][0-9]{1,5})?|(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}", re.IGNORECASE
)
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5,7}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"(?:0x)?[0-9a-f]{8,}", re.IGNORECASE)
_RANDOM = re.compile(r"[A-Za-z0-9_+/=-]{10,}")
_NUMBER = re.compile(r"[+(]?[0-9][0-9()\-./\s]*[0-9](?:\s*(?:x|ext\.?)\s*[0-9]+)?")
_RANGE = re.compile(r"\s*([0-9]+)\s*[-–]\s*([0-9]+)\s*")
_DATE_LIKE = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}([-/.][0-9]{1,2}.*)?|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}.*"
)
_YEAR = re.compile(r"(?<![0-9])(?:1[789]|20)[0-9]{2}(?![0-9])")
_PERIOD = re.compile(
    r"(?:1[789]|20)[0-9]{2}[ -]?(?:[QWMHS]?[0-9]{1,2}|[A-Za-z]{3,9})|[0-9:.]{4,12}|"
    r"[0-9]{1,2}:[0-9]{2}\s*[-–]\s*[0-9]{1,2}:[0-9]{2}"
)
_POSTCODE = re.compile(
    r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}|[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]|"
    r"[0-9]{4} ?[A-Z]{2}|[0-9]{5}(-[0-9]{4})?"
)
_PLATE = re.compile(r"[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,5}){0,2}")
_HANDLE = re.compile(r"@?[A-Za-z][\w.-]{2,29}")
_AT = re.compile(r"@\w[\w.-]*")
_REALM = re.compile(r"^[\w.-]+\\|(?<=\w)@[\w.-]+$")
"""A user and the domain: ``CORP\\jsmith``, ``jsmith@corp``."""
_NUMBERED = re.compile(r"@?[A-Za-z][A-Za-z._-]{2,}[0-9]{1,4}")
_FIRM = re.compile(
    r"(?i)\b(?:inc|llc|ltd|limited|gmbh|ag|plc|corp|corporation|co|company|group|sons|s\.?a\.?|kg|bv|b\.v|"
    r"oy|ab|srl|spa|lp|llp|holdings?)\b\.?|^[\w' -]+, [\w' -]+ (?:and|&|und|et) [\w' -]+$"
)
_PERIODS = {*("day", "week", "month", "quarter", "year", "wave", "time", "date", "q", "w", "t", "y", "fy")}


def spelled_as(texts: Sequence[str]) -> str:
    """Return the kind of distinct texts, in the plural, if nearly all are of one kind of name; empty
    otherwise.
    """
    return next((what for what, test in _TESTS if test(texts)), "")


def is_code(texts: Sequence[str]) -> bool:
    """Return whether texts are short codes with digits, as subjects often have, or names of firms."""
    coded = [_shortest(text) and any(map(str.isdigit, text)) for text in texts]
    if np.mean(coded) >= _MOST:
        prefixes = {re.sub(r"[^a-z]", "", text.lower()) for text in texts}
        numbers = {re.sub(r"[^0-9]", "", text) for text in texts}
        if _is_place(texts):
            return False
        timed = (len(prefixes) <= 2 and prefixes & _PERIODS) or share(texts, _is_timed) >= _MANY
        return not timed and len(numbers) >= 0.3 * len(texts)
    return share(texts, lambda text: bool(_FIRM.search(text))) >= 0.4 or _is_gibberish(texts)


def _url(texts: Sequence[str]) -> bool:
    return share(texts, lambda text: bool(_URL.fullmatch(text))) >= _MANY


def _unique_id(texts: Sequence[str]) -> bool:
    return share(texts, lambda text: bool(_UUID.fullmatch(text.strip()))) >= _MOST


def _article_number(texts: Sequence[str]) -> bool:
    long = share(texts, lambda text: re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", text.strip()))
    return long >= _MOST and have_check_digits(texts)


def have_check_digits(texts: Sequence[str]) -> bool:
    """Return whether texts end in the check digits of article numbers (EAN, GTIN)."""
    from stdnum import ean  # images of other steps lack this library

    return share(texts, ean.is_valid) >= _MOST


def _address(texts: Sequence[str]) -> bool:
    return share(texts, lambda text: bool(_IP.fullmatch(text) or _MAC.fullmatch(text))) >= _MOST


def _hash(texts: Sequence[str]) -> bool:
    """Match hexadecimal or random characters, letters and digits mixed: not words with a number after
    them.
    """

    def mixed(text: str) -> bool:
        turns = len(re.findall(r"[0-9]+|[A-Za-z]+", text))
        return turns >= 4 and any(map(str.isalpha, text))

    hexadecimal = share(texts, lambda text: bool(_HEXADECIMAL.fullmatch(text)))
    random = share(texts, lambda text: bool(_RANDOM.fullmatch(text)))
    enough = 0.7 if hexadecimal >= _MOST else 0.8
    return (max(hexadecimal, random) >= _MOST and share(texts, mixed) >= enough) or _drawn(texts)


def _drawn(texts: Sequence[str]) -> bool:
    """Return whether texts of one length were drawn character by character: letters and digits are at every
    place.
    """
    length, count = Counter(map(len, texts)).most_common(1)[0]
    if length < _FEWEST_SIGNS or count < max(_MOST * len(texts), _FEWEST_DRAWN):
        return False
    places = list(zip(*(text for text in texts if len(text) == length), strict=True))
    digits = [np.mean([sign.isdigit() for sign in place]) for place in places]
    letters = [np.mean([sign.isalpha() for sign in place]) for place in places]
    return bool(min(digits) >= _SELDOM and min(letters) >= _SELDOM)


def _long_number(texts: Sequence[str]) -> bool:
    """Match numbers with separators, zeros or a length that numbers do not have, and that are not dates."""

    def long(text: str) -> bool:
        text = text.strip()
        digits = sum(map(str.isdigit, text))
        return bool(digits >= 6 and _NUMBER.fullmatch(text) and not _DATE_LIKE.fullmatch(text))

    if _are_ranges(texts):
        return False
    written = share(texts, lambda text: not re.fullmatch(r"[1-9][0-9]*|-?[0-9]+\.[0-9]+", text.strip()))
    whole = share(texts, lambda text: len(text) >= _TOO_LONG and text.isdecimal())
    return share(texts, long) >= _MOST and (written >= 0.02 or whole >= _MOST)


def _are_ranges(texts: Sequence[str]) -> bool:
    """Return whether texts are ``0-4999``, ``5000-9999`` and so on: each from its beginning to its end."""
    ends = sorted((int(found[1]), int(found[2])) for found in map(_RANGE.fullmatch, texts) if found)
    if len(ends) < _MOST * len(texts):
        return False
    return all(first <= last for first, last in ends) and all(
        last <= following for (_, last), (_, following) in pairwise(ends)
    )


def _record_number(texts: Sequence[str]) -> bool:
    """Match one form, with letters or separators and a number of four places or more that differs."""
    bare = [_YEAR.sub("", text.strip()) for text in texts]
    form, count = Counter(map(_form, bare)).most_common(1)[0]
    if count < _MOST * len(texts) or len(form) > 30 or not re.search(r"[^9]", form) or _is_place(texts):
        return False
    alike = [text for text in bare if _form(text) == form]
    if share(alike, _is_timed) >= _MANY:
        return False
    found = [{text[place] for text in alike} for place in range(len(form)) if form[place] == "9"]
    places = sum(len(digits) > 1 or digits == {"0"} for digits in found)
    return places >= (4 if "A" in form else 6)


def _plate(texts: Sequence[str]) -> bool:
    """Match letters and digits in turn, as on plates of vehicles; in several forms, or with many letters."""

    def fits(text: str) -> bool:
        text = text.strip()
        letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
        mixed = letters >= 1 and digits >= (1 if re.search("[A-Z]-[A-Z]+[- ]", text) else 2)
        return bool(_PLATE.fullmatch(text)) and 3 <= letters + digits <= 9 and mixed

    if share(texts, fits) < _MOST or _is_place(texts):
        return False
    stems = {re.sub(r"[^A-Z]", "", text) for text in texts}
    numbers = {re.sub(r"[^0-9]", "", text) for text in texts}
    long = share(texts, lambda text: len(re.sub(r"[^A-Z0-9]", "", text)) >= 5) >= _MANY
    manifold = max(len(stems), len(numbers)) >= _MANY * len(texts) and len(stems) >= 0.2 * len(texts)
    return long and manifold and len(numbers) >= min(50, 0.2 * len(texts))


def _is_place(texts: Sequence[str]) -> bool:
    return share(texts, lambda text: bool(_POSTCODE.fullmatch(text.strip()))) >= _MOST


def _user_name(texts: Sequence[str]) -> bool:
    """Match words that hold names of people, end in a number or begin with @, each with a different stem."""
    if share(texts, lambda text: bool(_AT.fullmatch(text.strip()))) >= _MOST:
        return True
    texts = [_REALM.sub("", text.strip()) for text in texts]
    if share(texts, lambda text: bool(_HANDLE.fullmatch(text.strip()))) < _MOST:
        return False
    stems = {re.sub(r"[0-9._@-]+$", "", text.strip().lower()) for text in texts}
    numbered = [bool(_NUMBERED.fullmatch(text.strip())) for text in texts]
    lower = share(texts, lambda text: text == text.lower())
    if lower < _MANY or len(stems) < 0.7 * len(texts):
        return False
    known = [_holds_name(text.strip().lower()) for text in texts]
    return bool(np.mean(numbered) >= _MANY or np.mean(np.array(known) | np.array(numbered)) >= 0.6)


def _holds_name(text: str) -> bool:
    """Return whether a user name is made from a person's: ``jsmith``, ``anna.k``, ``smithjane``."""
    known = known_names.first_or_last()
    parts = [part for part in re.split(r"[._@-]+|[0-9]+", text) if part]
    if len(parts) >= 2:
        return any(len(part) >= 3 and part in known for part in parts[:2])
    word = parts[0] if parts else ""
    return len(word) >= 5 and any(
        word[at:] in known and (at <= 2 or word[:at] in known) for at in range(1, len(word) - 2)
    )


def _is_gibberish(texts: Sequence[str]) -> bool:
    """Return whether texts are of one length, six letters or more, unlike words."""
    lengths = Counter(map(len, texts))
    length, count = lengths.most_common(1)[0]
    return length >= 6 and count >= _MOST * len(texts) and all(map(str.isalnum, texts))


def _is_timed(text: str) -> bool:
    return bool(_DATE_LIKE.fullmatch(text.strip()) or _PERIOD.fullmatch(text.strip()))


def _shortest(text: str) -> bool:
    return len(text) <= 40 and text.count(" ") <= 2


def _form(text: str) -> str:
    """Return a text with one character for all digits and one for all letters."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"[0-9]", "9", text.strip()))


def share(texts: Sequence[str], holds: Callable[[str], object]) -> float:
    """Return the share of texts for which a test holds."""
    return sum(bool(holds(text)) for text in texts) / max(1, len(texts))


_TESTS: tuple[tuple[str, Callable[[Sequence[str]], bool]], ...] = (
    ("web addresses", _url),
    ("unique identifiers", _unique_id),
    ("network addresses", _address),
    ("article numbers", _article_number),
    ("hashes", _hash),
    ("long numbers", _long_number),
    ("record numbers", _record_number),
    ("plates", _plate),
    ("user names", _user_name),
)
