"""Define what a gate asks of an audit: which figure, what it means, and what helps if it is too large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tabtwin.evaluation.intervals import Figure

Sample = Literal["twin", "pool"]

NOTHING = 0.5
"""The AUC of an attack, or of a discriminator, that learns nothing."""

ATTACKED = (
    "The AUC of an attack that tries to tell which rows were used for training: 0.5 is no better than "
    "guessing, 1 is always right. "
)


@dataclass(frozen=True)
class Remedy:
    """What helps if a gate is not passed.

    Attributes:
        own: For this version's twins, with its options.
        foreign: For another tool's twin, in words that fit any generator.
    """

    own: str
    foreign: str


LESS_FIT = Remedy(
    "Give boost some --regularization, ctgan and tvae fewer --epochs, or leave out the model that leans "
    "most; a larger holdout narrows the interval.",
    "The generator learned single rows: fit it less; a larger holdout narrows the interval.",
)
CLOSER = Remedy(
    "Use --generators boost:4, train for more epochs, or leave the weakest model out; the report names the "
    "columns and pairs that fit worst.",
    "Fit the generator better; the report names the columns and pairs that fit worst.",
)
CROWD_OR_HOLE = (
    "A crowd: the generator learned single rows, so fit it less. A hole: do not drop rows for being close "
    "to a training row, since that reveals them."
)
SCREENED = "Use --screen matched, which leaves rows as near to training rows as unseen rows are."


@dataclass(frozen=True)
class Question:
    """What a gate asks of the audit, and how it explains itself.

    Attributes:
        name: One word, as in a user's file of limits.
        title: What is judged, in a few words.
        means: What the figure means.
        limit: The limit beyond which the gate refuses; a user's file may set another.
        reason: The reason for the limit, for ``docs/gates.md``.
        remedy: What helps if the gate is not passed.
        figure: The figure of the twin or the pool in an ``AuditResult``; None if it could not be measured.
        samples: Whose figures count; the worse decides.
        neutral: The figure of honest, unseen rows.
        about: What the gate guards.
        two_sided: Whether a figure as far below ``neutral`` is refused as well, or one below ``least``.
        least: The limit on the lower side, where it is not as far from ``neutral`` as the upper one.
        asked: Whether the gate applies to this audit.
    """

    name: str
    title: str
    means: str
    limit: float
    reason: str
    remedy: Remedy
    # The audit is made of the results that questions belong to, so it cannot be named here.
    figure: Callable[[Any, Sample], Figure | None]
    samples: tuple[Sample, ...] = ("twin",)
    neutral: float = 0.0
    about: Literal["closeness", "privacy"] = "privacy"
    two_sided: bool = False
    least: float | None = None
    asked: Callable[[Any], bool] = lambda audit: True

    def lower(self, limit: float) -> float | None:
        """Return the limit on the lower side, given that on the upper; None if only that one is judged."""
        if not self.two_sided:
            return None
        return round(2 * self.neutral - limit, 12) if self.least is None else self.least

    @property
    def ways(self) -> int:
        """Return in how many ways the gate may refuse an honest twin."""
        return len(self.samples) * (2 if self.two_sided else 1)
