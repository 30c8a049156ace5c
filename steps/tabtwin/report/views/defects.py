"""Gather the section on defects: cells that do not fit their column."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.report import disclosure_control
from tabtwin.report.disclosure import DEFECTS, about
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section


@dataclass(frozen=True)
class Defect:
    """A column, what is wrong with some of its cells, and about how many there are."""

    column: str
    fault: str
    cells: str


@dataclass(frozen=True)
class Defects:
    """Everything that does not fit, and columns that the twin does not have."""

    defects: tuple[Defect, ...]
    lacking: tuple[str, ...]


def view(evidence: Evidence) -> Defects | None:
    """Gather what does not fit; None if everything does."""
    found = evidence.carried
    if found is None or not (found.defects or found.lacking):
        return None
    return Defects(
        defects=tuple(
            Defect(name, DEFECTS[reason], about(cells))
            for name, by_reason in found.defects.items()
            for reason, cells in disclosure_control.cells(by_reason).items()
        ),
        lacking=tuple(found.lacking),
    )


SECTION = Section("defects", "Defects", view)
