"""Gather the section on membership attacks: how well an attacker could tell who was trained on."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.attacks.results import Attacks
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section


@dataclass(frozen=True)
class View:
    """What every attack found; None if the holdout is too small for any."""

    found: Attacks | None


def view(evidence: Evidence) -> View:
    """Gather what the attacks found."""
    return View(evidence.audit.attacks)


SECTION = Section("attacks", "Attacks", view)
