"""Count rare combinations of quasi-identifiers in the twin: k-anonymity's question, asked of a twin.

Quasi-identifiers are columns that may identify someone in other data, such as place, birth date and sex
(Sweeney, "k-anonymity: a model for protecting privacy", International Journal of Uncertainty, Fuzziness and
Knowledge-based Systems 10, 2002). Only the table's owner knows them, so none is guessed. A combination of
their cells is *rare* if fewer than k subjects of training and holdout together hold it.

A rare combination in the twin is not a leak by itself: the twin may hold it by chance, as it holds those of
people whom its generator never saw. So the share of training subjects with a rare combination that the twin
holds is given beside the same for the holdout. Rarity is based on both tables together, and so means the same
for either. Subjects who share a combination are met together or not at all, which the interval of the
difference accounts for.

Cells are compared exactly, also numbers: someone who looks a person up has the exact postcode or birth date,
which coarser bins would confuse with others. So a number that hardly repeats makes every combination rare and
none met; linkability looks for near ones.
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
    """Pairs of a subject and a combination that it holds, each once, int (pairs,) both."""

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
    """Count the rare combinations of quasi-identifiers that the twin holds; ``None`` if none is declared.

    The result has only counts and shares, never a combination. Constant and empty columns distinguish no one
    and are left out, by name.

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
    """Return the combination of each row, int (rows,), the same in all tables; without columns, one for
    all.
    """
    if not names:
        return [np.zeros(len(table), int) for table in tables]
    places = [place for place, column in enumerate(schema.learned) if column.name in names]
    together = np.concatenate([part[places] for part in cells(tables, schema)], axis=1)
    found = np.unique(together, axis=1, return_inverse=True)[1].reshape(-1)
    return np.split(found, np.cumsum([len(table) for table in tables])[:-1])


def _rare(held: list[np.ndarray], combinations: int) -> np.ndarray:
    """Return which combinations few subjects hold, but at least one, bool (combinations,)."""
    subjects = np.sum([np.bincount(part, minlength=combinations) for part in held], axis=0)
    return np.asarray((subjects > 0) & (subjects < K))


def _met(held: _Held, rare: np.ndarray, met: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whether the twin holds each subject's rare combination, 1 or 0, and which one, (subjects,) each.

    For a subject with several, it is one that the twin holds, if there is one.
    """
    few = rare[held.combinations]
    subjects, combinations = held.subjects[few], held.combinations[few]
    order = np.lexsort([~met[combinations], subjects])
    first = order[np.unique(subjects[order], return_index=True)[1]]
    return met[combinations[first]].astype(float), combinations[first]


def _side(held: _Held, rare: np.ndarray, met: np.ndarray) -> HeldCombinations:
    """Count rare combinations of one table, the subjects who hold one, and those that the twin holds."""
    few = rare[held.combinations]
    also = few & met[held.combinations]
    return HeldCombinations(
        combinations=len(np.unique(held.combinations[few])),
        subjects=len(np.unique(held.subjects[few])),
        in_twin=len(np.unique(held.combinations[also])),
        met=len(np.unique(held.subjects[also])),
    )
