"""Define what membership attacks find: each one's figures, on the twin and on the control."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.result import Compared, Result

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
        description="the same among the tenth of rows that are most isolated; null: too few"
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
        description="by the least distance from a twin row, as a fraction of that row's distance to other "
        "real rows"
    )
    density_1: Attack = Field(description="by density ratio, 1 neighbor")
    density_2: Attack = Field(description="by density ratio, 2 neighbors")
    density_5: Attack = Field(description="by density ratio, 5 neighbors")
    density_10: Attack = Field(description="by density ratio, 10 neighbors")
    learned: Attack = Field(description="by a model that learns from all of these")


class Attacks(Result):
    """Every attack on the twin, beside the same on real rows."""

    twin: EveryAttack = Field(description="on the twin")
    control: EveryAttack = Field(description="on half of the holdout, taken as a twin")
    rows: Compared = Field(description="rows of each table")
