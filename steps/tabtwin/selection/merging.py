"""Merge what screening and choosing found of each slice of a twin into what they found of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabtwin.evaluation.fidelity.results import Orders
from tabtwin.selection.outcome import WORST
from tabtwin.selection.results import (
    Below,
    BySet,
    ColumnChange,
    Histogram,
    ModelRows,
    Origin,
    PoolRows,
    Refined,
    Screened,
    ShareBySet,
    Start,
    Swaps,
)

Share = float | None


def merge_screened(slices: Sequence[Screened]) -> Screened:
    """Return what screening found of all slices; each was compared with the same training rows."""
    first = slices[0]
    if len(slices) == 1:
        return first
    compared = [one.rows.compared for one in slices]
    kept = [one.rows.kept for one in slices]
    return Screened(
        rows=PoolRows(**_sums([dict(one.rows) for one in slices])),
        models={
            name: ModelRows(**_sums([dict(one.models[name]) for one in slices if name in one.models]))
            for name in _names([one.models for one in slices])
        },
        dropped={rule: sum(one.dropped[rule] or 0 for one in slices) for rule in first.dropped},
        training_dropped=first.training_dropped,
        settings=first.settings,
        copies=ShareBySet(
            pool=_mean([one.copies.pool for one in slices], compared),
            kept=_mean([one.copies.kept for one in slices], kept),
            training=first.copies.training,
        ),
        below=BySet[Below](
            pool=_below([one.below.pool for one in slices], compared),
            kept=_below([one.below.kept for one in slices], kept),
            training=first.below.training,
        ),
        dcr=_histogram([one.dcr for one in slices]),
        nndr=_histogram([one.nndr for one in slices]),
    )


def merge_refined(slices: Sequence[Refined]) -> Refined:
    """Return how the rows of all slices were chosen; closeness to the target is their mean, by rows."""
    first = slices[0]
    if len(slices) == 1:
        return first
    rows = [one.rows for one in slices]
    return Refined(
        rows=sum(rows),
        screened=sum(one.screened for one in slices),
        models={
            name: Origin(
                weight=next(one.models[name].weight for one in slices if name in one.models),
                screened=sum(one.models[name].screened for one in slices if name in one.models),
                rows=sum(one.models[name].rows for one in slices if name in one.models),
            )
            for name in _names([one.models for one in slices])
        },
        fit=first.fit,
        share=first.share,
        tables=first.tables,
        before=_orders([one.before for one in slices], rows),
        after=_orders([one.after for one in slices], rows),
        worst=_worst([one.worst for one in slices]),
        start=Start(
            blocks=all(one.start.blocks for one in slices),
            kept=sum(one.start.kept for one in slices),
            filled=sum(one.start.filled for one in slices),
        ),
        swaps=Swaps(
            tried=sum(one.swaps.tried for one in slices),
            done=sum(one.swaps.done for one in slices),
            stopped="; ".join(dict.fromkeys(one.swaps.stopped for one in slices)),
        ),
    )


def _names(found: Sequence[Mapping[str, object]]) -> list[str]:
    return sorted({name for one in found for name in one})


def _sums(found: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(one[name] for one in found) for name in found[0]}


def _mean(values: Sequence[Share], weights: Sequence[int]) -> Share:
    """Return the mean by rows; ``None`` if a value is withheld, or there are no rows."""
    there = [value for value in values if value is not None]
    if len(there) < len(values) or not sum(weights):
        return None
    return sum(value * weight for value, weight in zip(there, weights, strict=True)) / sum(weights)


def _below(found: Sequence[Below], weights: Sequence[int]) -> Below:
    return Below(
        dcr=_mean([one.dcr for one in found], weights), nndr=_mean([one.nndr for one in found], weights)
    )


def _histogram(found: Sequence[Histogram]) -> Histogram:
    def sums(counts: Sequence[Sequence[int | None]]) -> tuple[int, ...]:
        return tuple(sum(count or 0 for count in bins) for bins in zip(*counts, strict=True))

    return Histogram(
        edges=found[0].edges,
        pool=sums([one.pool for one in found]),
        kept=sums([one.kept for one in found]),
        training=found[0].training,
    )


def _orders(found: Sequence[Orders], rows: Sequence[int]) -> Orders:
    return Orders.model_validate(
        {name: _mean([getattr(one, name) for one in found], rows) for name in Orders.model_fields}
    )


def _worst(found: Sequence[Sequence[ColumnChange]]) -> tuple[ColumnChange, ...]:
    """Return the columns that stay worst: means over the slices in which they are among the worst."""
    by_column: dict[str, list[ColumnChange]] = {}
    for one in found:
        for change in one:
            by_column.setdefault(change.column, []).append(change)
    means = [
        ColumnChange(
            column=column,
            before=sum(change.before for change in changes) / len(changes),
            after=sum(change.after for change in changes) / len(changes),
        )
        for column, changes in by_column.items()
    ]
    return tuple(sorted(means, key=lambda change: change.after)[:WORST])
