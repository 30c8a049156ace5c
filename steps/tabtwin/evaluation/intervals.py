"""Quantify uncertainty: an estimate with its standard error, and an interval at any error rate.

Two kinds. Most figures come with a delete-a-group jackknife: the rows of every table are dealt into
``GROUPS`` groups, the figure is computed again without each, and its standard error is

    se² = (G − 1) / G · Σ (figure without g − their mean)²

with G − 1 degrees of freedom (Kott, 1998). For figures based on nearest neighbors it is conservative: on
fresh rows of a real table, 24 splits spread .6 as far as it says. The difference of two rates, which near 0
would seem certain, uses Newcombe's score interval instead (Statistics in Medicine 17, 1998, method 10).
"""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
from pydantic import Field

from tabtwin.store.artifacts import Frozen

GROUPS = 20
USUAL_TAIL = 0.025


class ByName(Frozen):
    """A value object whose fields can be read by their names, too."""

    def __getitem__(self, name: str) -> Any:
        """Return the field that JSON has under this name."""
        return getattr(self, self._field(name))

    def get(self, name: str, default: Any = None) -> Any:
        """Return the field that JSON has under this name; ``default`` if there is none."""
        return getattr(self, self._field(name), default)

    @classmethod
    def _field(cls, name: str) -> str:
        return next((field for field, about in cls.model_fields.items() if about.alias == name), name)


class Rate(ByName):
    """A share of rows, and of how many."""

    share: float = Field(description="the share of rows")
    n: float = Field(description="of how many; the effective number if rows come in clusters")


class Estimate(ByName):
    """A figure and the basis of its interval; ``se`` of a difference of rates is for information."""

    value: float = Field(description="the figure")
    se: float = Field(description="its standard error")
    df: int = Field(default=GROUPS - 1, description="degrees of freedom of the standard error")
    rates: tuple[Rate, Rate] | None = Field(
        default=None,
        description="the two rates whose difference the figure is, if it is one and its interval is "
        "Newcombe's",
    )

    def interval(self, tail: float = USUAL_TAIL) -> tuple[float, float]:
        """Return an interval that misses the truth with probability ``tail`` at either end."""
        if self.rates is not None:
            return _newcombe(*self.rates, tail)
        from scipy.special import stdtrit  # loaded late: a driver reads the models here, and computes nothing

        half = float(stdtrit(self.df, 1 - tail)) * self.se
        return self.value - half, self.value + half

    def figure(self) -> Figure:
        """Return the estimate with its usual interval, as ``audit.json`` holds it."""
        return Figure.of(self)


class Figure(Estimate):
    """A figure and its uncertainty: an estimate together with its usual interval."""

    low: float = Field(description="lower end of the 95 % interval")
    high: float = Field(description="upper end of the 95 % interval")

    @classmethod
    def of(cls, estimate: Estimate, **more: Any) -> Self:
        """Return an estimate with its usual interval, and the additional fields of a subclass."""
        low, high = estimate.interval()
        given = {name: getattr(estimate, name) for name in Estimate.model_fields}
        return cls(**given, low=low, high=high, **more)


def groups(rows: int, rng: np.random.Generator) -> np.ndarray:
    """Deal ``rows`` into groups of equal size, at random: int16 (rows,)."""
    return rng.permutation(np.arange(rows, dtype=np.int16) % GROUPS)


def jackknife(value: float, without: np.ndarray, floor: float = 0.0) -> Estimate:
    """Return the estimate of a figure, given the figure ``without`` each group (GROUPS,).

    Args:
        value: The figure of all rows.
        without: The figure without each group.
        floor: Added to the standard error in quadrature: the effect of one row, for shares that may be 0 in a
            small table only because so little was seen.
    """
    kept = without[np.isfinite(without)]
    spread = float(((kept - kept.mean()) ** 2).sum() * (len(kept) - 1) / len(kept)) if len(kept) > 1 else 0.0
    return Estimate(value=float(value), se=math.sqrt(spread + floor**2), df=max(1, len(kept) - 1))


def difference(first: Rate, second: Rate) -> Estimate:
    """Return ``first`` minus ``second``, two independent rates."""
    se = math.sqrt(sum(rate.share * (1 - rate.share) / rate.n for rate in (first, second)))
    return Estimate(value=first.share - second.share, se=se, rates=(first, second))


def effect_size(first: Rate, second: Rate) -> Estimate:
    """Return Cohen's h of two independent rates: 2 asin √first − 2 asin √second.

    Its standard error, √(1/n + 1/m), depends on neither, so it is as precise for rare events as for common
    ones (Cohen, "Statistical power analysis for the behavioral sciences", 1988, chapter 6: .2 is small).
    """
    value = 2 * (math.asin(math.sqrt(first.share)) - math.asin(math.sqrt(second.share)))
    fewest = max(1, math.ceil(min(first.n, second.n)) - 1)
    return Estimate(value=value, se=math.sqrt(1 / first.n + 1 / second.n), df=fewest)


def clustered(share: float, n: int, without: np.ndarray) -> Rate:
    """Return a share of ``n`` rows, with the number of independent rows that their jackknife implies."""
    plain = share * (1 - share) / n
    se = jackknife(share, without).se
    return Rate(share=share, n=n * plain / se**2 if plain and se**2 > plain else n)


def wilson(rate: Rate, tail: float) -> tuple[float, float]:
    """Return Wilson's score interval of a rate (Journal of the American Statistical Association 22, 1927)."""
    from scipy.special import ndtri  # as above

    z = float(ndtri(1 - tail))
    scale = 1 + z * z / rate.n
    centre = (rate.share + z * z / (2 * rate.n)) / scale
    half = z / scale * math.sqrt(rate.share * (1 - rate.share) / rate.n + z * z / (4 * rate.n * rate.n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _newcombe(first: Rate, second: Rate, tail: float) -> tuple[float, float]:
    (low1, high1), (low2, high2) = wilson(first, tail), wilson(second, tail)
    value = first.share - second.share
    low = value - math.hypot(first.share - low1, high2 - second.share)
    high = value + math.hypot(high1 - first.share, second.share - low2)
    return low, high
