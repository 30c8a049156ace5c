"""Fit a model: codes, the order of parts, then each part on its own, on as many threads as are given."""

from __future__ import annotations

from collections.abc import Mapping
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
    dealt = _folds(whose, seed) if folds is None else folds.astype(np.int8)
    picked = redrawn(whose, settings.protect, np.random.default_rng(derive_wide(seed, "redraw")))
    grown = sampled(len(picked), knobs.most_grown, generator(seed, "grown"))
    learned = Learned(picked, grown, whose[picked], dealt[picked])
    found = look(rows, schema, learned, settings.protect)
    mutual = order.information(found.view.codes, found.view.sizes)
    last = numbers_of(schema.target_source, found.coding)
    sequence = order.learning_order(mutual, found.view.sizes, MANY_CODES, last)
    found = with_neighbours(found, sequence)
    folds = learned.folds[grown]
    tasks = plan(found, sequence, last, knobs, folds, seed)
    place = Place(settings.group, settings.groups, settings.shard, settings.shards)
    costs = {part: task.costs(knobs) for part, task in tasks.items()}
    columns = columns_of(found.coding, costs, place.group, place.groups)
    own = {part for name in columns for part in numbers_of(name, found.coding)}
    boosters = boosters_of(costs, [part for part in tasks if part in own], place.shard, place.shards)
    fitted = _fit_all(
        [(tasks[part], numbers) for part, numbers in boosters.items()], knobs, settings.threads, progress
    )

    share = _share(place, tasks, dict(zip(boosters, fitted, strict=True)))
    losses = {
        part: fit_summary.cost(piece, store(of_part.boosters))
        for part, piece, of_part in zip(boosters, share.pieces, fitted, strict=True)
    }
    spent = fit_summary.by_column(found.coding, losses)
    model = BoostModel(
        coding=found.coding,
        sequence=tuple(
            _part_model(part, tasks[part], of_part) for part, of_part in zip(boosters, fitted, strict=True)
        ),
        forest=store([members for of_part in fitted for members in of_part.boosters]),
        knobs=knobs,
        block=settings.block or len(rows),
        training=fit_summary.in_all({name: spent[name] for name in columns}, len(picked)),
        share=share,
    )
    if place == Place():
        return join([model])
    counts = {part: found.counts[part] for part in tasks}
    mark = origin(model, (place.groups, place.shards), counts, found.view.codes, folds, seed)
    return replace(model, share=replace(share, origin=mark))


def _share(place: Place, tasks: Mapping[int, FitTask], fitted: Mapping[int, Fitted]) -> Share:
    """Return the share of these parts, not marked yet by what it is of."""
    pieces = (
        Piece(at, fitted[part].numbers, fitted[part].losses, fitted[part].rest, fitted[part].rows)
        for at, part in enumerate(tasks)
        if part in fitted
    )
    return Share(place, tuple(pieces), "")


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
