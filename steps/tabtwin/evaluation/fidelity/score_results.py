"""Define the score of a model's sample, as in ``score.json``: SDMetrics' reports, and nearness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

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
    details: dict[str, tuple[Row, ...]] | None = optional(
        "rows by property, one per column or pair; in the score's own file alone"
    )

    def headline(self) -> Headline:
        """Return the report without its details."""
        return Headline(score=self.score, properties=self.properties)


class References(Result):
    """The quality of other rows, for comparison."""

    unseen: Headline = Field(description="of training rows that the model did not see")
    noise: Headline = Field(description="of uniform noise")


class Sampled(Result):
    """A share of the sample, and of unseen rows; null: withheld."""

    sample: float | None = Field(description="of the sample")
    unseen: float | None = Field(description="of rows that the model did not see")


class NearShares(Sampled):
    """Shares of rows suspiciously near a row that the model saw."""

    distance: float | None = Field(description="the largest distance at which a row is near")


class Nearness(Result):
    """How many rows equal, or are suspiciously near, a row that the model saw."""

    copies: Sampled = Field(description="shares of rows that equal a row that the model saw")
    near: NearShares = Field(description="shares of rows that lie near one")


class Protection(Result):
    """SDMetrics' privacy metrics, on equally many rows of each table."""

    rows: int = Field(description="rows of each table")
    baseline: Metric = Field(alias="DCRBaselineProtection", description="of the sample")
    baseline_of_unseen: Metric = Field(
        alias="DCRBaselineProtection of unseen rows", description="of rows that the model did not see"
    )
    overfitting: Metric = Field(alias="DCROverfittingProtection", description="of the sample")


# Bases from the last to the first, so that their fields are in the order of score.json.
class Privacy(Nearness, Protection):
    """What a model's sample gives away."""


class SampleRows(Result):
    """Rows of each table that was scored."""

    sample: int = Field(description="rows of the sample")
    seen: int = Field(description="training rows that the model saw")
    unseen: int = Field(description="training rows that it did not see")


class SampleScore(Result):
    """All scores of a sample."""

    rows: SampleRows = Field(description="rows that were scored")
    quality: Report = Field(description="SDMetrics' QualityReport")
    references: References = Field(description="the quality of other rows, for comparison")
    diagnostic: Report = Field(description="SDMetrics' DiagnosticReport")
    privacy: Privacy = Field(description="what the sample gives away")


class ScoredModel(Result):
    """A model that has rows to give."""

    model: str = Field(description="its name")
    block: int = Field(description="rows of a block of its stream")
    balanced: bool = Field(description="whether a block is balanced")


class Score(SampleScore, ScoredModel):
    """A model and all scores of its sample."""

    def without_details(self) -> Self:
        """Return the same without what its reports say of single columns and pairs."""
        reports = {"quality": self.quality, "diagnostic": self.diagnostic}
        bare = {name: report.model_copy(update={"details": None}) for name, report in reports.items()}
        return self.model_copy(update=bare)


def read_score(document: Mapping[str, JsonValue]) -> ScoredModel:
    """Return what ``score.json`` holds: a model and its scores, or the model alone if it was not scored."""
    return (Score if "quality" in document else ScoredModel).model_validate(document)
