"""Gather the section on models: each with its scores, its weight, and how many rows of the twin it made."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.fidelity.score_results import Score
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section
from tabtwin.selection.weight_results import Weight


@dataclass(frozen=True)
class Model:
    """A model.

    Attributes:
        name: Its name.
        reason: The reason for its weight, if there is one.
        scores: Quality, that of fresh rows and of noise, diagnostic, DCR baseline and overfitting, composite,
            weight; empty if it was not scored.
        rows: How many rows of the twin it made.
    """

    name: str
    reason: str
    scores: tuple[float | None, ...]
    rows: int | None


@dataclass(frozen=True)
class Lost:
    """A model that failed; the reason may name places in the store, and is empty on the public page."""

    name: str
    step: str
    code: int
    reason: str


@dataclass(frozen=True)
class Models:
    """Every model of the run.

    Attributes:
        models: Those that have rows to give.
        asked: Whether they were to be scored.
        scored: Whether they were: not where SDMetrics is not installed.
        lost: Those that failed.
    """

    models: tuple[Model, ...]
    asked: bool
    scored: bool
    lost: tuple[Lost, ...]


def view(evidence: Evidence) -> Models | None:
    """Gather the models; none are known for another tool's twin."""
    made = evidence.made
    if made is None:
        return None
    models = made.weights.models
    return Models(
        models=tuple(
            Model(
                name=model.name,
                reason=model.reason,
                scores=_scores(model, made.scores[model.name]) if model.name in made.scores else (),
                rows=made.refine.models[model.name].rows if model.name in made.refine.models else 0,
            )
            for model in models
        ),
        asked=bool(made.scores),
        scored=all(model.scored for model in models),
        lost=tuple(
            Lost(lost.name, lost.step, lost.code, lost.reason or "" if evidence.private else "")
            for lost in made.weights.lost
        ),
    )


def _scores(model: Weight, score: Score) -> tuple[float | None, ...]:
    return (
        model.quality,
        score.references.unseen.score,
        score.references.noise.score,
        score.diagnostic.score,
        score.privacy.baseline.score,
        score.privacy.overfitting.score,
        model.composite,
        model.weight,
    )


SECTION = Section("models", "Models", view)
