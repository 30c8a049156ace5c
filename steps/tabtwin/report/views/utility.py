"""What the part on utility shows: what models learn from each table, and how classes were balanced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section

METRICS = {"auc": "AUC", "accuracy": "accuracy", "f1": "F1 (macro)", "r2": "R²"}


@dataclass(frozen=True)
class Score:
    """A metric's mean over seeds, and its standard deviation; None where it has none."""

    mean: float | None
    spread: float | None


@dataclass(frozen=True)
class Trained:
    """What a model scored that was trained on a table; None where it could not be."""

    table: str
    rows: int | None
    scores: tuple[Score | None, ...]


@dataclass(frozen=True)
class Class:
    """How many rows of a class the twin and the balanced table hold."""

    name: str
    twin: int | None
    balanced: int | None


@dataclass(frozen=True)
class Balance:
    """How the classes were balanced."""

    method: str
    classes: tuple[Class, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Utility:
    """What models learn.

    Attributes:
        target: What they predict; None where there is nothing.
        chosen: Whether the target was chosen by tabtwin.
        task: ``classification`` or ``regression``.
        holdout_rows: How many rows they were judged on.
        seeds: How many seeds each was trained with.
        metrics: The metrics' names.
        trained: The scores of each table's models.
        baseline: What a guess scores, by metric; None where there is none.
        notes: What else was found.
        balance: How classes were balanced; None where the pipeline did not make the twin.
    """

    target: str | None
    chosen: bool
    task: str | None
    holdout_rows: int | None
    seeds: int
    metrics: tuple[str, ...]
    trained: tuple[Trained, ...]
    baseline: tuple[float | None, ...] | None
    notes: tuple[str, ...]
    balance: Balance | None


def view(evidence: Evidence) -> Utility:
    """Gather what models learn."""
    found, made = evidence.utility, evidence.made
    metrics = tuple(found["metrics"])
    baseline = found["baseline"]
    return Utility(
        target=found["target"],
        chosen=bool(evidence.schema.chosen),
        task=found["task"],
        holdout_rows=found["holdout_rows"],
        seeds=found["seeds"],
        metrics=tuple(METRICS.get(metric, metric) for metric in metrics),
        trained=tuple(
            Trained(name, result and result["rows"], tuple(_score(result, metric) for metric in metrics))
            for name, result in found["trained_on"].items()
        ),
        baseline=tuple(baseline.get(metric) for metric in metrics) if baseline else None,
        notes=tuple(found["notes"]),
        balance=_balance(made.balance) if made else None,
    )


def _score(result: Mapping[str, Any] | None, metric: str) -> Score | None:
    if result is None or result["mean"].get(metric) is None:
        return None
    return Score(result["mean"][metric], result["spread"][metric])


def _balance(found: Mapping[str, Any]) -> Balance:
    classes = tuple(
        Class(entry["class"], entry["synthetic"], entry["balanced"]) for entry in found["classes"]
    )
    return Balance(found["method"], classes, tuple(found["notes"]))


SECTION = Section("utility", "Utility", view)
