"""Gather the section on risks to people: singling out, linking, inferring, and rare combinations."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.risks.results import Combinations, OneRisk, Risks
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section

SHOWN_COLUMNS = 10


@dataclass(frozen=True)
class View:
    """What was found about people.

    Attributes:
        attacks: What the attacks found; None if the holdout is too small for any.
        highest: The columns with the highest risk of inference, the highest first.
        combinations: Rare combinations of the quasi-identifiers; None if none are declared.
    """

    attacks: Risks | None
    highest: tuple[str, ...]
    combinations: Combinations | None


def view(evidence: Evidence) -> View:
    """Gather the risks to people."""
    found = evidence.audit.risks
    columns = found.twin.columns if found else {}
    highest = sorted(columns, key=lambda name: (-_value(columns[name]), name))
    return View(found, tuple(highest[:SHOWN_COLUMNS]), evidence.audit.combinations)


def _value(found: OneRisk | None) -> float:
    return -1.0 if found is None or found.risk.value is None else found.risk.value


SECTION = Section("risks", "Risks to people", view)
