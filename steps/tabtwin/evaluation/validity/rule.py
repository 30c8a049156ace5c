"""Define a rule that an auditor finds: what holds in every training row, and which rows break it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tabtwin.evaluation.validity.coded import Coded

RuleKind = Literal["fixing", "copy", "order", "sum", "lattice", "missing", "never", "group"]

FEWEST = 30
"""The fewest training subjects that a rule is found by."""
CHANCE = math.log(1e-12)
"""The logarithm of the odds above which independent columns may seem to have a rule."""
EXACT = 1e-9
"""How far, as a part of the greatest number, arithmetic alone may be off."""


@dataclass(frozen=True)
class Rule:
    """What holds in every training row.

    Attributes:
        kind: Its kind.
        columns: The columns that it is about.
        says: The rule in a few words, with columns' names and no value.
        subjects: How many training subjects show it.
        broken: Returns which rows of a table break it, bool (rows,).
    """

    kind: RuleKind
    columns: tuple[str, ...]
    says: str
    subjects: int
    broken: Callable[[Coded], np.ndarray]


def by_chance(share: float, subjects: int) -> float:
    """Return the logarithm of the odds that all of so many subjects agree by chance.

    Args:
        share: The share that would agree if columns were independent.
        subjects: How many agree.
    """
    return subjects * math.log(share) if share > 0 else -math.inf
