"""What membership attacks find: each one's figures, on the twin and on the control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.question import ATTACKED, LESS_FIT, NOTHING, SCREENED, Question, Sample
from tabtwin.evaluation.result import Compared, Part, Result

FalsePositives = Literal["0.001", "0.01"]
RATES: dict[float, FalsePositives] = {0.001: "0.001", 0.01: "0.01"}
"""How false-positive rates are spelled."""


class Near(Result):
    """Rows that the twin comes ten times nearer to than other real rows do."""

    training: float | None = Field(description="their share of training rows; null: withheld")
    holdout: float | None = Field(description="their share of unseen rows; null: withheld")
    effect: Figure | None = Field(description="both as Cohen's h; null where either is withheld")


class Attack(Result):
    """The figures of one attack."""

    auc: Figure = Field(
        description="how often a training row is ranked above an unseen one: .5 learns nothing, below .5 a "
        "hole shows"
    )
    exposed: Figure | None = Field(
        description="the same among the tenth of rows that stand most alone; null: too few"
    )
    above: dict[FalsePositives, Figure | None] = Field(
        description="true minus false positive rate among the highest scores, by false positive rate; null: "
        "too few unseen rows"
    )
    below: dict[FalsePositives, Figure | None] = Field(description="the same among the lowest scores")


class NearAttack(Attack):
    """The figures of the attack by relative distance."""

    near: Near = Field(description="rows that the twin comes ten times nearer to than other real rows do")


class EveryAttack(Result):
    """Every attack, in the order in which the learned one sees their scores."""

    tracing_1: Attack = Field(description="by one-way tables")
    tracing_2: Attack = Field(description="by two-way tables")
    tracing_3: Attack = Field(description="by three-way tables")
    nearest: Attack = Field(description="by the distance to the nearest twin row")
    relative: NearAttack = Field(
        description="by the least distance from a twin row, as a part of that row's distance to other real "
        "rows"
    )
    density_1: Attack = Field(description="by density ratio, 1 neighbour")
    density_2: Attack = Field(description="by density ratio, 2 neighbours")
    density_5: Attack = Field(description="by density ratio, 5 neighbours")
    density_10: Attack = Field(description="by density ratio, 10 neighbours")
    learned: Attack = Field(description="by a model that learns from all of these")


class Attacks(Result):
    """Every attack on the twin, beside the same on real rows."""

    twin: EveryAttack = Field(description="on the twin")
    control: EveryAttack = Field(description="on half of the holdout, taken as a twin")
    rows: Compared = Field(description="rows of each table")


def _auc(name: str, key: str = "auc") -> Callable[[Any, Sample], Figure | None]:
    return lambda audit, sample: audit.attacks and audit.attacks[sample][name][key]


class AttacksResult(Part):
    """How well attackers tell which rows were trained on."""

    attacks: Attacks | None = Field(
        description="membership attacks; null where the holdout has fewer than 4 subjects"
    )

    gates: ClassVar[tuple[Question, ...]] = (
        Question(
            name="tracing",
            title="Tracing by joint tables",
            means=ATTACKED + "It compares the twin's three-way tables with those of other real rows.",
            remedy=LESS_FIT,
            figure=_auc("tracing_3"),
            neutral=NOTHING,
        ),
        Question(
            name="nearest",
            title="Nearest rows, by an attacker",
            means=ATTACKED + "It asks how near the twin comes to a row, as a part of the distance to other "
            "real rows; below 0.5, a hole gives the row away.",
            remedy=SCREENED,
            figure=_auc("relative"),
            neutral=NOTHING,
            two_sided=True,
        ),
        Question(
            name="near",
            title="Near copies and holes, by an attacker",
            means="How much likelier the twin comes ten times nearer than other real rows do, to a training "
            "row than to an unseen one (Cohen's h): above 0 near copies, below 0 a hole around training "
            "rows.",
            remedy=SCREENED,
            figure=lambda audit, sample: audit.attacks and audit.attacks[sample].relative.near.effect,
            two_sided=True,
        ),
        Question(
            name="density",
            title="Density ratio, by an attacker",
            means=ATTACKED + "It compares how densely the twin and other real rows stand around a row.",
            remedy=SCREENED,
            figure=_auc("density_1"),
            neutral=NOTHING,
            two_sided=True,
        ),
        Question(
            name="learned",
            title="All attacks together, learned",
            means=ATTACKED + "It is a model that learns from the figures of all others.",
            remedy=LESS_FIT,
            figure=_auc("learned"),
            neutral=NOTHING,
        ),
        Question(
            name="exposed",
            title="All attacks, on the most exposed rows",
            means=ATTACKED + "Here it is asked of the tenth of rows that stand most alone.",
            remedy="Raise --min-subjects, so that more of what is rare is hidden.",
            figure=_auc("learned", "exposed"),
            neutral=NOTHING,
        ),
    )
