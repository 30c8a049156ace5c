"""What the part on risks to people shows: singling out, linking, inferring, and rare combinations."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.risks.results import Combinations, OneRisk, Risks
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section

SHOWN_COLUMNS = 10


@dataclass(frozen=True)
class View:
    """What was found of people.

    Attributes:
        attacks: What the attacks found; None where the holdout is too small for any.
        highest: The columns whose risk of inference is highest, that first.
        combinations: Rare ones of the quasi-identifiers; None where none are declared.
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
