"""How sure a figure is: an estimate with its standard error, and an interval at any error rate.

Two kinds. Most figures come with a delete-a-group jackknife: the rows of every table are dealt into
``GROUPS`` groups, the figure is computed again without each, and its standard error is

    se² = (G − 1) / G · Σ (figure without g − their mean)²

with G − 1 degrees of freedom (Kott, 1998). For figures made of nearest neighbours it errs on
the safe side: on fresh rows of a real table, 24 splits spread .6 as far as it says. The difference of two
rates, which near 0 would seem certain, takes Newcombe's score interval instead (Statistics in Medicine 17,
1998, method 10).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import stats

from tabtwin.store.artifacts import Frozen

GROUPS = 20
USUAL_TAIL = 0.025


class Rate(Frozen):
    """A share of ``n`` rows; ``n`` is the effective number where rows come in clusters."""

    share: float
    n: float


class Estimate(Frozen):
    """A figure and what its interval is made from.

    Attributes:
        value: The figure.
        se: Its standard error; of a difference of rates, for information.
        df: Degrees of freedom of the standard error.
        rates: The two rates of which the figure is the difference, where it is one.
    """

    value: float
    se: float
    df: int = GROUPS - 1
    rates: tuple[Rate, Rate] | None = None

    def interval(self, tail: float = USUAL_TAIL) -> tuple[float, float]:
        """An interval that misses the truth with probability ``tail`` at either end."""
        if self.rates is not None:
            return _newcombe(*self.rates, tail)
        half = float(stats.t.ppf(1 - tail, self.df)) * self.se
        return self.value - half, self.value + half

    def as_json(self) -> dict[str, Any]:
        """The estimate with its usual interval, as ``audit.json`` holds it."""
        low, high = self.interval()
        return self.model_dump(mode="json") | {"low": low, "high": high}

    @staticmethod
    def from_json(figure: dict[str, Any]) -> Estimate:
        """The inverse of :meth:`as_json`."""
        return Estimate.model_validate({key: figure[key] for key in ("value", "se", "df", "rates")})


def groups(rows: int, rng: np.random.Generator) -> np.ndarray:
    """Deal ``rows`` into groups of equal size, at random: int16 (rows,)."""
    return rng.permutation(np.arange(rows, dtype=np.int16) % GROUPS)


def jackknife(value: float, without: np.ndarray, floor: float = 0.0) -> Estimate:
    """The estimate of a figure, given the figure ``without`` each group (GROUPS,).

    Args:
        value: The figure of all rows.
        without: The figure without each group.
        floor: Added to the standard error in quadrature: what one row would have moved, for shares that may
            be 0 in a small table only because so little was seen.
    """
    kept = without[np.isfinite(without)]
    spread = float(((kept - kept.mean()) ** 2).sum() * (len(kept) - 1) / len(kept)) if len(kept) > 1 else 0.0
    return Estimate(value=float(value), se=math.sqrt(spread + floor**2), df=max(1, len(kept) - 1))


def difference(first: Rate, second: Rate) -> Estimate:
    """``first`` minus ``second``, two independent rates."""
    se = math.sqrt(sum(rate.share * (1 - rate.share) / rate.n for rate in (first, second)))
    return Estimate(value=first.share - second.share, se=se, rates=(first, second))


def effect_size(first: Rate, second: Rate) -> Estimate:
    """Cohen's h of two independent rates: 2 asin √first − 2 asin √second.

    Its standard error, √(1/n + 1/m), hangs on neither, so it tells as much of rare things as of usual ones
    (Cohen, "Statistical power analysis for the behavioral sciences", 1988, chapter 6: .2 is small).
    """
    value = 2 * (math.asin(math.sqrt(first.share)) - math.asin(math.sqrt(second.share)))
    fewest = max(1, math.ceil(min(first.n, second.n)) - 1)
    return Estimate(value=value, se=math.sqrt(1 / first.n + 1 / second.n), df=fewest)


def clustered(share: float, n: int, without: np.ndarray) -> Rate:
    """A share of ``n`` rows whose jackknife says how many independent rows they are worth."""
    plain = share * (1 - share) / n
    se = jackknife(share, without).se
    return Rate(share=share, n=n * plain / se**2 if plain and se**2 > plain else n)


def wilson(rate: Rate, tail: float) -> tuple[float, float]:
    """Wilson's score interval of a rate (Journal of the American Statistical Association 22, 1927)."""
    z = float(stats.norm.ppf(1 - tail))
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
