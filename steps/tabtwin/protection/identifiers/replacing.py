"""Make plausible values of the kind that a column of direct identifiers holds, with Faker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tabtwin.lib.foreign import contained
from tabtwin.lib.taken import Taken
from tabtwin.schema.schema import Column

if TYPE_CHECKING:
    from faker import Faker

POOL = 20_000
"""If values may repeat, at most so many are made and drawn from."""

_ROUNDS = 20
_ANYWHERE = "en_US"
_FAMILY_FIRST = {"zh_CN": "", "zh_TW": "", "ko_KR": "", "ja_JP": " ", "hu_HU": " "}
"""What is between a family name and the given name after it, by locale."""
_NUMERIC_TYPES = ("int", "uint", "float", "double", "decimal")
_METHODS: dict[str, Callable[[Faker], str]] = {
    # example.com, .net and .org are reserved, so no mail to such an address arrives.
    "email": lambda fake: fake.ascii_safe_email(),
    "iban": lambda fake: fake.iban(),
    "card": lambda fake: fake.credit_card_number(),
    "national number": lambda fake: fake.ssn(),
    "phone": lambda fake: fake.phone_number(),
    "address": lambda fake: fake.street_address().replace("\n", ", "),
    "name": lambda fake: _full_name(fake),
    "first name": lambda fake: fake.first_name(),
    "last name": lambda fake: fake.last_name(),
}


def replace(column: Column, count: int, rng: np.random.Generator, taken: Taken | None = None) -> np.ndarray:
    """Return values (count,), object ``str``, of the kind that ``column.identifier`` names.

    They are all different if the source's are, and different from those ``taken``, as far as the library has
    so many; they are digits if the source has numbers.
    """
    from faker import Faker

    seed = int(rng.integers(2**32))
    with contained(seed):
        fake = Faker(column.locale)
        if column.identifier == "phone" and not hasattr(fake, "phone_number"):
            fake = Faker(_ANYWHERE)  # it has no numbers of the Philippines
        fake.seed_instance(seed)
        return _made(column, count, rng, fake, Taken() if taken is None else taken)


def _full_name(fake: Faker) -> str:
    """Return a first and a last name, in the order of their language."""
    first, last = fake.first_name(), fake.last_name()
    between = _FAMILY_FIRST.get(fake.locales[0])
    return f"{first} {last}" if between is None else f"{last}{between}{first}"


def _made(column: Column, count: int, rng: np.random.Generator, fake: Faker, taken: Taken) -> np.ndarray:
    make = _METHODS[column.identifier]
    digits = column.dtype.startswith(_NUMERIC_TYPES)

    def some(wanted: int) -> np.ndarray:
        texts = [make(fake) for _ in range(wanted)]
        if digits:
            texts = ["".join(filter(str.isdigit, text)) for text in texts]
        return np.array(texts, dtype=object)

    if not column.distinct:
        return np.asarray(rng.choice(some(min(count, POOL)), count)) if count > POOL else some(count)
    found = some(count)
    for _ in range(_ROUNDS):
        texts = pd.Series(found, dtype=object)
        again = texts.duplicated().to_numpy() | taken.holds(found)
        if not again.any():
            break
        found[again] = some(int(again.sum()))
    return found
