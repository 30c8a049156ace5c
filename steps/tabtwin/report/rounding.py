"""How exact a figure that may be published is: the one rule by which public files are rounded.

A share of n people moves by 1/n where one of them changes, so that many digits are a count. With k people,
the least that a figure may stand on:

- a *share* (of rows, or an accuracy, which is one of what agrees) goes in steps of 2k/n or more: whatever is
  shown, at least k counts in a row come to it, at the ends, 0 and 1, too;
- a *score* (an AUC, a ratio, a mean over many tables) goes in steps of k/n or more;
- a *count* goes in steps of 2k, and below k is withheld, 0 included;
- no step is finer than .001; steps are 1, 2 or 5 of a decimal place, so that figures have few digits.

An interval would tell again what the figure's steps hide, so it is computed once more from what is shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.evaluation.intervals import Estimate, Rate, difference

DIGITS = 3
"""Decimals that any public figure has at most."""
FINEST = 0.001
_NICE = (1.0, 2.0, 5.0, 10.0)
_SIGNIFICANT = 2


@dataclass(frozen=True)
class Grid:
    """The steps in which public figures go.

    Attributes:
        k: The fewest people that a figure may stand on.
    """

    k: int

    def share_step(self, people: float) -> float:
        """The step of a share of so many people."""
        return _step(2 * self.k / max(1.0, people))

    def score_step(self, people: float) -> float:
        """The step of a score that was measured on so many people."""
        return _step(self.k / max(1.0, people))

    def share(self, value: float, people: float) -> float:
        """The nearest share that may be shown."""
        return nearest(value, self.share_step(people))

    def score(self, value: float, people: float) -> float:
        """The nearest score that may be shown."""
        return nearest(value, self.score_step(people))

    def told(self, value: float | None, people: float) -> float | None:
        """A share of real rows; ``None`` where fewer than k of them stand behind it."""
        return None if value is None or self.is_few(value, people) else self.share(value, people)

    def is_few(self, value: float, people: float) -> bool:
        """Whether fewer than k people stand behind a share."""
        return round(value * people, 6) < self.k

    def count(self, found: int | None) -> int | None:
        """About how many; ``None`` for fewer than k, none included."""
        if found is None or found < self.k:
            return None
        return (found + self.k) // (2 * self.k) * (2 * self.k)

    def rate(self, found: Rate, people: float) -> Rate:
        """A rate whose share may be shown, of about as many."""
        return Rate(share=min(1.0, max(0.0, self.share(found.share, people))), n=about(found.n))

    def estimate(
        self, figure: Mapping[str, Any] | None, people: float, *, is_share: bool = False
    ) -> dict[str, Any] | None:
        """A figure of ``audit.json`` and its interval, which follows from what is shown of the figure.

        Args:
            figure: As :meth:`Estimate.as_json` has it, perhaps with more that is left as it is.
            people: How many it was measured on.
            is_share: Whether it is a share, or the difference of two.
        """
        if figure is None:
            return None
        found = Estimate.from_json(dict(figure))
        if found.rates is not None:
            shown = difference(*(self.rate(rate, people) for rate in found.rates))
        else:
            step = self.share_step(people) if is_share else self.score_step(people)
            shown = Estimate(value=nearest(found.value, step), se=upwards(found.se), df=found.df)
        return {**figure, **fine(shown.as_json())}


def nearest(value: float, step: float) -> float:
    """The multiple of a step that is nearest."""
    return round(round(value / step) * step, DIGITS) + 0.0


def upwards(value: float) -> float:
    """A standard error, rounded so that no figure looks surer than it is."""
    return round(math.ceil(round(value / FINEST, 6)) * FINEST, DIGITS)


def about(found: float) -> float:
    """A number of rows to two significant digits."""
    if found <= 0 or not math.isfinite(found):
        return found
    return float(round(found, _SIGNIFICANT - 1 - math.floor(math.log10(found))))


def fine(node: Any) -> Any:
    """The same JSON values with no more decimals than any public figure has."""
    if isinstance(node, Mapping):
        return {key: fine(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [fine(value) for value in node]
    return round(node, DIGITS) + 0.0 if isinstance(node, float) else node


def _step(least: float) -> float:
    """The least of 1, 2 or 5 of a decimal place that is no finer than this, nor than ``FINEST``."""
    wanted = max(FINEST, least)
    place = 10.0 ** math.floor(math.log10(wanted))
    # The first that is large enough, but for the error of a float's last digits.
    return round(next(nice * place for nice in _NICE if nice * place >= wanted * (1 - 1e-9)), DIGITS)
