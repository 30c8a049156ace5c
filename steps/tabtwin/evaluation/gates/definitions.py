"""What the gates ask of an audit: which figure, what it says, and what helps where it is too large.

One entry, one gate; limits stand in ``gates.toml`` under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tabtwin.evaluation.intervals import Estimate

Sample = Literal["twin", "pool"]
Audit = Mapping[str, Any]

NOTHING = 0.5
"""The AUC of an attack, or of a discriminator, that learns nothing."""


@dataclass(frozen=True)
class Question:
    """What a gate asks of the audit, and how it explains itself.

    Attributes:
        name: One word, as in ``gates.toml``.
        title: What is judged, in a few words.
        means: What the figure says.
        remedy: What helps where the gate is not passed.
        figure: The figure of the twin or the pool in ``audit.json``; None where it could not be measured.
        samples: Whose figures count; the worse decides.
        neutral: The figure of honest, unseen rows.
        two_sided: Whether a figure as far below ``neutral`` is a fault as well.
        asked: Whether the gate is asked at all, of this audit.
    """

    name: str
    title: str
    means: str
    remedy: str
    figure: Callable[[Audit, Sample], Mapping[str, Any] | None]
    samples: tuple[Sample, ...] = ("twin",)
    neutral: float = 0.0
    two_sided: bool = False
    asked: Callable[[Audit], bool] = lambda audit: True

    @property
    def ways(self) -> int:
        """In how many ways the gate may refuse an honest twin."""
        return len(self.samples) * (2 if self.two_sided else 1)

    def estimate(self, audit: Audit, sample: Sample) -> Estimate | None:
        """The figure with what its interval is made from."""
        found = self.figure(audit, sample)
        return None if found is None else Estimate.from_json(dict(found))


def _of(section: str, key: str) -> Callable[[Audit, Sample], Mapping[str, Any] | None]:
    return lambda audit, sample: audit[section][sample][key]


def _attack(name: str, key: str = "auc") -> Callable[[Audit, Sample], Mapping[str, Any] | None]:
    return lambda audit, sample: audit["attacks"] and audit["attacks"][sample][name][key]


def _near(audit: Audit, sample: Sample) -> Mapping[str, Any] | None:
    attacks = audit["attacks"]
    found: Mapping[str, Any] | None = attacks and attacks[sample]["relative"]["near"]["effect"]
    return found


def _has_likeness(audit: Audit) -> bool:
    return audit["control"]["likeness"] is not None


LESS_FIT = (
    "Give boost some --regularization, ctgan and tvae fewer --epochs, or leave out the model that leans "
    "most; a larger holdout narrows the interval."
)
CLOSER = (
    "Use --generators boost:4, train for more epochs, or leave the weakest model out; the report names the "
    "columns and pairs that fit worst."
)
SCREENED = "Use --screen matched, which leaves rows as near to training rows as unseen rows are."
ATTACKED = "The AUC of an attack that asks which rows were trained on: 0.5 learns nothing, 1 everything. "

QUESTIONS = (
    Question(
        name="likeness",
        title="Likeness",
        means="How far the twin is from unseen rows: 0 as a fresh sample of the real source, 1 as a shuffle "
        "of its columns, which keeps no link between them.",
        remedy=CLOSER,
        figure=lambda audit, sample: audit["control"]["likeness"],
        asked=_has_likeness,
    ),
    Question(
        name="discriminator",
        title="Likeness, by a discriminator",
        means="How well a model tells the twin from real rows: 0.5 not at all, 1 always. It decides here, "
        "since a shuffle of this table's columns is nearly as accurate as real rows are.",
        remedy=CLOSER,
        figure=lambda audit, sample: audit["discriminator"],
        neutral=NOTHING,
        asked=lambda audit: not _has_likeness(audit),
    ),
    Question(
        name="dcr",
        title="Leaning towards training (DCR)",
        means="How much oftener the closest real row is a training row than it is for unseen rows: "
        "0 as unseen rows, 1 as a verbatim copy of training.",
        remedy=LESS_FIT,
        figure=_of("distances", "leaning"),
        samples=("twin", "pool"),
    ),
    Question(
        name="copies",
        title="Surplus copies",
        means="The share of rows that equal a training row, beyond the share of training rows that equal "
        "another training row.",
        remedy="The generator repeats training rows: give boost some --regularization, ctgan and tvae fewer "
        "--epochs, or leave that model out.",
        figure=_of("copies", "surplus"),
        samples=("twin", "pool"),
    ),
    Question(
        name="nndr",
        title="Crowds and holes (NNDR below 0.1)",
        means="The share of rows that stand at one training row rather than among several, minus the same "
        "for as many unseen rows: above 0 a crowd around training rows, below 0 a hole.",
        remedy="A crowd: give boost some --regularization, ctgan and tvae fewer --epochs. A hole: use "
        "--screen matched, since a plain cutoff leaves one around every training row.",
        figure=_of("distances", "nndr"),
        samples=("twin", "pool"),
        two_sided=True,
    ),
    Question(
        name="tracing",
        title="Tracing by joint tables",
        means=ATTACKED + "It compares the twin's three-way tables with those of other real rows.",
        remedy=LESS_FIT,
        figure=_attack("tracing_3"),
        neutral=NOTHING,
    ),
    Question(
        name="nearest",
        title="Nearest rows, by an attacker",
        means=ATTACKED + "It asks how near the twin comes to a row, as a part of the distance to other real "
        "rows; below 0.5, a hole gives the row away.",
        remedy=SCREENED,
        figure=_attack("relative"),
        neutral=NOTHING,
        two_sided=True,
    ),
    Question(
        name="near",
        title="Near copies and holes, by an attacker",
        means="How much likelier the twin comes ten times nearer than other real rows do, to a training row "
        "than to an unseen one (Cohen's h): above 0 near copies, below 0 a hole around training rows.",
        remedy=SCREENED,
        figure=_near,
        two_sided=True,
    ),
    Question(
        name="density",
        title="Density ratio, by an attacker",
        means=ATTACKED + "It compares how densely the twin and other real rows stand around a row.",
        remedy=SCREENED,
        figure=_attack("density_1"),
        neutral=NOTHING,
        two_sided=True,
    ),
    Question(
        name="learned",
        title="All attacks together, learned",
        means=ATTACKED + "It is a model that learns from the figures of all others.",
        remedy=LESS_FIT,
        figure=_attack("learned"),
        neutral=NOTHING,
    ),
    Question(
        name="exposed",
        title="All attacks, on the most exposed rows",
        means=ATTACKED + "Here it is asked of the tenth of rows that stand most alone.",
        remedy="Raise --min-subjects, so that more of what is rare is hidden.",
        figure=_attack("learned", "exposed"),
        neutral=NOTHING,
    ),
    Question(
        name="canaries",
        title="Memorising, by planted rows",
        means="The AUC of telling rows that were planted in training from rows drawn exactly alike that were "
        "not, by how near the raw pool comes to them: 0.5 nothing was memorised, 1 every planted row.",
        remedy="The generator memorises rows: give boost some --regularization, ctgan and tvae fewer "
        "--epochs; more --canaries narrow the interval.",
        figure=lambda audit, sample: audit["canaries"]["auc"],
        samples=("pool",),
        neutral=NOTHING,
        asked=lambda audit: audit["canaries"] is not None,
    ),
)
