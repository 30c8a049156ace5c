"""What the part on canaries shows: what was planted, whether it could be told, and what so many can show."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.gates.definitions import NOTHING
from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import Figure, figure
from tabtwin.report.section import Section

SURE = 2.0
"""Standard errors from guessing at which an AUC is more than chance, about."""


@dataclass(frozen=True)
class Canaries:
    """How well planted rows are told from rows held back.

    Attributes:
        planted: How many rows were planted.
        held_back: How many were drawn alike and held back.
        planted_repeated: How many planted rows the pool repeats.
        held_back_repeated: How many of those held back it repeats.
        pool: How many rows the raw pool has.
        auc: How often a planted row is the closer one.
        chance: By how much chance moves the AUC.
        least: The AUC from which on memorising could be seen.
    """

    planted: int | None
    held_back: int | None
    planted_repeated: int | None
    held_back_repeated: int | None
    pool: int
    auc: Figure | None
    chance: float
    least: float


def view(evidence: Evidence) -> Canaries | None:
    """Gather what canaries showed; nothing where none were planted."""
    found = evidence.audit["canaries"]
    if found is None:
        return None
    return Canaries(
        planted=found["planted"],
        held_back=found["held_back"],
        planted_repeated=found["repeated"]["planted"],
        held_back_repeated=found["repeated"]["held_back"],
        pool=found["pool"],
        auc=figure(found["auc"]),
        chance=found["chance"],
        least=NOTHING + SURE * found["chance"],
    )


SECTION = Section("canaries", "Canaries", view)
