"""What the part on screening shows: what it dropped, and how near to training rows it left the twin's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tabtwin.report import disclosure_control, svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import percent
from tabtwin.report.section import Section
from tabtwin.report.templating import drawing


@dataclass(frozen=True)
class Rule:
    """What a rule dropped: rows, their share of the pool, and of training rows what it would drop."""

    rows: int | None
    of_pool: float | None
    of_training: float | None


@dataclass(frozen=True)
class Dropped:
    """What screening dropped.

    Attributes:
        pool: How many rows were sampled.
        never: How many of them were never compared with training rows.
        kept: How many were left.
        wanted: How many of these make the twin.
        mode: ``--screen``.
        scale: ``--dcr-scale``.
        min_dcr: ``--min-dcr``.
        min_nndr: ``--min-nndr``.
        rules: What each rule that was asked dropped.
        nndr: NNDR of training and of the rows kept, drawn.
        dcr: DCR of training and of the rows kept, drawn.
    """

    pool: int
    never: int
    kept: int
    wanted: int
    mode: str
    scale: str
    min_dcr: float
    min_nndr: float
    rules: Mapping[str, Rule]
    nndr: Markup
    dcr: Markup


def view(evidence: Evidence) -> Dropped | None:
    """Gather what screening dropped; of a twin from elsewhere nothing is known."""
    if evidence.made is None:
        return None
    screen = evidence.made.screen
    rows, settings = screen["rows"], screen["settings"]
    pool = max(1, rows["compared"])
    return Dropped(
        pool=rows["pool"],
        never=rows["pool"] - rows["compared"],
        kept=rows["kept"],
        wanted=rows["wanted"],
        mode=settings["mode"],
        scale=settings["scale"],
        min_dcr=settings["min_dcr"],
        min_nndr=settings["min_nndr"],
        rules={
            rule: Rule(
                rows=dropped,
                of_pool=None if dropped is None else dropped / pool,
                of_training=screen["training_dropped"].get(rule),
            )
            for rule, dropped in screen["dropped"].items()
        },
        nndr=_nearness(screen["nndr"], "NNDR"),
        dcr=_nearness(screen["dcr"], "DCR"),
    )


def _nearness(histogram: Mapping[str, Any], label: str) -> Markup:
    """Draw training's own nearness (filled) and that of the rows kept (outline)."""
    edges = histogram["edges"]
    real, kept = (disclosure_control.shares(histogram[name]) for name in ("training", "kept"))
    title = (
        f"{label} of training rows, leaving one out, and of the rows kept, by bins from 0 to {edges[-1]:g} "
        f"and beyond; the lowest bin, up to {edges[1]:g}, holds {percent(real[0])} of the former and "
        f"{percent(kept[0])} of the latter (– where withheld)"
    )
    return drawing(svg.histogram(real, kept, "0", f"{edges[-1]:g} ≤", title))


SECTION = Section("dropped", "Dropped", view)
