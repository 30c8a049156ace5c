"""Fit a model: codes, the order of parts, then each part on its own, on as many threads as are given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

import numpy as np

from tabtwin.generators.boost import fit_summary, order
from tabtwin.generators.boost.descent import PartModel
from tabtwin.generators.boost.forest import store
from tabtwin.generators.boost.groups import boosters_of, columns_of, origin
from tabtwin.generators.boost.joining import join
from tabtwin.generators.boost.knobs import MANY_CODES, Knobs
from tabtwin.generators.boost.learning import FitTask, Fitted, fit_part
from tabtwin.generators.boost.looking import Learned, look
from tabtwin.generators.boost.model import BoostModel
from tabtwin.generators.boost.node_counts import FOLDS
from tabtwin.generators.boost.planning import numbers_of, plan, with_neighbours
from tabtwin.generators.boost.redrawing import redrawn, sampled
from tabtwin.generators.boost.share import Piece, Place, Share
from tabtwin.generators.protocol import Columns, Settings
from tabtwin.lib.log import Progress
from tabtwin.lib.seeds import derive_wide, generator
from tabtwin.schema.schema import Schema


def fit_model(
    rows: Columns,
    schema: Schema,
    settings: Settings,
    knobs: Knobs,
    seed: int,
    progress: Progress,
    subjects: np.ndarray | None = None,
    folds: np.ndarray | None = None,
) -> BoostModel:
    """Fit encoded ``rows``: the whole model, or the share that the settings name.

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
    picked = redrawn(whose, settings.protect, np.random.default_rng(derive_wide(seed, "redraw")))
    grown = sampled(len(picked), knobs.most_grown, generator(seed, "grown"))
    learned = Learned(picked, grown, whose[picked], dealt[picked])
    found = look(rows, schema, learned, settings.protect)
    mutual = order.information(found.view.codes, found.view.sizes)
    last = numbers_of(schema.target_source, found.coding)
    sequence = order.learning_order(mutual, found.view.sizes, MANY_CODES, last)
    found = with_neighbours(found, sequence)
    coding, folds = found.coding, learned.folds[grown]
    tasks = plan(found, sequence, last, knobs, folds, seed)

    costs = {number: task.costs(knobs) for number, task in tasks.items()}
    columns = columns_of(coding, costs, settings.group, settings.groups)
    own = {number for name in columns for number in numbers_of(name, coding)}
    mine = [number for number in tasks if number in own]
    boosters = boosters_of(costs, mine, settings.shard, settings.shards)
    fitted = _fit_all(
        [(tasks[number], boosters[number]) for number in mine], knobs, settings.threads, progress
    )
    places = {number: place for place, number in enumerate(tasks)}
    pieces = [
        Piece(places[number], found.numbers, found.losses, found.rest, found.rows)
        for number, found in zip(mine, fitted, strict=True)
    ]
    by_part = {
        number: fit_summary.cost(piece, store(found.boosters))
        for number, piece, found in zip(mine, pieces, fitted, strict=True)
    }
    spent = fit_summary.by_column(coding, by_part)
    model = BoostModel(
        coding=coding,
        sequence=tuple(
            _part_model(number, tasks[number], found) for number, found in zip(mine, fitted, strict=True)
        ),
        forest=store([members for found in fitted for members in found.boosters]),
        knobs=knobs,
        block=settings.block or given,
        training=fit_summary.in_all({name: spent[name] for name in spent if name in columns}, len(picked)),
    )
    place = Place(settings.group, settings.groups, settings.shard, settings.shards)
    if place == Place():
        return join([replace(model, share=Share(place, tuple(pieces), ""))])
    counts = {number: found.counts[number] for number in tasks}
    divided = (settings.groups, settings.shards)
    mark = origin(model, divided, counts, found.view.codes, folds, seed)
    return replace(model, share=Share(place, tuple(pieces), mark))


def _part_model(number: int, task: FitTask, found: Fitted) -> PartModel:
    return PartModel(
        number, task.predictors, task.ancestors, task.tree, found.booster, found.place, found.starts
    )


def _fit_all(
    tasks: list[tuple[FitTask, list[int]]], knobs: Knobs, threads: int, progress: Progress
) -> list[Fitted]:
    """Fit these boosters of every part; threads share nothing, so their number changes no byte."""
    found: dict[int, Fitted] = {}
    with ThreadPoolExecutor(threads) as pool:
        # The last parts have the most predictors and take longest, so they start first.
        waiting = {pool.submit(fit_part, *tasks[at], knobs): at for at in reversed(range(len(tasks)))}
        for done, future in enumerate(as_completed(waiting), start=1):
            found[waiting[future]] = future.result()
            progress(done, len(tasks), "columns")
    return [found[at] for at in range(len(tasks))]


def _folds(subjects: np.ndarray, seed: int) -> np.ndarray:
    """Return the fold of each row, int8 (rows,): rows of one subject share theirs."""
    dealt = generator(seed, "folds").permutation(int(subjects.max(initial=0)) + 1) % FOLDS
    return np.asarray(dealt[subjects].astype(np.int8))
