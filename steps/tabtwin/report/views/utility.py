"""Gather the section on utility: what models learn from each table, and how classes were balanced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tabtwin.evaluation.utility.results import Hybrid, Utility
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section

METRICS = {"auc": "AUC", "accuracy": "accuracy", "f1": "F1 (macro)", "r2": "R²"}


@dataclass(frozen=True)
class View:
    """What models learn.

    Attributes:
        found: Their scores.
        labels: The metrics' names on the page, by name.
        chosen: Whether the target was chosen by tabtwin.
        balance: How classes were balanced; None if the pipeline did not make the twin.
    """

    found: Utility
    labels: Mapping[str, str]
    chosen: bool
    balance: Hybrid | None


def view(evidence: Evidence) -> View:
    """Gather what models learn."""
    found, made = evidence.utility, evidence.made
    return View(
        found=found,
        labels={metric: METRICS.get(metric, metric) for metric in found.metrics},
        chosen=bool(evidence.schema.chosen),
        balance=made.balance if made else None,
    )


SECTION = Section("utility", "Utility", view)
