"""Fit a model: codes, the order of parts, then each part on its own, on as many threads as are given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

import numpy as np
import pandas as pd

from tabtwin.generators.boost import features, fit_summary, order
from tabtwin.generators.boost.categories import Categories
from tabtwin.generators.boost.coding import Coding, Part, fit_coding, with_parts
from tabtwin.generators.boost.descent import PartModel
from tabtwin.generators.boost.features import Ancestor, View
from tabtwin.generators.boost.forest import Member, store
from tabtwin.generators.boost.groups import columns_of, origin
from tabtwin.generators.boost.knobs import ALIGNED, BINS, DEEPER, MANY_CODES, Growth, Knobs
from tabtwin.generators.boost.learning import FOLDS, FitTask, Fitted, fit_part
from tabtwin.generators.boost.model import BoostModel, Share, view
from tabtwin.generators.boost.redrawing import redrawn
from tabtwin.generators.boost.tree import plant
from tabtwin.generators.protocol import Settings
from tabtwin.lib.log import Progress
from tabtwin.lib.seeds import derive, derive_wide, generator
from tabtwin.schema.schema import Schema

LEAST_CORRELATION = 0.2


def fit_model(
    rows: pd.DataFrame,
    schema: Schema,
    settings: Settings,
    knobs: Knobs,
    seed: int,
    progress: Progress,
    subjects: np.ndarray | None = None,
    folds: np.ndarray | None = None,
) -> BoostModel:
    """Fit encoded ``rows``: all columns, or those of one group, which is a share of the whole.

    Args:
        rows: float64 with NaN, and object columns of ``str`` and ``None``.
        schema: Their schema.
        settings: The step's settings.
        knobs: The generator's settings.
        seed: The seed from which all draws derive theirs.
        progress: Called when a part is done.
        subjects: The subject of each row, integers (rows,); without them, each row is a subject.
        folds: The member, from 0, that leaves each row out, integers (rows,); dealt here if not given.
    """
    whose = np.arange(len(rows)) if subjects is None else np.unique(subjects, return_inverse=True)[1]
    given = len(rows)
    dealt = _folds(whose, seed) if folds is None else folds.astype(np.int8)
    learned = redrawn(whose, settings.protect, np.random.default_rng(derive_wide(seed, "redraw")))
    rows, whose, dealt = rows.iloc[learned].reset_index(drop=True), whose[learned], dealt[learned]
    coding = fit_coding(rows, schema, whose, settings.protect, BINS)
    seen = view(rows, coding)
    mutual = order.information(seen.codes, seen.sizes)
    last = _numbers_of(schema.target_source, coding)
    sequence = order.learning_order(mutual, seen.sizes, MANY_CODES, last)
    coding = _with_neighbours(coding, seen, sequence)
    seen = view(rows, coding)
    tasks = _plan(seen, coding, sequence, last, knobs, dealt, seed)
    columns = columns_of(coding, dict(tasks), settings.group, settings.groups)
    own = {number for name in columns for number in _numbers_of(name, coding)}
    places = tuple(at for at, (number, _) in enumerate(tasks) if number in own)
    mine = [tasks[at] for at in places]
    fitted = _fit_all(mine, knobs, settings.threads, progress)

    boosters: list[tuple[Member, ...]] = []
    models = []
    for (number, task), found in zip(mine, fitted, strict=True):
        booster = np.where(found.booster >= 0, found.booster + len(boosters), -1).astype(np.int32)
        boosters += found.boosters
        models.append(
            PartModel(number, task.predictors, task.ancestors, task.tree, booster, found.place, found.starts)
        )
    by_part = {number: found for (number, _), found in zip(mine, fitted, strict=True)}
    costs = fit_summary.by_column(coding, by_part)
    model = BoostModel(
        coding=coding,
        sequence=tuple(models),
        forest=store(boosters),
        knobs=knobs,
        block=settings.block or given,
        training=fit_summary.in_all({name: costs[name] for name in costs if name in columns}, len(rows)),
    )
    if settings.groups == 1:
        return model
    everything = [number for number, _ in tasks]
    mark = origin(model, settings.groups, everything, seen.codes, dealt, seed)
    return replace(model, share=Share(settings.group, settings.groups, places, mark))


def _plan(
    seen: View,
    coding: Coding,
    sequence: list[int],
    last: list[int],
    knobs: Knobs,
    folds: np.ndarray,
    seed: int,
) -> list[tuple[int, FitTask]]:
    """Return what is to be fitted, in the order in which parts are drawn: each part's number and task."""
    parts = tuple(part for column in coding for part in column.parts.values())
    correlated = _correlation(seen, parts)
    counts = [
        np.bincount(codes, minlength=size) for codes, size in zip(seen.codes.T, seen.sizes, strict=True)
    ]
    tasks, done = [], list[int]()
    for number in sequence:
        part = parts[number]
        if part.size == 1:
            continue
        known = np.array(done, np.int64)
        pooled = part.ordered and part.size > MANY_CODES and len(known) > 0
        nearest = known[np.argsort(-correlated[number, known], kind="stable")] if pooled else known[:0]
        close = nearest[correlated[number, nearest] >= LEAST_CORRELATION]
        fewest = len(seen) + 1 if not len(known) else 0 if pooled else knobs.fewest
        few = number in last and part.size <= MANY_CODES
        task = FitTask(
            target=part,
            codes=seen.codes[:, number],
            tree=plant(counts[number], fewest, part.missing),
            view=seen,
            parts=parts,
            predictors=known,
            ancestors=tuple(
                Ancestor(int(p), features.ranks(counts[p], counts[number])) for p in close[:ALIGNED]
            ),
            folds=folds,
            growths=(knobs.target,) if few else _growths(knobs),
            members=FOLDS if few and knobs.members > 1 else knobs.members,
            seed=derive(seed, "part", number),
        )
        tasks.append((number, task))
        done.append(number)
    return tasks


def _growths(knobs: Knobs) -> tuple[Growth, ...]:
    """Return how boosters of single nodes may grow."""
    return (knobs.alone, knobs.alone.model_copy(update={"leaves": DEEPER}))


def _with_neighbours(coding: Coding, seen: View, sequence: list[int]) -> Coding:
    """Order the codes of large categories by what they go with: the parts before."""
    parts = [part for column in coding for part in column.parts.values()]
    coarse = [order.coarse(codes, size) for codes, size in zip(seen.codes.T, seen.sizes, strict=True)]
    for at, number in enumerate(sequence):
        part = parts[number]
        if isinstance(part, Categories) and part.size > MANY_CODES:
            before = [coarse[other] for other in sequence[:at]]
            places = order.by_neighbour(seen.codes[:, number], part.size, before)
            parts[number] = part.reordered(places)
            coarse[number] = order.coarse(places[seen.codes[:, number]], part.size)
    return with_parts(coding, parts)


def _fit_all(
    tasks: list[tuple[int, FitTask]], knobs: Knobs, threads: int, progress: Progress
) -> list[Fitted]:
    """Fit every part's boosters; threads share nothing, so their number changes no byte."""
    found: dict[int, Fitted] = {}
    with ThreadPoolExecutor(threads) as pool:
        # The last parts have the most predictors and take longest, so they start first.
        waiting = {pool.submit(fit_part, tasks[at][1], knobs): at for at in reversed(range(len(tasks)))}
        for done, future in enumerate(as_completed(waiting), start=1):
            found[waiting[future]] = future.result()
            progress(done, len(tasks), "columns")
    return [found[at] for at in range(len(tasks))]


def _folds(subjects: np.ndarray, seed: int) -> np.ndarray:
    """Return the fold of each row, int8 (rows,): rows of one subject share theirs."""
    dealt = generator(seed, "folds").permutation(int(subjects.max(initial=0)) + 1) % FOLDS
    return np.asarray(dealt[subjects].astype(np.int8))


def _numbers_of(name: str | None, coding: Coding) -> list[int]:
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
