"""Find direct identifiers: columns whose cells name a person, by their cells and their names.

A column's name alone is never enough (``email`` may hold yes and no), and cells alone must be unambiguous: a
false alarm ends a run. With a fitting name, fewer fitting cells are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from tabtwin.protection.identifiers import forms, inside, known_names, numbers, places
from tabtwin.protection.identifiers.headers import hints
from tabtwin.schema.column import Identifies
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.spelling import numerals

PLURALS: dict[Identifies, str] = {
    "email": "e-mail addresses",
    "iban": "IBANs",
    "card": "payment cards",
    "national number": "national numbers",
    "phone": "phone numbers",
    "address": "addresses",
    "name": "names of people",
    "first name": "first names",
    "last name": "last names",
}
FEWEST = 10
"""Fewer distinct values do not name people: many people share each."""

_SINGLE_NAMES: tuple[Identifies, ...] = ("first name", "last name")
_SAMPLED = 400
_IN_TEXT = 0.3
"""The share of texts that must name people for a column to count as naming people."""
_PLAIN = 0.8
"""The share that must be identifiers if there are few values."""
_COMMON = 0.2
"""The share of rows that makes a value common."""
_LONGEST = 200  # characters: longer texts hold more than an identifier
_LEAST_NUMBER = 10**7
_DEFAULT = "en_US"


class Identifier(NamedTuple):
    """The identifiers in a column: their kind, their locale, and why, in one clause without a cell."""

    what: Identifies
    locale: str
    why: str


class Candidate(NamedTuple):
    """A column to be identified.

    Attributes:
        texts: Some of its distinct values, without those that are too long to be one identifier.
        whole: The same, with the beginnings of long ones.
        hinted: The hints in its name.
        shared: Whether some value is common, apart from one that may mean missing.
    """

    texts: Sequence[str]
    whole: Sequence[str]
    hinted: frozenset[str]
    shared: bool


def identify(name: str, cells: Cells) -> Identifier | None:
    """Return the kind of identifiers in a column, or ``None`` if it seems to name no one."""
    whole = _sampled(cells)
    if not whole:
        return None
    texts = [text if len(text) <= _LONGEST else "" for text in whole]
    looked = Candidate(texts, whole, hints(name), _is_shared(cells))
    for test in _TESTS:
        found = test(looked)
        if found is not None:
            what, locale, share = found
            if len(whole) < FEWEST and not _are_plain(what, share, looked.hinted):
                continue
            called = " and its name" if looked.hinted & {what, "people", "role"} else ""
            return Identifier(what, locale, f"by {100 * share:.0f} % of its values{called}")
    return None


def _are_plain(what: Identifies, share: float, hinted: frozenset[str]) -> bool:
    """Return whether few values are enough: a table may be about one person, and no category is written like
    this.
    """
    if what in ("email", "iban"):
        return share >= _PLAIN
    return bool(hinted & {what, "people", "role"}) and share >= _PLAIN


def _is_shared(cells: Cells) -> bool:
    """Return whether the second most common value is in many rows."""
    counts = np.sort(cells.counts)[::-1]
    return bool(len(counts) > 1 and counts[1] > _COMMON * counts[1:].sum())


Found = tuple[Identifies, str, float] | None
Test = Callable[[Candidate], Found]


def _email(looked: Candidate) -> Found:
    share = max(places.emails(looked.texts), inside.emails(looked.whole))
    return ("email", _DEFAULT, share) if share >= (0.1 if "email" in looked.hinted else 0.2) else None


def _iban(looked: Candidate) -> Found:
    texts, hinted = looked.texts, looked.hinted
    country, share = numbers.iban(texts)
    return ("iban", locale_of(country), share) if share >= (0.2 if "iban" in hinted else 0.5) else None


def _card(looked: Candidate) -> Found:
    texts, hinted = looked.texts, looked.hinted
    share = numbers.cards(texts)
    return ("card", _DEFAULT, share) if share >= (0.5 if "card" in hinted else 0.8) else None


def _national(looked: Candidate) -> Found:
    texts, hinted = looked.texts, looked.hinted
    named = "national number" in hinted
    country, share = numbers.national(texts, named=named)
    return ("national number", locale_of(country), share) if share >= (0.6 if named else 0.9) else None


def _phone(looked: Candidate) -> Found:
    texts, hinted = looked.texts, looked.hinted
    named = "phone" in hinted
    region, share = numbers.phones(texts, named=named)
    return ("phone", locale_of(region), share) if share >= (0.6 if named else 0.8) else None


def _address(looked: Candidate) -> Found:
    texts, hinted = looked.texts, looked.hinted
    named = "address" in hinted
    share = places.addresses(texts, named=named)
    return ("address", places.address_locale(texts), share) if share >= 0.5 else None


def _name(looked: Candidate) -> Found:
    texts, hinted = looked.texts, looked.hinted
    known = known_names.known(texts)
    single = next((one for one in _SINGLE_NAMES if one in hinted), None)
    if single is not None and known.some >= 0.2:
        return single, known_names.likeliest_locale(texts), known.some
    named = bool(hinted & {"name", "people"})
    plain = known.begin >= 0.6 and (known.full >= 0.25 or known.begin >= 0.9)
    plain = plain or (known.begin >= 0.75 and known.apart)
    if plain or (named and (known.begin >= 0.6 or (known.begin >= 0.4 and known.full >= 0.1))):
        return "name", known_names.likeliest_locale(texts), known.begin
    if known.both >= (0.4 if named or "role" in hinted else 0.5):
        return "name", known_names.likeliest_locale(texts), known.both
    called = hinted & {"people", "role", *_SINGLE_NAMES}
    share, locale = _by_form(texts, called=bool(called), named=named)
    if share:
        return "name", locale or known_names.likeliest_locale(texts), share
    if called and known.some >= 0.4:
        return "name", known_names.likeliest_locale(texts), known.some
    like = forms.like_people(texts) if hinted & {"people", *_SINGLE_NAMES} and not looked.shared else 0.0
    return (single or "name", known_names.likeliest_locale(texts), like) if like >= 0.7 else None


def _by_form(texts: Sequence[str], *, called: bool, named: bool) -> tuple[float, str]:
    """Return the share of names by their form, if it is enough, and their locale if it is known."""
    locale, asian = forms.east_asian(texts)
    if asian >= (0.5 if called or named else 0.85):
        return asian, locale
    written = forms.titled(texts) + forms.initialled(texts, named=called)
    return (written if written >= (0.4 if called else 0.8) else 0.0), ""


def _text(looked: Candidate) -> Found:
    """Return texts in which people are named, or that hold their phone numbers."""
    region, share = inside.phones(looked.whole)
    if share >= _IN_TEXT:
        return "phone", locale_of(region), share
    share = inside.people(looked.whole)
    return ("name", known_names.likeliest_locale(looked.texts), share) if share >= _IN_TEXT else None


_TESTS: tuple[Test, ...] = (_email, _iban, _card, _national, _phone, _address, _name, _text)


def locale_of(country: str) -> str:
    """Return Faker's locale of a country (ISO 3166, two letters), or one that suits any country."""
    from faker.config import AVAILABLE_LOCALES

    own = f"{country.lower()}_{country}"
    fitting = sorted(locale for locale in AVAILABLE_LOCALES if country and locale.endswith(f"_{country}"))
    return own if own in fitting else next(iter(fitting), _DEFAULT)


def _sampled(cells: Cells) -> list[str]:
    """Return some of a column's distinct values as text, evenly spread; no short or broken numbers."""
    if not len(cells.values):
        return []
    chosen = np.linspace(0, len(cells.values) - 1, min(len(cells.values), _SAMPLED)).astype(int)
    some = cells.values[chosen]
    if cells.is_text:
        broken = numerals.are_numbers(cells.values).all() and numerals.decimals(cells.values)[1] > 0
        return [] if broken else [str(text)[: inside.LONGEST] for text in some]
    whole = some.dtype == np.float64 and np.isfinite(some).all() and (some == np.rint(some)).all()
    if not whole or not (np.abs(some) >= _LEAST_NUMBER).any():
        return []
    texts = [str(text) for text in numerals.spell(some, 0, 0)]
    # A number has lost its leading zeros.
    return [text.zfill(max(map(len, texts))) for text in texts]
