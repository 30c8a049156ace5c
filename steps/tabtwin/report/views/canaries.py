"""What the part on canaries shows: what was planted, whether it could be told, and what so many can show."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.canaries.results import Canaries
from tabtwin.evaluation.question import NOTHING
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section

SURE = 2.0
"""Standard errors from guessing at which an AUC is more than chance, about."""


@dataclass(frozen=True)
class View:
    """How well planted rows are told from rows held back, and the AUC from which on that could be seen."""

    found: Canaries
    least: float


def view(evidence: Evidence) -> View | None:
    """Gather what canaries showed; nothing where none were planted."""
    found = evidence.audit.canaries
    return None if found is None else View(found, NOTHING + SURE * found.chance)


SECTION = Section("canaries", "Canaries", view)
