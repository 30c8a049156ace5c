"""What the part on closeness shows: accuracy by order and reference, the gap, and what fits worst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from tabtwin.report import svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import Figure, figure, number
from tabtwin.report.section import Section
from tabtwin.report.templating import drawing

LIKE = 0.1
"""The likeness, and the end of its interval, up to which statistics of the twin stand for the source's."""
WORST = 8
"""How many columns are named that fit worst."""
ORDERS = ("overall", "univariate", "bivariate", "trivariate")

Stand = Literal["unmeasured", "beyond_shuffle", "like", "unlike"]


@dataclass(frozen=True)
class Against:
    """The twin's accuracy against some real rows: overall, of one column, of pairs, of triples."""

    rows: str
    accuracy: tuple[float | None, ...]


@dataclass(frozen=True)
class Fit:
    """How well columns fit."""

    columns: tuple[str, ...]
    accuracy: float


@dataclass(frozen=True)
class Likeness:
    """How close the twin is.

    Attributes:
        stand: Where the twin stands between a shuffle and fresh rows.
        likeness: 0 is a fresh sample, 1 a shuffle.
        rows: How many rows of each side were compared on the holdout.
        twin: acc(H) of the twin.
        training: acc(H) of real training rows.
        shuffle: acc(H) of the same with each column shuffled.
        against: Accuracy by order, by what the twin is compared with.
        gap: acc(T) − acc(H).
        discriminator: The AUC of a model that tells the twin from real rows.
        told_from: Which real rows it tells the twin from.
        worst_columns: The columns that fit worst.
        worst_pairs: The pairs that fit worst.
    """

    stand: Stand
    likeness: Figure | None
    rows: int
    twin: Figure | None
    training: Figure | None
    shuffle: Figure | None
    against: tuple[Against, ...]
    gap: Figure | None
    discriminator: Figure | None
    told_from: str
    worst_columns: tuple[Fit, ...]
    worst_pairs: tuple[Fit, ...]


def view(evidence: Evidence) -> Likeness:
    """Gather how close the twin is."""
    audit = evidence.audit
    accuracy, control, judge = audit["accuracy"], audit["control"], audit["discriminator"]
    parts = {name: accuracy[name] for name in ("pooled", "training", "holdout")}
    parts["expected"] = accuracy["pooled"].get("expected") or {}
    columns = sorted(accuracy["columns"].items(), key=lambda item: (item[1], item[0]))[:WORST]
    return Likeness(
        stand=stand(audit),
        likeness=figure(control["likeness"]),
        rows=control["rows"],
        twin=figure(control["twin"]),
        training=figure(control["training"]),
        shuffle=figure(control["shuffle"]),
        against=tuple(
            Against(name, tuple(scores.get(order) for order in ORDERS)) for name, scores in parts.items()
        ),
        gap=figure(audit["gap"]),
        discriminator=figure(judge),
        told_from=judge["against"],
        worst_columns=tuple(Fit((name,), value) for name, value in columns),
        worst_pairs=tuple(Fit(tuple(pair["columns"]), pair["accuracy"]) for pair in accuracy["worst_pairs"]),
    )


def stand(audit: Mapping[str, Any]) -> Stand:
    """Return where the twin stands between a shuffle of the table's columns and fresh real rows."""
    control, likeness = audit["control"], figure(audit["control"]["likeness"])
    if likeness is None:
        return "unmeasured"
    if control["twin"]["value"] < control["shuffle"]["value"]:
        return "beyond_shuffle"
    return "like" if max(likeness.value, likeness.high) <= LIKE else "unlike"


def line(audit: Mapping[str, Any]) -> Markup | None:
    """Draw where the twin stands between a shuffle and fresh real rows; None where neither was measured."""
    control = audit["control"]
    marks = [
        ("shuffled columns", control["shuffle"]["value"], svg.FAINT),
        ("fresh real rows", control["training"]["value"], svg.MARK),
        ("this twin", control["twin"]["value"], svg.SYNTHETIC),
    ]
    known = [(label, value, colour) for label, value, colour in marks if value is not None]
    if not known:
        return None
    values = [value for _, value, _ in known]
    margin = max(0.005, (max(values) - min(values)) * 0.15)
    said = ", ".join(f"{label} {number(value)}" for label, value, _ in known)
    ends = max(0.0, min(values) - margin), min(1.0, max(values) + margin)
    return drawing(svg.line(known, *ends, f"Accuracy on the holdout: {said}"))


SECTION = Section("likeness", "Closeness", view)
