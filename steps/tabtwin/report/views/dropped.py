"""Gather the section on screening: what it dropped, and how near to training rows the others are."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from tabtwin.report import disclosure_control, svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import percent
from tabtwin.report.section import Section
from tabtwin.report.templating import drawing
from tabtwin.selection.results import Histogram, Screened


@dataclass(frozen=True)
class View:
    """What screening dropped, and NNDR and DCR of training and of the rows kept, drawn."""

    found: Screened
    nndr: Markup
    dcr: Markup


def view(evidence: Evidence) -> View | None:
    """Gather what screening dropped; nothing is known about another tool's twin."""
    if evidence.made is None:
        return None
    found = evidence.made.screen
    return View(found, _nearness(found.nndr, "NNDR"), _nearness(found.dcr, "DCR"))


def _nearness(histogram: Histogram, label: str) -> Markup:
    """Draw training's own nearness (filled) and that of the rows kept (outline)."""
    edges = histogram.edges
    real, kept = map(disclosure_control.shares, (histogram.training, histogram.kept))
    title = (
        f"{label} of training rows, leaving one out, and of the rows kept, by bins from 0 to {edges[-1]:g} "
        f"and beyond; the lowest bin, up to {edges[1]:g}, holds {percent(real[0])} of the former and "
        f"{percent(kept[0])} of the latter (– where withheld)"
    )
    return drawing(svg.histogram(real, kept, "0", f"{edges[-1]:g} ≤", title))


SECTION = Section("dropped", "Dropped", view)
