"""Gather the section on choosing: how the twin's rows were taken from the pool, and what that changed."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section
from tabtwin.selection.results import Refined


@dataclass(frozen=True)
class View:
    """How the twin's rows were chosen."""

    found: Refined


def view(evidence: Evidence) -> View | None:
    """Gather how rows were chosen; nothing is known about another tool's twin."""
    return None if evidence.made is None else View(evidence.made.refine)


SECTION = Section("chosen", "Chosen", view)
