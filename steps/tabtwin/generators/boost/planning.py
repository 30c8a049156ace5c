"""Plan the fit of every part: the order of parts, their code trees, predictors and boosters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.generators.boost import features, order
from tabtwin.generators.boost.categories import Categories
from tabtwin.generators.boost.coding import Coding, Part, with_parts
from tabtwin.generators.boost.features import Ancestor, View
from tabtwin.generators.boost.knobs import ALIGNED, DEEPER, MANY_CODES, Growth, Knobs
from tabtwin.generators.boost.learning import FitTask
from tabtwin.generators.boost.looking import Look
from tabtwin.generators.boost.node_counts import FOLDS, NodeCounts
from tabtwin.generators.boost.tree import plant
from tabtwin.generators.boost.units import units
from tabtwin.lib.seeds import derive

LEAST_CORRELATION = 0.2


def plan(
    found: Look, sequence: list[int], last: list[int], knobs: Knobs, folds: np.ndarray, seed: int
) -> dict[int, FitTask]:
    """Return what is to be fitted by part, in the order in which parts are drawn.

    Args:
        found: What is kept of the rows.
        sequence: All parts in the order in which they are learned.
        last: The target's.
        knobs: The settings.
        folds: The fold of each row that trees grow on, int8 (rows,).
        seed: The seed of the fit.
    """
    seen, counts = found.view, found.counts
    parts = tuple(part for column in found.coding for part in column.parts.values())
    correlated = _correlation(seen, parts)
    totals = [by_code.sum(axis=0) for by_code in counts]
    tasks, done = dict[int, FitTask](), list[int]()
    for number in sequence:
        part = parts[number]
        if part.size == 1:
            continue
        known = np.array(done, np.int64)
        pooled = part.ordered and part.size > MANY_CODES and len(known) > 0
        nearest = known[np.argsort(-correlated[number, known], kind="stable")] if pooled else known[:0]
        close = nearest[correlated[number, nearest] >= LEAST_CORRELATION]
        fewest = int(totals[number].sum()) + 1 if not len(known) else 0 if pooled else knobs.fewest
        few = number in last and part.size <= MANY_CODES
        codes = seen.codes[:, number]
        tree = plant(totals[number], fewest, part.missing)
        members = FOLDS if few and knobs.members > 1 else knobs.members
        tasks[number] = FitTask(
            target=part,
            codes=codes,
            tree=tree,
            counts=NodeCounts(tree, counts[number], members),
            units=units(tree, np.bincount(codes, minlength=part.size), part, len(known), knobs),
            view=seen,
            parts=parts,
            predictors=known,
            ancestors=tuple(
                Ancestor(int(p), features.ranks(totals[p], totals[number])) for p in close[:ALIGNED]
            ),
            folds=folds,
            growths=(knobs.target,) if few else _growths(knobs),
            seed=derive(seed, "part", number),
        )
        done.append(number)
    return tasks


def _growths(knobs: Knobs) -> tuple[Growth, ...]:
    """Return how boosters of single nodes may grow."""
    return (knobs.alone, knobs.alone.model_copy(update={"leaves": DEEPER}))


def with_neighbours(found: Look, sequence: list[int]) -> Look:
    """Order the codes of large categories by what they go with: the parts before."""
    seen, counts = found.view, list(found.counts)
    parts = [part for column in found.coding for part in column.parts.values()]
    coarse = [order.coarse(codes, size) for codes, size in zip(seen.codes.T, seen.sizes, strict=True)]
    for at, number in enumerate(sequence):
        part = parts[number]
        if isinstance(part, Categories) and part.size > MANY_CODES:
            before = [coarse[other] for other in sequence[:at]]
            places = order.by_neighbour(seen.codes[:, number], part.size, before)
            parts[number] = part.reordered(places)
            counts[number] = counts[number][:, np.argsort(places)]
            seen.put(number, places[seen.codes[:, number]], None)
            coarse[number] = order.coarse(seen.codes[:, number], part.size)
    return Look(with_parts(found.coding, parts), seen, tuple(counts))


def numbers_of(name: str | None, coding: Coding) -> list[int]:
    """Return the numbers of a column's parts."""
    number, found = 0, []
    for column in coding:
        found += [number + at for at in range(len(column.parts)) if column.name == name]
        number += len(column.parts)
    return found


def _correlation(seen: View, parts: tuple[Part, ...]) -> np.ndarray:
    """Return |Spearman's correlation| of the codes of numbers, (parts, parts); 0 if a part cannot be an
    ancestor.
    """
    close = [number for number, part in enumerate(parts) if features.is_close(part)]
    found = np.zeros((len(parts), len(parts)))
    if len(close) < 2:
        return found
    some = seen.codes[: order.MOST_ROWS, close]
    ranked = np.stack([pd.Series(codes).rank().to_numpy() for codes in some.T])
    centred = ranked - ranked.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    scaled = centred / np.where(spread > 0, spread, 1)
    found[np.ix_(close, close)] = np.abs(scaled @ scaled.T)
    return found
