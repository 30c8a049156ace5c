"""Define what utility finds: how models trained on each table do on the holdout."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.result import Result

TaskKind = Literal["classification", "regression", "none"]


class Trained(Result):
    """What a model trained on a table scores on the holdout."""

    rows: int | None = Field(description="rows trained on")
    score: dict[str, Figure | None] = Field(description="by metric; null if it cannot be computed")


class Utility(Result):
    """Models trained on each table and judged on the holdout."""

    target: str | None = Field(description="what is predicted; null: nothing")
    task: TaskKind = Field(default="none", description="what kind of prediction")
    metrics: tuple[str, ...] = Field(default=(), description="scores, the main one first")
    holdout_rows: int | None = Field(default=0, description="rows judged on")
    baseline: dict[str, float | None] | None = Field(
        default=None,
        description="always the commonest class, or the mean: score by metric; null if it cannot be computed",
    )
    trained_on: dict[str, Trained | None] = Field(
        default={},
        description="by table: real, synthetic, hybrid; null if its rows hold too little of the target",
    )
    notes: tuple[str, ...] = Field(default=(), description="what was left out and why")

    @property
    def main(self) -> str | None:
        """Return the main metric; None if nothing is predicted."""
        return self.metrics[0] if self.metrics else None

    def scored(self, table: str) -> float | None:
        """Return the main score of what was trained on a table; None if nothing is predicted, or nothing
        was trained on it.
        """
        trained = self.trained_on.get(table)
        found = trained.score.get(self.main) if trained and self.main else None
        return found.value if found else None


class HybridRows(Result):
    """Rows of the hybrid table by where they came from."""

    real: int = Field(description="rows of training")
    synthetic: int = Field(description="rows of the twin")
    smote: int = Field(description="rows that balancing made")
    hybrid: int = Field(description="all of them")


class ClassRows(Result):
    """Rows of one class of the target."""

    value: str = Field(alias="class", description="the class")
    synthetic: int = Field(description="rows of the twin")
    balanced: int = Field(description="rows of the twin and of what balancing made")


class Balance(Result):
    """How the classes of the target were evened out."""

    target: str | None = Field(description="whose classes were evened out; null: none")
    method: str = Field(default="none", description="SMOTE, SMOTENC, SMOTEN, sampling or none")
    neighbours: int | None = Field(default=None, description="among how many neighbors one was chosen")
    classes: tuple[ClassRows, ...] = Field(default=(), description="rows of each class")
    notes: tuple[str, ...] = Field(default=(), description="what was left out and why")


class Hybrid(Balance):
    """How the hybrid table was made."""

    rows: HybridRows = Field(description="rows of the hybrid table by where they came from")
