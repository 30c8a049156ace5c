"""Plausible values of the kind that a column of direct identifiers holds, made by Faker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tabtwin.tables.schema import Column

if TYPE_CHECKING:
    from faker import Faker

POOL = 20_000
"""Where values may repeat, at most so many are made, and drawn from."""

_ROUNDS = 20
_METHODS: dict[str, Callable[[Faker], str]] = {
    # example.com, .net and .org belong to nobody, so no mail to such an address arrives.
    "email": lambda fake: fake.ascii_safe_email(),
    "iban": lambda fake: fake.iban(),
    "card": lambda fake: fake.credit_card_number(),
    "national number": lambda fake: fake.ssn(),
    "phone": lambda fake: fake.phone_number(),
    "address": lambda fake: fake.street_address().replace("\n", ", "),
    "name": lambda fake: f"{fake.first_name()} {fake.last_name()}",
    "first name": lambda fake: fake.first_name(),
    "last name": lambda fake: fake.last_name(),
}


def replace(column: Column, count: int, rng: np.random.Generator) -> np.ndarray:
    """Values (count,), object ``str``, of the kind that ``column.identifier`` says.

    They are all different where the source's are, as far as the library has so many, and digits alone where
    the source has numbers.
    """
    from faker import Faker

    fake = Faker(column.locale)
    fake.seed_instance(int(rng.integers(2**63)))
    make = _METHODS[column.identifier]
    digits = column.dtype not in ("string", "large_string") and not column.dtype.startswith("dictionary")

    def some(wanted: int) -> np.ndarray:
        texts = [make(fake) for _ in range(wanted)]
        if digits:
            texts = ["".join(filter(str.isdigit, text)) for text in texts]
        return np.array(texts, dtype=object)

    if not column.distinct:
        return np.asarray(rng.choice(some(min(count, POOL)), count)) if count > POOL else some(count)
    found = some(count)
    for _ in range(_ROUNDS):
        again = pd.Series(found, dtype=object).duplicated().to_numpy()
        if not again.any():
            break
        found[again] = some(int(again.sum()))
    return found
