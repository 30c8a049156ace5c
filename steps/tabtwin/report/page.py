"""Render the whole report: one static page, public or private, of sections in a fixed order."""

from __future__ import annotations

from dataclasses import replace

from tabtwin import __version__
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.report.evidence import Evidence
from tabtwin.report.publishing import published, rounded
from tabtwin.report.section import measured, part
from tabtwin.report.templating import fill, style
from tabtwin.report.views import (
    attacks,
    chosen,
    columns,
    defects,
    dependence,
    distances,
    dropped,
    first_screen,
    gates,
    guidance,
    likeness,
    models,
    provenance,
    risks,
    source,
    utility,
)

SECTIONS = (
    gates.SECTION,
    likeness.SECTION,
    columns.SECTION,
    dependence.SECTION,
    distances.SECTION,
    attacks.SECTION,
    risks.SECTION,
    *(measured(measure) for measure in AuditResult.measures() if measure.section),
    models.SECTION,
    dropped.SECTION,
    chosen.SECTION,
    defects.SECTION,
    utility.SECTION,
    source.SECTION,
    provenance.SECTION,
)
"""The parts of the page, in their order; those with nothing to show are left out."""


def render(evidence: Evidence, *, private: bool) -> str:
    """Return one HTML page; the ``private`` one has exact figures, the seed, digests and where things are."""
    exactness = "" if private else rounded(evidence)
    evidence = evidence if private else replace(published(evidence), private=None)
    parts = [found for section in SECTIONS if (found := part(section, evidence))]
    page = fill(
        "page.html",
        style=style(),
        first_screen=fill("first_screen.html", view=first_screen.view(evidence)),
        guidance=fill("guidance.html", view=guidance.view(evidence)),
        parts=parts,
        exactness=exactness,
        version=__version__,
    )
    return str(page)
