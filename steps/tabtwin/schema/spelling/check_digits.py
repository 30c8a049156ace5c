"""Compute the check digits of article numbers, books, bank accounts, cards and securities.

A scheme is asked about codes of one length, without separators, as numbers (codes, places): 0 to 9 for
digits, 10 to 35 for letters. What is at the places of the check digits does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

CHECK_DIGIT = "?"
"""Stands for a check digit in the pattern of a key."""

_X = 33
_HEAD = r"((?:[A-Za-z]{2,8}[-: ]*)?)"
_NUMBER = _HEAD + r"([0-9](?:[ -]?[0-9])+)(?:\.0)?"
_NUMBER_OR_X = _HEAD + r"([0-9](?:[ -]?[0-9])+(?:[ -]?[0-9Xx]))"
_COUNTRY = (2, 2)
_Check = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Scheme:
    """A way to compute check digits.

    Attributes:
        name: Its name in ``schema.json``.
        words: What such codes are, in the plural.
        form: A regular expression: what precedes a code, and the code with its separators. A whole number
            may be written as a broken one, as pandas does where cells are missing.
        lengths: How many digits and letters codes have.
        check: Returns the check digits of codes, (codes, check digits).
        places: Where these are.
        issuer: How many of the first digits or letters say who gave a code: at least, and at most.
    """

    name: str
    words: str
    form: re.Pattern[str]
    lengths: frozenset[int]
    check: _Check
    places: tuple[int, ...] = (-1,)
    issuer: tuple[int, int] = (0, 4)

    def completed(self, codes: np.ndarray) -> np.ndarray:
        """Return codes (codes, places) with their check digits."""
        whole = codes.copy()
        whole[:, list(self.places)] = self.check(codes)
        return whole

    def are_valid(self, codes: np.ndarray) -> np.ndarray:
        """Return which codes have the right check digits, bool (codes,)."""
        at = list(self.places)
        return np.asarray((codes[:, at] == self.check(codes)).all(axis=1))


def _column(digits: np.ndarray) -> np.ndarray:
    return digits.reshape(-1, 1)


def _gtin(codes: np.ndarray) -> np.ndarray:
    body = codes[:, -2::-1]
    return _column(-(body[:, 0::2].sum(axis=1) * 3 + body[:, 1::2].sum(axis=1)) % 10)


def _luhn(codes: np.ndarray) -> np.ndarray:
    """Return the digits for codes of digits and letters; a letter counts as its two digits."""
    total, doubled = np.zeros(len(codes), int), np.ones(len(codes), bool)
    for value in codes[:, -2::-1].T:
        for digit, is_there in ((value % 10, np.ones(len(codes), bool)), (value // 10, value > 9)):
            twice = np.where(doubled, 2 * digit - 9 * (digit > 4), digit)
            total += np.where(is_there, twice, 0)
            doubled = doubled ^ is_there
    return _column(-total % 10)


def _mod_11(codes: np.ndarray) -> np.ndarray:
    weights = np.arange(codes.shape[1], 1, -1)
    return _with_x(-(codes[:, :-1] * weights).sum(axis=1) % 11)


def _mod_11_2(codes: np.ndarray) -> np.ndarray:
    total = np.zeros(len(codes), int)
    for value in codes[:, :-1].T:
        total = (total + value) * 2 % 11
    return _with_x((12 - total) % 11)


def _with_x(digits: np.ndarray) -> np.ndarray:
    return _column(np.where(digits == 10, _X, digits))


def _mod_97(codes: np.ndarray) -> np.ndarray:
    """Return the two digits that make codes, with zeros in their place at the end, leave 1."""
    rest = np.zeros(len(codes), int)
    for value in codes.T:
        rest = (rest * np.where(value > 9, 100, 10) + value) % 97
    found = 98 - rest * 100 % 97
    return np.stack([found // 10, found % 10], axis=1)


def _iban(codes: np.ndarray) -> np.ndarray:
    return _mod_97(np.concatenate([codes[:, 4:], codes[:, :2]], axis=1))


def _lei(codes: np.ndarray) -> np.ndarray:
    return _mod_97(codes[:, :-2])


_ALL = (
    Scheme(
        "gtin",
        "article numbers (EAN, UPC, ISBN-13)",
        re.compile(_NUMBER),
        frozenset((*range(8, 15), 18)),
        _gtin,
    ),
    Scheme("isbn10", "book numbers (ISBN-10)", re.compile(_NUMBER_OR_X), frozenset((10,)), _mod_11),
    Scheme("issn", "serial numbers (ISSN)", re.compile(_NUMBER_OR_X), frozenset((8,)), _mod_11),
    Scheme(
        "luhn",
        "numbers with a Luhn digit, as cards and phones have",
        re.compile(_NUMBER),
        frozenset(range(8, 20)),
        _luhn,
    ),
    Scheme("orcid", "names' numbers (ORCID, ISNI)", re.compile(_NUMBER_OR_X), frozenset((16,)), _mod_11_2),
    Scheme(
        "iban",
        "bank accounts (IBAN)",
        re.compile(r"((?:[Ii][Bb][Aa][Nn][-: ]+)?)([A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9])+)"),
        frozenset(range(15, 35)),
        _iban,
        (2, 3),
        _COUNTRY,
    ),
    Scheme(
        "isin",
        "securities (ISIN)",
        re.compile(r"((?:ISIN[-: ]+)?)([A-Z]{2}[A-Z0-9]{9}[0-9])"),
        frozenset((12,)),
        _luhn,
        issuer=_COUNTRY,
    ),
    Scheme(
        "lei",
        "legal entities (LEI)",
        re.compile(r"((?:LEI[-: ]+)?)([A-Z0-9]{18}[0-9]{2})"),
        frozenset((20,)),
        _lei,
        (-2, -1),
    ),
)
SCHEMES = {scheme.name: scheme for scheme in _ALL}
"""In the order in which they are tried."""


def places_of(text: str, scheme: Scheme) -> tuple[int, ...]:
    """Return where a text has the digits and letters of a code; empty if it is none of that form."""
    found = scheme.form.fullmatch(text)
    if found is None:
        return ()
    places = tuple(at for at in range(*found.span(2)) if text[at] not in " -")
    return places if len(places) in scheme.lengths else ()


def validity(texts: np.ndarray, scheme: Scheme) -> np.ndarray:
    """Return which texts (n,), object, are codes with the right check digits, bool (n,)."""
    valid = np.zeros(len(texts), bool)
    groups: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for number, text in enumerate(texts.tolist()):
        if text.isascii() and (places := places_of(text, scheme)):
            groups.setdefault((len(text), places), []).append(number)
    for (_, places), numbers in groups.items():
        valid[numbers] = scheme.are_valid(_values(_matrix(texts[numbers])[:, list(places)]))
    return valid


def complete(texts: np.ndarray, scheme: Scheme) -> np.ndarray:
    """Return texts of one form (n,), object, with check digits in place of their signs."""
    if not len(texts):
        return texts
    signs = _matrix(texts)
    # The signs are where digits are, so that the form can be told.
    places = places_of(texts[0].replace(CHECK_DIGIT, "0"), scheme)
    body = signs[:, list(places)]
    lower = (body >= ord("a")).any()
    checks = [places[at] for at in scheme.places]
    codes = _values(body)
    found = scheme.completed(codes)[:, list(scheme.places)]
    letters = ord("a" if lower else "A") - 10
    signs[:, checks] = np.where(found < 10, found + ord("0"), found + letters)
    return np.ascontiguousarray(signs).view(f"U{signs.shape[1]}").reshape(-1).astype(object)


def _matrix(texts: np.ndarray) -> np.ndarray:
    """Return the characters of texts of one length, uint32 (texts, places)."""
    length = len(texts[0])
    return np.array(texts, dtype=f"U{length}").view(np.uint32).reshape(len(texts), length).copy()


def _values(signs: np.ndarray) -> np.ndarray:
    """Return the numbers that characters stand for; 0 for the sign of a check digit."""
    values = signs.astype("int64")
    found = np.select(
        [values >= ord("a"), values >= ord("A"), values >= ord("0")],
        [values - ord("a") + 10, values - ord("A") + 10, values - ord("0")],
        0,
    )
    return np.where(values == ord(CHECK_DIGIT), 0, found)
