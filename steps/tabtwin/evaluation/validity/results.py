"""Define what the measure of validity finds: which rules there are, and which rows break them."""

from __future__ import annotations

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.result import Result
from tabtwin.evaluation.validity.rule import RuleKind

LIMIT = 0.01
"""The share of rows from which a twin that breaks what always holds is not close."""


class FoundRule(Result):
    """A rule that holds in every training row."""

    kind: RuleKind = Field(description="what kind of rule it is")
    columns: tuple[str, ...] = Field(description="the columns that it is about")
    says: str = Field(description="the rule in a few words, without any value")
    subjects: int | None = Field(description="training subjects that show it")
    twin: float = Field(description="share of the twin's rows that break it")
    holdout: float | None = Field(description="share of holdout rows that break it; null: withheld")


class UnlikeCells(Result):
    """The cells of a column that are not of its kind, or far out of its range."""

    column: str = Field(description="the column")
    unlike: float = Field(
        description="share of the twin's cells with a word, decimals or a gap that training's lack"
    )
    unlike_holdout: float | None = Field(description="the same of the holdout; null: withheld")
    beyond: float = Field(
        description="share of the twin's cells beyond the range of all but the 30 outermost training "
        "subjects, widened by half"
    )
    beyond_holdout: float | None = Field(description="the same of the holdout; null: withheld")


class Searched(Result):
    """Where rules were looked for."""

    rows: int = Field(description="training rows in which they were looked for")
    columns: int = Field(description="columns among which they were looked for")
    left_out: int = Field(description="columns beyond those, which no rule is about")


class Validity(Result):
    """What always holds in training, and how often the twin breaks it."""

    rules: dict[RuleKind, int] = Field(description="how many rules of each kind hold in every training row")
    broken: Figure | None = Field(
        description="share of the twin's rows that break any rule, minus that of holdout rows; null: no "
        "rule was found"
    )
    found: tuple[FoundRule, ...] = Field(description="the rules, those first that the twin breaks most")
    columns: tuple[UnlikeCells, ...] = Field(description="columns with cells that are unlike training's")
    searched: Searched = Field(description="where rules were looked for")

    @property
    def breaks(self) -> float | None:
        """Return the share of rows beyond the holdout that break a rule, if it is more than may be."""
        return self.broken.value if self.broken is not None and self.broken.value >= LIMIT else None

    @property
    def count(self) -> int:
        """Return how many rules there are."""
        return sum(self.rules.values())
