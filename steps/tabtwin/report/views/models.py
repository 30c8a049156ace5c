"""Gather the section on models: each with its scores, its weight, and how many rows of the twin it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section


@dataclass(frozen=True)
class Model:
    """A model.

    Attributes:
        name: Its name.
        reason: The reason for its weight, if there is one.
        scores: Quality, that of fresh rows and of noise, diagnostic, DCR baseline and overfitting, composite,
            weight.
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
    """Every model of the run."""

    models: tuple[Model, ...]
    scored: bool
    lost: tuple[Lost, ...]


def view(evidence: Evidence) -> Models | None:
    """Gather the models; none are known for another tool's twin."""
    made = evidence.made
    if made is None:
        return None
    models = made.weights["models"]
    return Models(
        models=tuple(
            Model(
                name=model["name"],
                reason=model["reason"],
                scores=_scores(model, made.scores.get(model["name"], {})),
                rows=made.refine.models[model["name"]].rows if model["name"] in made.refine.models else 0,
            )
            for model in models
        ),
        scored=all(model.get("scored", True) for model in models),
        lost=tuple(
            Lost(lost["name"], lost["step"], lost["code"], lost["reason"] if evidence.private else "")
            for lost in made.weights["lost"]
        ),
    )


def _scores(model: Mapping[str, Any], score: Mapping[str, Any]) -> tuple[float | None, ...]:
    return (
        model["quality"],
        _at(score, "references", "unseen", "score"),
        _at(score, "references", "noise", "score"),
        _at(score, "diagnostic", "score"),
        _at(score, "privacy", "DCRBaselineProtection", "score"),
        _at(score, "privacy", "DCROverfittingProtection", "score"),
        model["composite"],
        model["weight"],
    )


def _at(tree: Mapping[str, Any], *path: str) -> float | None:
    """Return a figure at a path of keys, or None if it does not exist."""
    found: Any = tree
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, (int, float)) else None


SECTION = Section("models", "Models", view)
