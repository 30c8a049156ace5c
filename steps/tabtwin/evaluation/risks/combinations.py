"""Rare combinations of quasi-identifiers that the twin holds: k-anonymity's question, asked of a twin.

Quasi-identifiers are the columns by which somebody may be found elsewhere, such as place, birth date and sex
(Sweeney, "k-anonymity: a model for protecting privacy", International Journal of Uncertainty, Fuzziness and
Knowledge-based Systems 10, 2002). Only their owner knows which those are, so none is guessed. A combination
of their cells is *rare* where fewer than k subjects of training and holdout together hold it.

A rare combination in the twin is no leak by itself: the twin may have met it by chance, as it meets those of
people whom its generator never saw. So the share of training subjects of a rare combination whose
combination the twin holds stands beside the same of the holdout. Rarity goes by both tables together, and
so means the same for either. Subjects who share a combination are met or not together, and count so in the
interval of the difference.

Cells are compared exactly, numbers too: whoever looks a person up has the very postcode or birth date, and
coarser bins would call alike what no such list confuses. A number that is hardly ever the same twice thus
makes every combination rare and none met; linkability is what looks for near ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.evaluation.intervals import difference
from tabtwin.evaluation.risks.cells import cells
from tabtwin.evaluation.risks.results import Combinations, HeldCombinations, TwinCombinations
from tabtwin.evaluation.risks.risk import Guesses, Risk
from tabtwin.schema.schema import Schema

K = 5


@dataclass(frozen=True)
class _Held:
    """Pairs of a subject and a combination that it holds, each once: int (pairs,) both."""

    subjects: np.ndarray
    combinations: np.ndarray

    @classmethod
    def of(cls, subjects: np.ndarray, combinations: np.ndarray) -> _Held:
        return cls(*np.unique(np.stack([subjects, combinations]), axis=1))


def combinations(
    twin: pd.DataFrame,
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    schema: Schema,
    subjects: tuple[np.ndarray, np.ndarray],
) -> Combinations | None:
    """How many rare combinations of the quasi-identifiers the twin holds; ``None`` where none is declared.

    Counts and shares only, never a combination. Constant and empty columns set nobody apart and are left out,
    by name.

    Args:
        twin: What was published, canonical.
        training: The rows that its generator saw.
        holdout: Rows of the same source that it did not see.
        schema: Their schema, which declares the quasi-identifiers.
        subjects: The subject of each training and of each holdout row, int (rows,).
    """
    if not schema.quasi_identifiers:
        return None
    names = [column.name for column in schema.learned if column.name in schema.quasi_identifiers]
    published, *labels = _labels([twin, training, holdout], names, schema)
    held = [_Held.of(of, part) for of, part in zip(subjects, labels, strict=True)]
    rare = _rare([part.combinations for part in held], 1 + max(part.max() for part in (published, *labels)))
    met = np.isin(np.arange(len(rare)), published)
    sides = {name: _side(part, rare, met) for name, part in zip(("training", "holdout"), held, strict=True)}
    seen = np.isin(np.arange(len(rare)), labels[0]) & rare
    (hit, by_combination), (hit_unseen, by_unseen) = (_met(part, rare, met) for part in held)
    found = None
    if len(hit) and len(hit_unseen):
        guesses = Guesses(hit, hit_unseen, 0.0, by_combination, by_unseen)
        shares = Risk.of([guesses])
        found = difference(shares.training, shares.holdout)
    return Combinations(
        columns=tuple(names),
        left_out=tuple(name for name in schema.quasi_identifiers if name not in names),
        k=K,
        **sides,
        difference=found.figure() if found else None,
        twin=TwinCombinations(rows=len(twin), rare=int(seen[published].sum())),
    )


def _labels(tables: list[pd.DataFrame], names: list[str], schema: Schema) -> list[np.ndarray]:
    """The combination of each row, int (rows,), alike in all tables; without columns, one for all."""
    if not names:
        return [np.zeros(len(table), int) for table in tables]
    places = [place for place, column in enumerate(schema.learned) if column.name in names]
    together = np.concatenate([part[places] for part in cells(tables, schema)], axis=1)
    found = np.unique(together, axis=1, return_inverse=True)[1].reshape(-1)
    return np.split(found, np.cumsum([len(table) for table in tables])[:-1])


def _rare(held: list[np.ndarray], combinations: int) -> np.ndarray:
    """Which combinations few subjects hold, of those that any does: bool (combinations,)."""
    subjects = np.sum([np.bincount(part, minlength=combinations) for part in held], axis=0)
    return np.asarray((subjects > 0) & (subjects < K))


def _met(held: _Held, rare: np.ndarray, met: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether the twin meets each subject of a rare combination, 1 or 0, and by which: (subjects,) each.

    A subject of several goes by one that is met, where one is.
    """
    few = rare[held.combinations]
    subjects, combinations = held.subjects[few], held.combinations[few]
    order = np.lexsort([~met[combinations], subjects])
    first = order[np.unique(subjects[order], return_index=True)[1]]
    return met[combinations[first]].astype(float), combinations[first]


def _side(held: _Held, rare: np.ndarray, met: np.ndarray) -> HeldCombinations:
    """Rare combinations of one table and the subjects who hold one, and those of them that the twin holds."""
    few = rare[held.combinations]
    also = few & met[held.combinations]
    return HeldCombinations(
        combinations=len(np.unique(held.combinations[few])),
        subjects=len(np.unique(held.subjects[few])),
        in_twin=len(np.unique(held.combinations[also])),
        met=len(np.unique(held.subjects[also])),
    )
