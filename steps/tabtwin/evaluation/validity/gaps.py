"""Find columns that are missing in the same rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tabtwin.evaluation.validity.coded import MISSING, Coded, Known
from tabtwin.evaluation.validity.rule import CHANCE, FEWEST, Rule, by_chance


def missing_together(known: Known) -> Iterator[tuple[tuple[int, ...], Rule]]:
    """Yield groups of columns that are missing in the same rows, with their rules."""
    gaps = known.cells.codes == MISSING
    groups: dict[bytes, list[int]] = {}
    for number in np.flatnonzero(gaps.any(axis=0) & ~gaps.all(axis=0)):
        groups.setdefault(np.packbits(gaps[:, number]).tobytes(), []).append(int(number))
    for group in groups.values():
        rows = gaps[:, group[0]]
        share = float(rows.mean())
        subjects = known.count(rows), known.count(~rows)
        everyone = len(np.unique(known.subjects))
        odds = by_chance(share**2 + (1 - share) ** 2, everyone)
        if len(group) > 1 and min(subjects) >= FEWEST and odds <= CHANCE:
            yield tuple(group), _rule(known, group, subjects[0])


def _rule(known: Known, group: list[int], subjects: int) -> Rule:
    def broken(cells: Coded) -> np.ndarray:
        gaps = cells.codes[:, group] == MISSING
        return np.asarray(gaps.any(axis=1) & ~gaps.all(axis=1))

    names = tuple(known.columns[number].name for number in group)
    return Rule("missing", names, f"{' and '.join(names)} are missing together", subjects, broken)
