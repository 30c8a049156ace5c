"""What screening and choosing find, as ``screen.json`` and ``refine.json`` hold it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Self, TypeVar

from pydantic import Field

from tabtwin.evaluation.fidelity.results import Orders
from tabtwin.evaluation.result import Result

T = TypeVar("T")


class PoolRows(Result):
    """Rows of the raw pool."""

    pool: int = Field(description="all of them")
    compared: int = Field(description="those that were compared with training")
    kept: int = Field(description="those that no rule dropped")
    wanted: int = Field(description="rows of the twin")


class ModelRows(Result):
    """Rows of one model."""

    pool: int = Field(description="rows compared")
    kept: int = Field(description="rows that no rule dropped")


class ScreenSettings(Result):
    """What the rules went by."""

    mode: str = Field(description="matched or cutoff")
    scale: str = Field(description="whether DCR is relative or plain")
    min_dcr: float = Field(description="the least DCR")
    min_nndr: float = Field(description="the least NNDR")


class Below(Result):
    """Shares of rows below the least distances; null: withheld."""

    dcr: float | None = Field(description="below the least DCR")
    nndr: float | None = Field(description="below the least NNDR")


class BySet(Result, Generic[T]):
    """The same of the compared pool, of what was kept, and of training leaving one out."""

    pool: T = Field(description="of the pool's rows that were compared")
    kept: T = Field(description="of the rows that no rule dropped")
    training: T = Field(description="of training rows, each compared with the others")

    def each(self, shown: Callable[[T], T]) -> Self:
        """Return the same with each set's figures as they are shown."""
        return self.model_copy(update={name: shown(value) for name, value in self})


class ShareBySet(BySet[float | None]):
    """A share of the rows of each set; null: withheld."""


class Histogram(Result):
    """Counts by bin, null where withheld; the last bin is open."""

    edges: tuple[float, ...] = Field(description="the lower ends of the bins")
    pool: tuple[int | None, ...] = Field(description="of the pool's rows that were compared")
    kept: tuple[int | None, ...] = Field(description="of the rows that no rule dropped")
    training: tuple[int | None, ...] = Field(description="of training rows, each compared with the others")


class Screened(Result):
    """Rows dropped, and how near rows stand to training."""

    rows: PoolRows = Field(description="rows of the raw pool")
    models: dict[str, ModelRows] = Field(description="rows of each model")
    dropped: dict[str, int | None] = Field(description="rows that each rule dropped; null: withheld")
    training_dropped: dict[str, float | None] = Field(
        description="the share of training rows that each rule would drop; null: withheld"
    )
    settings: ScreenSettings = Field(description="what the rules went by")
    copies: ShareBySet = Field(description="shares of rows that equal a training row")
    below: BySet[Below] = Field(description="shares of rows below the least distances")
    dcr: Histogram = Field(description="distances to the closest training row, counted")
    nndr: Histogram = Field(description="ratios of the two closest distances, counted")


class Origin(Result):
    """One model's part in the twin."""

    weight: float = Field(description="its weight")
    screened: int = Field(description="its rows in the screened pool")
    rows: int = Field(description="its rows of the twin")


class AskedShares(Result):
    """Shares of a column's values that were asked for."""

    column: str = Field(description="the column")
    values: dict[str, float] = Field(description="share by value")


class ColumnChange(Result):
    """How close a column's tables were to the target, and are."""

    column: str = Field(description="the column")
    before: float = Field(description="accuracy of a plain draw")
    after: float = Field(description="accuracy of the chosen rows")


class Start(Result):
    """What choosing started from."""

    blocks: bool = Field(description="whether whole balanced blocks were kept")
    kept: int = Field(description="rows of them")
    filled: int = Field(description="rows drawn beside them")


class Swaps(Result):
    """Swaps of chosen rows."""

    tried: int = Field(description="swaps tried")
    done: int = Field(description="swaps made")
    stopped: str = Field(description="why no more were tried")


class Refined(Result):
    """How the twin's rows were chosen."""

    rows: int = Field(description="rows of the twin")
    screened: int = Field(description="rows to choose from")
    models: dict[str, Origin] = Field(description="each model's part in the twin")
    fit: float = Field(description="training's weight in the target")
    share: AskedShares | None = Field(description="shares that were asked for; null: none")
    tables: tuple[int, ...] = Field(description="how many tables of one, two and three columns")
    before: Orders = Field(description="accuracy of a plain draw against the target")
    after: Orders = Field(description="accuracy of the chosen rows against the target")
    worst: tuple[ColumnChange, ...] = Field(description="the columns that stay worst")
    start: Start = Field(description="what choosing started from")
    swaps: Swaps = Field(description="swaps of chosen rows")
