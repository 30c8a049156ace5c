"""The report whole: its parts in order, public or private."""

from __future__ import annotations

from tabtwin import __version__
from tabtwin.report import (
    attacks,
    canaries,
    closeness,
    disclosure,
    distances,
    models,
    risks,
    screening,
    selection,
    summary,
    verdict,
)
from tabtwin.report.evidence import Evidence
from tabtwin.report.html import page, paragraph
from tabtwin.report.publishing import published, rounded


def render(evidence: Evidence, *, private: bool) -> str:
    """One HTML page; the ``private`` one has exact figures, the seed, digests and where things lie."""
    evidence = evidence if private else published(evidence)
    made = evidence.made
    parts = [
        verdict.gates(evidence),
        closeness.likeness(evidence),
        closeness.columns(evidence),
        closeness.dependence(evidence),
        distances.distances(evidence),
        attacks.attacks(evidence),
        canaries.canaries(evidence),
        risks.risks(evidence),
        *(
            [models.models(made, private=private), screening.dropped(made), selection.chosen(made)]
            if made
            else []
        ),
        disclosure.defects(evidence.carried),
        models.utility(evidence),
        models.source(evidence),
    ]
    if private:
        parts.append(models.provenance(evidence))
    made_by = (
        f"Made by tabtwin {__version__}. The same table, settings, seed and signing key give the same page."
    )
    footer = paragraph(made_by if private else f"{made_by} {rounded(evidence)}", css="soft")
    return page("tabtwin report", summary.opening(evidence, private=private), "".join(parts), footer)
