"""Gather the section on distances and copies of twin and raw pool, beside the control."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.distances.results import Copies, DcrShare, Distances, NndrRatio, SampleFigures
from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section


@dataclass(frozen=True)
class Side:
    """What was measured for the twin, or for the raw pool."""

    figures: SampleFigures
    copies: Copies
    dcr: DcrShare
    ratio: NndrRatio


@dataclass(frozen=True)
class View:
    """Distances of the twin and, where there is one, of the raw pool, beside those of real rows."""

    found: Distances
    sides: tuple[Side, ...]

    @property
    def has_pool(self) -> bool:
        """Return whether there is a raw pool: another tool's twin has none."""
        return len(self.sides) > 1


def view(evidence: Evidence) -> View:
    """Gather the distances."""
    audit = evidence.audit
    distances, copies, dcr, ratio = audit.distances, audit.copies, audit.dcr, audit.nndr_ratio
    twin = Side(distances.twin, copies.twin, dcr.twin, ratio.twin)
    pool = Side(distances.pool, copies.pool, dcr.pool, ratio.pool)
    return View(distances, (twin, pool) if evidence.made else (twin,))


SECTION = Section("distances", "Distances", view)
