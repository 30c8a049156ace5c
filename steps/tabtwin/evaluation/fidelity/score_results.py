"""Define the score of a model's sample, as in ``score.json``: SDMetrics' reports, and nearness."""

from __future__ import annotations

from pydantic import ConfigDict, Field, JsonValue

from tabtwin.evaluation.result import Result, optional

Row = dict[str, JsonValue]


class Metric(Result):
    """A metric of SDMetrics, with its other fields under their own names."""

    model_config = ConfigDict(extra="allow")

    score: float | None = Field(description="0 to 1; null if it could not be computed")
    error: str | None = optional("why it could not be computed")


class Headline(Result):
    """The score of a report and its parts."""

    score: float | None = Field(description="0 to 1; null if it could not be computed")
    properties: dict[str, float | None] = Field(description="score by property")


class Report(Result):
    """A complete report of SDMetrics."""

    score: float | None = Field(description="0 to 1; null if it could not be computed")
    error: str | None = optional("why it could not be computed")
    properties: dict[str, float | None] = Field(description="score by property")
    details: dict[str, tuple[Row, ...]] = Field(description="rows by property, one per column or pair")

    def headline(self) -> Headline:
        """Return the report without its details."""
        return Headline(score=self.score, properties=self.properties)


class References(Result):
    """The quality of other rows, for comparison."""

    unseen: Headline = Field(description="of training rows that the model did not see")
    noise: Headline = Field(description="of uniform noise")


class Sampled(Result):
    """A share of the sample, and of unseen rows."""

    sample: float
    unseen: float


class NearShares(Sampled):
    """Shares of rows suspiciously near a row that the model saw."""

    distance: float = Field(description="the largest distance at which a row is near")


class Nearness(Result):
    """How many rows equal, or are suspiciously near, a row that the model saw."""

    copies: Sampled
    near: NearShares


class Protection(Result):
    """SDMetrics' privacy metrics, on equally many rows of each table."""

    rows: int
    baseline: Metric = Field(alias="DCRBaselineProtection")
    baseline_of_unseen: Metric = Field(alias="DCRBaselineProtection of unseen rows")
    overfitting: Metric = Field(alias="DCROverfittingProtection")


# Bases from the last to the first, so that their fields are in the order of score.json.
class Privacy(Nearness, Protection):
    """What a model's sample gives away."""


class SampleRows(Result):
    """Rows of each table that was scored."""

    sample: int
    seen: int
    unseen: int


class SampleScore(Result):
    """All scores of a sample."""

    rows: SampleRows
    quality: Report
    references: References
    diagnostic: Report
    privacy: Privacy


class ScoredModel(Result):
    """The model that was scored."""

    model: str
    block: int = Field(description="rows of a block of its stream")
    balanced: bool = Field(description="whether a block is balanced")


class Score(SampleScore, ScoredModel):
    """A model and all scores of its sample."""
