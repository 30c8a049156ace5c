"""Decide which uses the report's figures support, and which they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.question import NOTHING
from tabtwin.evaluation.utility.results import Utility
from tabtwin.report.evidence import Evidence
from tabtwin.report.views.likeness import LIKE

NEAR = 0.05
"""The share of what real rows teach, beyond guessing, that a model trained on the twin may lose."""
LEARNABLE = 0.02
"""By how much models of real rows must beat guessing for a comparison to be meaningful."""


@dataclass(frozen=True)
class Modeling:
    """Whether models may be developed on the twin.

    Attributes:
        state: What was shown.
        target: What they predict.
        synthetic: The score of a model trained on the twin.
        real: The score of a model trained on real rows.
        guessing: The score of guessing.
    """

    state: Literal["untrained", "unlearnable", "near", "short"]
    target: str | None = None
    synthetic: float = 0.0
    real: float = 0.0
    guessing: float = 0.0

    @property
    def lost(self) -> float:
        """Return the share that the twin loses of what real rows teach beyond guessing."""
        return (self.real - self.synthetic) / (self.real - self.guessing)


@dataclass(frozen=True)
class Uses:
    """What the figures support.

    Attributes:
        is_refused: Whether the twin is refused: then no use is supported.
        is_ours: Whether the pipeline made the twin.
        likeness: How like the source it is; None if that could not be measured.
        like: The likeness up to which statistics of the twin represent the source's.
        is_like: Whether statistics of the twin represent the source's, whatever the gates allow.
        broken: The share of rows that break what always holds, if it is more than may be.
        models: Whether models may be developed on it.
    """

    is_refused: bool
    is_ours: bool
    likeness: Figure | None
    like: float
    is_like: bool
    broken: float | None
    models: Modeling


def view(evidence: Evidence) -> Uses:
    """Gather what the figures support."""
    likeness = evidence.audit.control.likeness
    return Uses(
        is_refused=evidence.refused,
        is_ours=evidence.made is not None,
        likeness=likeness,
        like=LIKE,
        is_like=likeness is not None and max(likeness.value, likeness.high) <= LIKE,
        broken=evidence.audit.validity.breaks,
        models=_models(evidence.utility),
    )


def _models(found: Utility) -> Modeling:
    synthetic, real, guessing = found.scored("synthetic"), found.scored("real"), _guessing(found)
    if synthetic is None or real is None or guessing is None:
        return Modeling("untrained")
    if real - guessing <= LEARNABLE:
        return Modeling("unlearnable", found.target, synthetic, real, guessing)
    shown = Modeling("near", found.target, synthetic, real, guessing)
    return shown if shown.lost <= NEAR else Modeling("short", found.target, synthetic, real, guessing)


def _guessing(found: Utility) -> float | None:
    """Return the score of a guess that uses no feature; an AUC of .5 whatever the classes' shares."""
    if found.main == "auc":
        return NOTHING
    return found.baseline.get(found.main) if found.baseline and found.main else None
