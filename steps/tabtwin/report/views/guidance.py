"""Gather what follows the first screen: gates that did not pass, uses of the twin, what is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tabtwin.evaluation.gates.verdicts import Gate
from tabtwin.report import disclosure_control
from tabtwin.report.disclosure import about
from tabtwin.report.evidence import Evidence
from tabtwin.report.views import uses
from tabtwin.report.views.gates import by_verdict


@dataclass(frozen=True)
class Guidance:
    """How to read the report.

    Attributes:
        refused: The gates that refused.
        unshown: The gates that could not decide.
        uses: What the figures support.
        is_ours: Whether the pipeline made the twin.
        rare: About how many cells of a column hold what protection would hide, in words.
        not_compared: The columns that no measure looked at.
        earlier_releases: How many earlier releases of the same table there are.
        earlier_refusals: How many earlier tries were refused.
        chose_seed: Whether the seed was chosen.
    """

    refused: tuple[Gate, ...]
    unshown: tuple[Gate, ...]
    uses: uses.Uses
    is_ours: bool
    rare: Mapping[str, str]
    not_compared: tuple[str, ...]
    earlier_releases: int
    earlier_refusals: int
    chose_seed: bool


def view(evidence: Evidence) -> Guidance:
    """Gather how to read the report."""
    found = evidence.carried
    rare = disclosure_control.cells(found.protected) if found else {}
    return Guidance(
        refused=by_verdict(evidence, "refused"),
        unshown=by_verdict(evidence, "not_shown"),
        uses=uses.view(evidence),
        is_ours=evidence.made is not None,
        rare={name: about(cells) for name, cells in rare.items()},
        not_compared=found.not_compared if found else (),
        earlier_releases=evidence.before.releases,
        earlier_refusals=evidence.before.refused,
        chose_seed=evidence.chose_seed,
    )
