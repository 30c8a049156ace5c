"""Define what guesses about people find: singling out, linkability, inference, and rare combinations."""

from __future__ import annotations

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.result import Compared, Result


class RiskValue(Result):
    """A risk and its interval."""

    value: float | None = Field(description="0: no worse off than others, 1: all are guessed")
    low: float | None = Field(description="lower end of the 95 % interval")
    high: float | None = Field(description="upper end of the 95 % interval")


class GuessRate(Result):
    """A rate of right guesses."""

    share: float | None = Field(description="the share; null: too few were right to be shown")
    n: float = Field(description="of how many subjects")
    low: float | None = Field(description="lower end of its 95 % interval")
    high: float | None = Field(description="upper end of its 95 % interval")


class OneRisk(Result):
    """The risk from one kind of guess."""

    risk: RiskValue = Field(
        description="right for training beyond unseen subjects, as a fraction of what is possible; nulls if "
        "all unseen ones are guessed"
    )
    training: GuessRate = Field(description="right guesses on training subjects")
    holdout: GuessRate = Field(description="right guesses on unseen subjects")
    baseline: float = Field(description="the share of random guesses that are right on training")
    guesses: int | None = Field(description="how many guesses were made")


class EveryRisk(Result):
    """Every risk; null where no guess can be made."""

    singling_out_univariate: OneRisk | None = Field(description="by one column")
    singling_out_multivariate: OneRisk | None = Field(description="by three columns")
    linkability_1: OneRisk | None = Field(description="by the closest row")
    linkability_10: OneRisk | None = Field(description="by the ten closest rows")
    inference: OneRisk | None = Field(description="of cells, given all others")
    columns: dict[str, OneRisk | None] = Field(description="inference by column")


class Risks(Result):
    """Every risk from the twin, beside the same from real rows."""

    twin: EveryRisk = Field(description="of the twin")
    control: EveryRisk = Field(description="of half of the holdout, taken as a twin")
    rows: Compared = Field(description="rows of each table")


class HeldCombinations(Result):
    """Rare combinations of one table and who holds them; null in the public file: fewer than five."""

    combinations: int | None = Field(description="rare combinations")
    subjects: int | None = Field(description="subjects who hold one")
    in_twin: int | None = Field(description="of these combinations, those that the twin holds")
    met: int | None = Field(description="subjects who hold one of these")


class TwinCombinations(Result):
    """Rows of the twin that hold a rare combination."""

    rows: int = Field(description="rows of the twin")
    rare: int | None = Field(description="rows that hold a rare combination of training")


class Combinations(Result):
    """Rare combinations of the quasi-identifiers: counts; in the public file null for fewer than five."""

    columns: tuple[str, ...] = Field(description="columns compared")
    left_out: tuple[str, ...] = Field(description="columns declared, but constant or empty")
    k: int = Field(description="rare: held by fewer subjects of both tables")
    training: HeldCombinations = Field(description="of training")
    holdout: HeldCombinations = Field(description="of the holdout")
    difference: Figure | None = Field(
        description="share of subjects met, training minus holdout; null: none holds one, or withheld"
    )
    twin: TwinCombinations = Field(description="of the twin")
