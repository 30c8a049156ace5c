"""What a run found, as it may be published: the one place where public figures are made from exact ones.

The public page and the public JSON are both made from what is returned here, and so say the same.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import JsonValue

from tabtwin.evaluation.gates.verdicts import told_by
from tabtwin.evaluation.rounding import Grid, People, fine
from tabtwin.evaluation.utility.results import Trained, Utility
from tabtwin.protection.small_counts import FEW
from tabtwin.report import disclosure_control
from tabtwin.report.evidence import Evidence, Making
from tabtwin.report.pictures import Picture
from tabtwin.schema.splits import FOLDS
from tabtwin.selection.results import Below, Histogram, Refined, Screened

Json = Mapping[str, Any]


def published(evidence: Evidence) -> Evidence:
    """The same evidence with every figure rounded, and what few people stand behind withheld."""
    grid = Grid(_least(evidence))
    people = _people(evidence)
    audit = evidence.audit.public(grid, people)
    protected = disclosure_control.cells(evidence.facts.get("protected", {}), grid)
    return replace(
        evidence,
        facts={**evidence.facts, "protected": protected},
        audit=audit,
        gates=told_by(evidence.gates, audit, evidence.alpha),
        made=evidence.made and _making(evidence.made, grid, people),
        utility=_utility(evidence.utility, grid, people),
        pictures=[_picture(picture, grid, people) for picture in evidence.pictures],
        settings=_settings(evidence.settings),
    )


def rounded(evidence: Evidence) -> str:
    """What a reader is told of how exact the figures are."""
    k = _least(evidence)
    people = _people(evidence).training
    return (
        f"Figures go in steps that leave {k} people or more open, coarser where fewer were compared (a share "
        f"of {people} people in training: {Grid(k).share_step(people):g}); what fewer than {k} stand behind "
        "is withheld. Verdicts go by exact figures."
    )


def _least(evidence: Evidence) -> int:
    return max(FEW, int(evidence.facts["protect"]))


def _people(evidence: Evidence) -> People:
    rows, counted = evidence.audit.rows, evidence.subjects
    return People(
        counted.get("training", rows.training),
        counted.get("holdout", rows.holdout),
        rows.training + rows.holdout,
    )


def _settings(settings: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The settings; of columns that were dropped, how many: a name may be what they were dropped for."""
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


def without_details(score: Json) -> dict[str, JsonValue]:
    """Return a model's scores without details by column or pair."""
    return {
        key: {inner: value for inner, value in part.items() if inner != "details"}
        if isinstance(part, Mapping)
        else part
        for key, part in score.items()
    }


def _score(score: Json, grid: Grid, people: int) -> dict[str, JsonValue]:
    """Return a model's scores without details, and with rates that enough rows stand behind."""
    shown = without_details(score)
    privacy = dict(score.get("privacy", {}))
    privacy.pop("details", None)
    for name in ("copies", "near"):
        if name in privacy:
            privacy[name] = {key: grid.told(value, people) for key, value in privacy[name].items()}
    if privacy:
        shown["privacy"] = privacy
    return grid.scores(shown, people)


def public_screen(found: Screened, grid: Grid, people: int) -> Screened:
    """Return what screening found as it may be published."""

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
    """Return how rows were chosen: what is near training's tables is as exact as its people allow."""
    if not found.fit:
        return fine(found)
    shown = grid.scores(found, people.training / 2)
    return shown.model_copy(update={"fit": found.fit, "share": found.share})


def _utility(found: Utility, grid: Grid, people: People) -> Utility:
    """Return what models scored; the baseline is a share of the holdout's rows, the rest scores of them."""

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
