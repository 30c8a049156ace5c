"""Which uses the report's figures argue for, and which they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.question import NOTHING
from tabtwin.evaluation.utility.results import Utility
from tabtwin.report.evidence import Evidence
from tabtwin.report.views.likeness import LIKE

NEAR = 0.05
"""Part of what real rows teach, beyond guessing, by which a model trained on the twin may fall short."""
LEARNABLE = 0.02
"""By how much models of real rows must beat guessing for a comparison to say anything."""


@dataclass(frozen=True)
class Modelling:
    """Whether models may be developed on the twin.

    Attributes:
        state: What was shown.
        target: What they predict.
        synthetic: What one trained on the twin scores.
        real: What one trained on real rows scores.
        guessing: What guessing scores.
    """

    state: Literal["untrained", "unlearnable", "near", "short"]
    target: str | None = None
    synthetic: float = 0.0
    real: float = 0.0
    guessing: float = 0.0

    @property
    def lost(self) -> float:
        """The part that the twin loses of what real rows teach beyond guessing."""
        return (self.real - self.synthetic) / (self.real - self.guessing)


@dataclass(frozen=True)
class Uses:
    """What the figures argue for.

    Attributes:
        is_refused: Whether the twin is refused: then nothing is argued for.
        is_ours: Whether the pipeline made the twin.
        likeness: How like the source it is; None where that could not be measured.
        is_like: Whether statistics of the twin stand for the source's, whatever the gates allow.
        models: Whether models may be developed on it.
    """

    is_refused: bool
    is_ours: bool
    likeness: Figure | None
    is_like: bool
    models: Modelling


def view(evidence: Evidence) -> Uses:
    """Gather what the figures argue for."""
    likeness = evidence.audit.control.likeness
    return Uses(
        is_refused=evidence.refused,
        is_ours=evidence.made is not None,
        likeness=likeness,
        is_like=likeness is not None and max(likeness.value, likeness.high) <= LIKE,
        models=_models(evidence.utility),
    )


def _models(found: Utility) -> Modelling:
    synthetic, real, guessing = found.scored("synthetic"), found.scored("real"), _guessing(found)
    if synthetic is None or real is None or guessing is None:
        return Modelling("untrained")
    if real - guessing <= LEARNABLE:
        return Modelling("unlearnable", found.target, synthetic, real, guessing)
    shown = Modelling("near", found.target, synthetic, real, guessing)
    return shown if shown.lost <= NEAR else Modelling("short", found.target, synthetic, real, guessing)


def _guessing(found: Utility) -> float | None:
    """Return what a guess scores that looks at no feature; an AUC of .5 whatever the classes' shares."""
    if found.main == "auc":
        return NOTHING
    return found.baseline.get(found.main) if found.baseline and found.main else None
