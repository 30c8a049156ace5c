"""Gather the section on closeness: accuracy by order and reference, the gap, and what fits worst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from tabtwin.evaluation.fidelity.results import Accuracies, Control, Discriminator, Gap
from tabtwin.report import svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import number
from tabtwin.report.section import Section
from tabtwin.report.templating import drawing

LIKE = 0.1
"""The limits of likeness, and of the end of its interval, for statistics of the twin to represent the
source's.
"""
WORST = 8
"""How many of the columns that fit worst are named."""

Stand = Literal["unmeasured", "beyond_shuffle", "like", "unlike"]


@dataclass(frozen=True)
class View:
    """How close the twin is.

    Attributes:
        stand: Where the twin is between a shuffle and fresh rows.
        accuracy: Accuracy by what the twin is compared with.
        control: The same on the holdout, beside real rows and a shuffle.
        gap: acc(T) − acc(H).
        discriminator: How well a model tells the twin from real rows.
        worst_columns: The columns that fit worst, and their accuracy.
    """

    stand: Stand
    accuracy: Accuracies
    control: Control
    gap: Gap
    discriminator: Discriminator
    worst_columns: tuple[tuple[str, float], ...]


def view(evidence: Evidence) -> View:
    """Gather how close the twin is."""
    audit = evidence.audit
    columns = sorted(audit.accuracy.columns.items(), key=lambda item: (item[1], item[0]))
    return View(
        stand=stand(audit.control),
        accuracy=audit.accuracy,
        control=audit.control,
        gap=audit.gap,
        discriminator=audit.discriminator,
        worst_columns=tuple(columns[:WORST]),
    )


def stand(control: Control) -> Stand:
    """Return where the twin is between a shuffle of the table's columns and fresh real rows."""
    likeness = control.likeness
    if likeness is None:
        return "unmeasured"
    if control.twin.value < control.shuffle.value:
        return "beyond_shuffle"
    return "like" if max(likeness.value, likeness.high) <= LIKE else "unlike"


def line(control: Control) -> Markup:
    """Draw where the twin is between a shuffle and fresh real rows."""
    marks = [
        ("shuffled columns", control.shuffle.value, svg.FAINT),
        ("fresh real rows", control.training.value, svg.MARK),
        ("this twin", control.twin.value, svg.SYNTHETIC),
    ]
    values = [value for _, value, _ in marks]
    margin = max(0.005, (max(values) - min(values)) * 0.15)
    listed = ", ".join(f"{label} {number(value)}" for label, value, _ in marks)
    ends = max(0.0, min(values) - margin), min(1.0, max(values) + margin)
    return drawing(svg.line(marks, *ends, f"Accuracy on the holdout: {listed}"))


SECTION = Section("likeness", "Closeness", view)
