"""Direct identifiers: columns whose cells name a person, found by what they hold and what they are called.

A column's name alone is never enough (``email`` may hold yes and no), and cells alone need to be plain: a
false alarm ends a run. What is called so gets by with fewer cells that look so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from tabtwin.tables import numerals
from tabtwin.tables.cells import Cells
from tabtwin.tables.identifiers import names, numbers, places
from tabtwin.tables.identifiers.headers import hints
from tabtwin.tables.schema import Identifies

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
"""Fewer distinct values than these name nobody: many people share each."""

_SINGLE_NAMES: tuple[Identifies, ...] = ("first name", "last name")
_SAMPLED = 400
_LONGEST = 200  # signs: what is longer tells more than whose it is
_LEAST_NUMBER = 10**7
_DEFAULT = "en_US"


class Identifier(NamedTuple):
    """What a column was found to hold: which kind, of what locale, and why in one clause without a cell."""

    what: Identifies
    locale: str
    why: str


def identify(name: str, cells: Cells) -> Identifier | None:
    """What a column names people by, or ``None`` where it seems to name nobody."""
    texts = _sampled(cells)
    if len(texts) < FEWEST:
        return None
    said = hints(name)
    for test in _TESTS:
        found = test(texts, said)
        if found is not None:
            what, locale, share = found
            called = " and its name" if said & {what, "people"} else ""
            return Identifier(what, locale, f"by {100 * share:.0f} % of its values{called}")
    return None


Test = Callable[[Sequence[str], frozenset[str]], tuple[Identifies, str, float] | None]


def _email(texts: Sequence[str], said: frozenset[str]) -> tuple[Identifies, str, float] | None:
    share = places.emails(texts)
    return ("email", _DEFAULT, share) if share >= (0.1 if "email" in said else 0.5) else None


def _iban(texts: Sequence[str], said: frozenset[str]) -> tuple[Identifies, str, float] | None:
    country, share = numbers.iban(texts)
    return ("iban", locale_of(country), share) if share >= (0.2 if "iban" in said else 0.5) else None


def _card(texts: Sequence[str], said: frozenset[str]) -> tuple[Identifies, str, float] | None:
    share = numbers.cards(texts)
    return ("card", _DEFAULT, share) if share >= (0.5 if "card" in said else 0.8) else None


def _national(texts: Sequence[str], said: frozenset[str]) -> tuple[Identifies, str, float] | None:
    named = "national number" in said
    country, share = numbers.national(texts, named=named)
    return ("national number", locale_of(country), share) if share >= (0.6 if named else 0.9) else None


def _phone(texts: Sequence[str], said: frozenset[str]) -> tuple[Identifies, str, float] | None:
    named = "phone" in said
    region, share = numbers.phones(texts, named=named)
    return ("phone", locale_of(region), share) if share >= (0.6 if named else 0.8) else None


def _address(texts: Sequence[str], said: frozenset[str]) -> tuple[Identifies, str, float] | None:
    named = "address" in said
    share = places.addresses(texts, named=named)
    return ("address", places.address_locale(texts), share) if share >= 0.5 else None


def _name(texts: Sequence[str], said: frozenset[str]) -> tuple[Identifies, str, float] | None:
    known = names.known(texts)
    single = next((one for one in _SINGLE_NAMES if one in said), None)
    if single is not None:
        return (single, names.likeliest_locale(texts), known.some) if known.some >= 0.2 else None
    named = "name" in said
    plain = known.begin >= 0.6 and (known.full >= 0.25 or known.begin >= 0.9)
    if plain or (named and (known.begin >= 0.6 or (known.begin >= 0.4 and known.full >= 0.1))):
        return "name", names.likeliest_locale(texts), known.begin
    if "people" in said and known.some >= 0.5:
        return "name", names.likeliest_locale(texts), known.some
    return None


_TESTS: tuple[Test, ...] = (_email, _iban, _card, _national, _phone, _address, _name)


def locale_of(country: str) -> str:
    """Faker's locale of a country (ISO 3166, two letters), or one that any country can do with."""
    from faker.config import AVAILABLE_LOCALES

    own = f"{country.lower()}_{country}"
    fitting = sorted(locale for locale in AVAILABLE_LOCALES if country and locale.endswith(f"_{country}"))
    return own if own in fitting else next(iter(fitting), _DEFAULT)


def _sampled(cells: Cells) -> list[str]:
    """Some of a column's distinct values as text, evenly spread; none of numbers that are short or broken."""
    if not len(cells.values):
        return []
    chosen = np.linspace(0, len(cells.values) - 1, min(len(cells.values), _SAMPLED)).astype(int)
    some = cells.values[chosen]
    if cells.is_text:
        broken = numerals.are_numbers(cells.values).all() and numerals.decimals(cells.values)[1] > 0
        return [] if broken else [str(text) if len(text) <= _LONGEST else "" for text in some]
    whole = some.dtype == np.float64 and np.isfinite(some).all() and (some == np.rint(some)).all()
    if not whole or not (np.abs(some) >= _LEAST_NUMBER).any():
        return []
    texts = [str(text) for text in numerals.spell(some, 0, 0)]
    # A number has lost the zeros that it began with.
    return [text.zfill(max(map(len, texts))) for text in texts]
