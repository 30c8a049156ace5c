"""What is said of each model of a run as rows are shared out among them: what ``weights.json`` holds."""

from __future__ import annotations

from pydantic import Field

from tabtwin.evaluation.result import Result, optional

CHANCE = 0.02
"""Differences of quality that are chance."""


class Judgement(Result):
    """A model's scores in summary."""

    name: str = Field(description="the model")
    quality: float | None = Field(description="SDMetrics' quality score, 0 to 1; null where it has none")
    noise: float | None = Field(description="what uniform noise scores on the same columns")
    privacy: float = Field(description="the share of the weight that privacy leaves, 0 to 1")
    composite: float = Field(description="privacy times what quality makes of it, 0 to 1")
    scored: bool = Field(default=True, description="whether SDMetrics scored it")

    @property
    def beats_noise(self) -> bool:
        """Return whether its quality is above noise's by more than chance."""
        return self.quality is not None and (self.noise is None or self.quality > self.noise + CHANCE)


class Weight(Judgement):
    """A judged model's share of the rows, or why it has none; the composite is relative to the best's."""

    weight: float = Field(description="its share of the pool")
    reason: str = Field(default="", description="why it has none; empty if it has")


class LostModel(Result):
    """A model that failed."""

    step: str = Field(description="the step that failed")
    name: str = Field(description="its task")
    code: int = Field(description="the exit code")
    reason: str | None = optional("why; left out of the public file, since it may name places in the store")


class Weights(Result):
    """How models were weighed, as ``weights.json`` holds it."""

    rows: int = Field(description="rows of the twin")
    pool: int = Field(description="rows of the raw pool")
    reserve: int = Field(description="rows of these that only replace others")
    weights: dict[str, float] = Field(description="each model's share of the pool")
    drawn: dict[str, int] = Field(description="rows that are drawn of each model, earlier runs' included")
    balanced: dict[str, bool] = Field(description="whether each model draws balanced blocks")
    models: tuple[Weight, ...] = Field(description="each model that has scores")
    lost: tuple[LostModel, ...] = Field(description="models that failed")

    def without_reasons(self) -> Weights:
        """Return the same without what failures say."""
        lost = tuple(failure.model_copy(update={"reason": None}) for failure in self.lost)
        return self.model_copy(update={"lost": lost})
