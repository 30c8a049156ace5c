"""Compute the figures of every attack from its trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.evaluation.attacks import learned
from tabtwin.evaluation.attacks.nearest_rows import NEIGHBOURS
from tabtwin.evaluation.attacks.results import RATES, Attack, EveryAttack, FalsePositives, Near, NearAttack
from tabtwin.evaluation.attacks.roc import Ranked, auc, caught
from tabtwin.evaluation.intervals import Estimate, Figure, Rate, effect_size

LEARNED = "learned"
TRACING = ("tracing_1", "tracing_2", "tracing_3")
DENSITY = tuple(f"density_{k}" for k in NEIGHBOURS)
ATTACKS = tuple(EveryAttack.model_fields)


@dataclass(frozen=True)
class Trial:
    """The scores of one trial by attack, for all rows and for the most isolated ones."""

    ranked: dict[str, Ranked]
    exposed: dict[str, Ranked] | None
    near: tuple[float, float]


@dataclass(frozen=True)
class Nearly:
    """The shares of members and of non-members that the twin nearly copies.

    An AUC is an average over all rows; this is sharp if few rows are near, and for a hole, where members are
    not.

    Attributes:
        members: Of members.
        others: Of non-members.
        effect: How far apart they are, as Cohen's h.
    """

    members: float
    others: float
    effect: Estimate

    @classmethod
    def of(cls, trials: list[Trial]) -> Nearly:
        """Return means over trials, as certain as their subjects, each counted once, allow."""
        members, others = np.mean([trial.near for trial in trials], axis=0)
        ranked = [trial.ranked["relative"] for trial in trials]
        asked = [np.concatenate([one.of_members for one in ranked])]
        asked += [np.concatenate([one.of_others for one in ranked])]
        rates = (
            Rate(share=float(share), n=len(np.unique(clusters)))
            for share, clusters in zip((members, others), asked, strict=True)
        )
        return cls(float(members), float(others), effect_size(*rates))

    def result(self) -> Near:
        """Return the shares and how far they are apart, as ``audit.json`` holds them."""
        return Near(training=self.members, holdout=self.others, effect=self.effect.figure())


@dataclass(frozen=True)
class Found:
    """The figures of one attack.

    Attributes:
        auc: The area under the ROC curve: .5 reveals nothing, and below it members score lower.
        exposed: The same among the most isolated rows; ``None`` if there are too few.
        above: True minus false positives among the highest scores, by false-positive rate.
        below: The same among the lowest.
        near: Which shares of members and of non-members are nearer than ``NEAR``, relatively; ``relative``
            alone.
    """

    auc: Estimate
    exposed: Estimate | None
    above: dict[float, Estimate | None]
    below: dict[float, Estimate | None]
    near: Nearly | None = None

    def result(self) -> Attack:
        """Return the attack's figures, as ``audit.json`` holds them."""
        found = Attack(
            auc=self.auc.figure(),
            exposed=self.exposed.figure() if self.exposed else None,
            above=_by_rate(self.above),
            below=_by_rate(self.below),
        )
        return found if self.near is None else NearAttack(**dict(found), near=self.near.result())


def _by_rate(found: dict[float, Estimate | None]) -> dict[FalsePositives, Figure | None]:
    return {RATES[rate]: one.figure() if one else None for rate, one in found.items()}


def every_attack(found: dict[str, Found]) -> EveryAttack:
    """Return the figures of all attacks, as ``audit.json`` holds them."""
    return EveryAttack.model_validate({name: one.result() for name, one in found.items()})


def figures(trials: list[Trial]) -> dict[str, Found]:
    """Return the figures of each of ``ATTACKS``, from all of its trials."""
    exposed = [trial.exposed for trial in trials if trial.exposed is not None]
    found = {}
    for name in ATTACKS:
        ranked = [trial.ranked[name] for trial in trials]
        lonely = [part[name] for part in exposed]
        found[name] = Found(
            _area(name, ranked),
            _area(name, lonely) if len(lonely) == len(trials) else None,
            caught(ranked),
            caught(ranked, lowest=True),
            Nearly.of(trials) if name == "relative" else None,
        )
    return found


def _area(name: str, ranked: list[Ranked]) -> Estimate:
    """Return the AUC; 150 draws of 2,000 fresh rows of a table spread .79 to 1.04 times their errors."""
    return auc(ranked, alike=name in TRACING, inflation=learned.INFLATION if name == LEARNED else 1.0)
