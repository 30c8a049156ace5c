"""What the part on distances and copies shows, of twin and raw pool, beside the control."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import Figure, figure
from tabtwin.report.section import Section

SIDES = ("twin", "pool")


@dataclass(frozen=True)
class Side:
    """What was measured of the twin, or of the raw pool.

    Attributes:
        leaning: 0 as fresh rows, 1 as a copy of training.
        dcr_share: The share of rows closer to training than to as many unseen rows.
        nndr: The share of rows below .1, to training minus to holdout.
        surplus: Copies of training rows beyond chance.
        equal_training: The share of rows that equal a training row.
        equal_holdout: The share of rows that equal one of as many holdout rows.
        whole_dcr: The DCR share against the whole holdout.
        ratio: The mean NNDR ratio.
        ratio_sd: How much that differs from seed to seed.
    """

    leaning: Figure | None
    dcr_share: Figure | None
    nndr: Figure | None
    surplus: Figure | None
    equal_training: float | None
    equal_holdout: float | None
    whole_dcr: Figure | None
    ratio: float | None
    ratio_sd: float | None


@dataclass(frozen=True)
class Distances:
    """Distances of the twin and the raw pool, beside those of real rows.

    Attributes:
        sides: Of the twin and, where there is one, of the raw pool.
        control_dcr: The DCR share of real rows.
        control_nndr: The share below .1 of real rows.
        trials: How many times rows were drawn.
        rows: How many of each side.
    """

    sides: tuple[Side, ...]
    control_dcr: Figure | None
    control_nndr: Figure | None
    trials: int
    rows: int

    @property
    def has_pool(self) -> bool:
        """Whether there is a raw pool: of a twin from elsewhere there is none."""
        return len(self.sides) > 1


def view(evidence: Evidence) -> Distances:
    """Gather the distances."""
    found = evidence.audit["distances"]
    return Distances(
        sides=tuple(_side(evidence, side) for side in (SIDES if evidence.made else SIDES[:1])),
        control_dcr=figure(found["control"]["dcr_share"]),
        control_nndr=figure(found["control"]["nndr"]),
        trials=found["trials"],
        rows=found["rows"],
    )


def _side(evidence: Evidence, side: str) -> Side:
    audit = evidence.audit
    found, copies, ratio = audit["distances"][side], audit["copies"][side], audit["nndr_ratio"][side]
    return Side(
        leaning=figure(found["leaning"]),
        dcr_share=figure(found["dcr_share"]),
        nndr=figure(found["nndr"]),
        surplus=figure(copies["surplus"]),
        equal_training=copies["equal"]["training"],
        equal_holdout=copies["equal"]["holdout"],
        whole_dcr=figure(audit["dcr"][side]),
        ratio=ratio["mean"],
        ratio_sd=ratio["sd"],
    )


SECTION = Section("distances", "Distances", view)
