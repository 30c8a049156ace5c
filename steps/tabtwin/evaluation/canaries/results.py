"""Define what canaries find: whether rows planted in training can be distinguished from those held back."""

from __future__ import annotations

from pydantic import Field

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.question import NOTHING
from tabtwin.evaluation.result import Result

SURE = 2.0
"""About how many standard errors above guessing an AUC is more than chance."""


class Repeated(Result):
    """How many canaries equal a row of the pool."""

    planted: int = Field(description="planted canaries that equal a pool row")
    held_back: int = Field(description="canaries held back that equal a pool row")


class Canaries(Result):
    """How well planted canaries are distinguished from those held back."""

    auc: Figure = Field(description="of distinguishing planted canaries from held-back ones by the raw pool")
    chance: float = Field(description="its standard error if nothing is memorized")
    planted: int = Field(description="rows planted")
    held_back: int = Field(description="rows held back")
    repeated: Repeated = Field(description="how many equal a pool row")
    pool: int = Field(description="rows of the pool compared")

    @property
    def least(self) -> float:
        """Return about the least AUC that is more than chance: two standard errors above guessing."""
        return NOTHING + SURE * self.chance
