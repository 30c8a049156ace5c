"""What canaries find: whether rows planted in training can be told from those held back."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.question import NOTHING, Question
from tabtwin.evaluation.result import Part, Result


class Repeated(Result):
    """How many canaries equal a row of the pool."""

    planted: int = Field(description="planted canaries that equal a pool row")
    held_back: int = Field(description="canaries held back that equal a pool row")


class Canaries(Result):
    """How well planted canaries are told from those held back."""

    auc: Figure = Field(description="of telling planted canaries from held-back ones by the raw pool")
    chance: float = Field(description="its standard error where nothing is memorised")
    planted: int = Field(description="rows planted")
    held_back: int = Field(description="rows held back")
    repeated: Repeated = Field(description="how many equal a pool row")
    pool: int = Field(description="rows of the pool compared")


class CanariesResult(Part):
    """Whether the generator memorised rows that were planted."""

    canaries: Canaries | None = Field(description="planted rows; null where there are none")

    gates: ClassVar[tuple[Question, ...]] = (
        Question(
            name="canaries",
            title="Memorising, by planted rows",
            means="The AUC of telling rows that were planted in training from rows drawn exactly alike that "
            "were not, by how near the raw pool comes to them: 0.5 nothing was memorised, 1 every planted "
            "row.",
            remedy="The generator memorises rows: give boost some --regularization, ctgan and tvae fewer "
            "--epochs; more --canaries narrow the interval.",
            figure=lambda audit, sample: audit.canaries.auc,
            samples=("pool",),
            neutral=NOTHING,
            asked=lambda audit: audit.canaries is not None,
        ),
    )
