"""Define what the measures of fidelity find: accuracy, its controls, links between columns, a
discriminator.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.result import Result, optional

Against = Literal["holdout", "training"]

EVEN = 0.48
"""The AUC of a discriminator below which a twin is more even than real rows: it errs more than a guess."""


class Orders(Result):
    """Accuracy, by how many columns are tabulated together."""

    overall: float = Field(description="mean of the three")
    univariate: float = Field(description="single columns")
    bivariate: float | None = Field(description="pairs; null if there are none")
    trivariate: float | None = Field(description="triples; null if there are none")


class Pooled(Orders):
    """Accuracy against training and holdout together, and its limit."""

    expected: Orders = Field(description="what as many fresh rows would score")


class Pair(Result):
    """A pair of columns and its accuracy."""

    columns: tuple[str, str] = Field(description="both columns")
    accuracy: float = Field(description="the pair's accuracy")


class Accuracies(Result):
    """The accuracies of the whole twin."""

    pooled: Pooled = Field(description="against training and holdout together")
    training: Orders = Field(description="against training")
    holdout: Orders = Field(description="against the holdout")
    columns: dict[str, float] = Field(description="of each column, pooled")
    worst_pairs: tuple[Pair, ...] = Field(description="the ten worst pairs, pooled")


class Control(Result):
    """Accuracies on the holdout at equal sizes, and the likeness that follows from them."""

    rows: int = Field(description="rows of each table")
    twin: Figure = Field(description="the twin's accuracy")
    training: Figure = Field(description="training rows'")
    shuffle: Figure = Field(description="that of training's columns shuffled")
    likeness: Figure | None = Field(
        description="0 a fresh sample, 1 a shuffle; null if training leads the shuffle by less than .01"
    )


class Gap(Figure):
    """Accuracy on training minus on the holdout."""

    training: float = Field(description="mean accuracy on training")
    holdout: float = Field(description="accuracy on the holdout")
    rows: int = Field(description="rows of each table")
    blocks: int = Field(description="blocks of training rows")


class Dependence(Result):
    """Cramér's V of every pair of columns."""

    columns: tuple[str, ...] = Field(description="at most 60 columns")
    least: tuple[int, ...] | None = optional(
        "only in private/metrics.json: rows of each column's smallest bin of 5 or more",
    )
    bins: tuple[int, ...] | None = optional(
        "only in private/metrics.json: how many bins each column has",
    )
    real: tuple[tuple[float | None, ...], ...] = Field(description="of real rows")
    synthetic: tuple[tuple[float | None, ...], ...] = Field(description="of the twin")
    mean_difference: float | None = Field(description="mean absolute difference; null if no pair is shown")


class Discriminator(Figure):
    """The AUC of a model that tells the twin from real rows."""

    against: Against = Field(description="whose rows the real ones are")
    rows: int = Field(description="rows of each side")

    @property
    def is_even(self) -> bool:
        """Return whether the twin is more even than real rows are."""
        return self.value < EVEN
