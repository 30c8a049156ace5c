"""Make public figures from exact ones: the only place where this is done.

The public page and the public JSON are both made from the result, and so agree.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from pydantic import JsonValue

from tabtwin.evaluation.fidelity.score_results import Sampled, Score
from tabtwin.evaluation.gates.verdicts import rounded_by
from tabtwin.evaluation.rounding import Grid, People, fine
from tabtwin.evaluation.utility.results import Trained, Utility
from tabtwin.protection.small_counts import FEW
from tabtwin.report import disclosure_control
from tabtwin.report.evidence import Evidence, Making
from tabtwin.report.pictures import Picture
from tabtwin.schema.splits import FOLDS
from tabtwin.selection.results import Below, Histogram, Refined, Screened

S = TypeVar("S", bound=Sampled)


def published(evidence: Evidence) -> Evidence:
    """Return the evidence with every figure rounded, and figures based on few people withheld."""
    grid = Grid(_least(evidence))
    people = _people(evidence)
    audit = evidence.audit.public(grid, people)
    protected = disclosure_control.cells(evidence.protected, grid)
    return replace(
        evidence,
        protected=protected,
        audit=audit,
        gates=rounded_by(evidence.gates, audit, evidence.alpha),
        made=evidence.made and _making(evidence.made, grid, people),
        utility=_utility(evidence.utility, grid, people),
        pictures=[_picture(picture, grid, people) for picture in evidence.pictures],
        settings=_settings(evidence.settings),
    )


def rounded(evidence: Evidence) -> str:
    """Return a note on how exact the figures are."""
    k = _least(evidence)
    people = _people(evidence).training
    return (
        f"Figures are rounded to steps of {k} people or more, coarser if fewer were compared (a share "
        f"of {people} people in training: {Grid(k).share_step(people):g}); figures based on fewer than {k} "
        "are withheld. Verdicts use exact figures."
    )


def _least(evidence: Evidence) -> int:
    return max(FEW, evidence.table.protect)


def _people(evidence: Evidence) -> People:
    rows, counted = evidence.audit.rows, evidence.subjects
    return People(
        counted.get("training", rows.training),
        counted.get("holdout", rows.holdout),
        rows.training + rows.holdout,
    )


def _settings(settings: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the settings, with only the number of dropped columns: their names may be the reason for
    dropping.
    """
    dropped = settings.get("drop")
    if not dropped:
        return dict(settings)
    names = next(csv.reader([str(dropped)], skipinitialspace=True), [])
    return {**settings, "drop": f"{len(names)} of the columns"}


def _picture(picture: Picture, grid: Grid, people: People) -> Picture:
    def told(share: float | None) -> float | None:
        return grid.told(share, people.training)

    missing = picture.missing and (told(picture.missing[0]), picture.missing[1])
    return replace(picture, real=tuple(map(told, picture.real)), missing=missing)


def _making(made: Making, grid: Grid, people: People) -> Making:
    unseen = people.training // FOLDS
    return Making(
        weights=grid.scores(made.weights, unseen),
        scores={name: _score(score, grid, unseen) for name, score in made.scores.items()},
        screen=public_screen(made.screen, grid, people.training),
        refine=_refine(made.refine, grid, people),
        balance=fine(made.balance),
    )


def _score(score: Score, grid: Grid, people: int) -> Score:
    """Return a model's scores without details, and with rates that are based on enough rows."""

    def told(shares: S) -> S:
        return shares.model_copy(update={name: grid.told(share, people) for name, share in shares})

    privacy = score.privacy
    shown = privacy.model_copy(update={"copies": told(privacy.copies), "near": told(privacy.near)})
    return grid.scores(score.without_details().model_copy(update={"privacy": shown}), people)


def public_screen(found: Screened, grid: Grid, people: int) -> Screened:
    """Return what screening found, rounded for publication."""

    def shown(share: float | None) -> float | None:
        return grid.told(share, people)

    def below(part: Below) -> Below:
        return Below(dcr=shown(part.dcr), nndr=shown(part.nndr))

    return found.model_copy(
        update={
            "dropped": {rule: grid.count(rows) for rule, rows in found.dropped.items()},
            "training_dropped": {rule: shown(share) for rule, share in found.training_dropped.items()},
            "copies": found.copies.each(shown),
            "below": found.below.each(below),
            "dcr": _histogram(found.dcr, grid),
            "nndr": _histogram(found.nndr, grid),
        }
    )


def _histogram(found: Histogram, grid: Grid) -> Histogram:
    def shown(rows: Sequence[int | None]) -> tuple[int | None, ...]:
        return tuple(disclosure_control.counts([count or 0 for count in rows], grid))

    return Histogram(
        edges=found.edges,
        pool=shown(found.pool),
        kept=shown(found.kept),
        training=shown(found.training),
    )


def _refine(found: Refined, grid: Grid, people: People) -> Refined:
    """Return how rows were chosen: closeness to training's tables is as exact as its people allow."""
    if not found.fit:
        return fine(found)
    shown = grid.scores(found, people.training / 2)
    return shown.model_copy(update={"fit": found.fit, "share": found.share})


def _utility(found: Utility, grid: Grid, people: People) -> Utility:
    """Return what models scored; the baseline is a share of the holdout's rows, all others are scores."""

    def scored(result: Trained | None) -> Trained | None:
        if result is None:
            return None
        rows = grid.count(result.rows)
        return grid.scores(result, people.holdout).model_copy(update={"rows": rows})

    shown = {
        "holdout_rows": grid.count(found.holdout_rows),
        "baseline": found.baseline and grid.shares(found.baseline, people.holdout),
        "trained_on": {name: scored(result) for name, result in found.trained_on.items()},
    }
    return found.model_copy(update=shown)
