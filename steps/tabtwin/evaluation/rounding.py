"""Round figures for publication: the one rule for all public files.

A share of n people changes by 1/n if one of them changes, so many digits amount to a count. With k, the
fewest people that a figure may be based on:

- a *share* (of rows, or an accuracy, which is one of what agrees) goes in steps of 2k/n or more: at least k
  consecutive counts round to whatever is shown, also at the ends, 0 and 1;
- a *score* (an AUC, a ratio, a mean over many tables) goes in steps of k/n or more;
- a *count* goes in steps of 2k, and below k is withheld, 0 included;
- no step is finer than .001; steps are 1, 2 or 5 of a decimal place, so that figures have few digits.

An interval would reveal what the figure's steps hide, so it is computed again from what is shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from tabtwin.evaluation.intervals import Estimate, Figure, Rate, difference
from tabtwin.protection.small_counts import coarse

F = TypeVar("F", bound=Figure)
T = TypeVar("T")

DIGITS = 3
"""The most decimals of any public figure."""
FINEST = 0.001
_NICE = (1.0, 2.0, 5.0, 10.0)
_SIGNIFICANT = 2


@dataclass(frozen=True)
class People:
    """How many people there are in training and in the holdout.

    Attributes:
        training: In training.
        holdout: In the holdout.
        rows: The rows of both together, which are more if people have several.
    """

    training: int
    holdout: int
    rows: int

    @property
    def all(self) -> int:
        """Return how many people are in both."""
        return self.training + self.holdout

    @property
    def fewer(self) -> int:
        """Return how many people are in the smaller of them."""
        return min(self.training, self.holdout)

    @property
    def per_row(self) -> float:
        """Return the people per row, at most 1."""
        return min(1.0, self.all / max(1, self.rows))

    def of_rows(self, rows: int) -> int:
        """Return the most people behind a figure that was measured on so many rows of either side."""
        return min(rows, self.fewer)

    def at_most(self, training: int, holdout: int) -> People:
        """Return the people, at most as many as there are rows."""
        return People(min(self.training, training), min(self.holdout, holdout), self.rows)


@dataclass(frozen=True)
class Grid:
    """The steps in which public figures go.

    Attributes:
        k: The fewest people that a figure may be based on.
    """

    k: int

    def share_step(self, people: float) -> float:
        """Return the step of a share of a number of people."""
        return _step(2 * self.k / max(1.0, people))

    def score_step(self, people: float) -> float:
        """Return the step of a score that was measured on a number of people."""
        return _step(self.k / max(1.0, people))

    def share(self, value: float, people: float) -> float:
        """Return the nearest share that may be shown."""
        return nearest(value, self.share_step(people))

    def score(self, value: float, people: float) -> float:
        """Return the nearest score that may be shown."""
        return nearest(value, self.score_step(people))

    def told(self, value: float | None, people: float) -> float | None:
        """Return a share of real rows; ``None`` if it is based on fewer than k of them."""
        return None if value is None or self.is_few(value, people) else self.share(value, people)

    def is_few(self, value: float, people: float) -> bool:
        """Return whether a share is based on fewer than k people."""
        return round(value * people, 6) < self.k

    def count(self, found: int | None) -> int | None:
        """Return a rounded count; ``None`` for fewer than k, including 0."""
        if found is None or found < self.k:
            return None
        return coarse(found, self.k)

    def rate(self, found: Rate, people: float) -> Rate:
        """Return a rate whose share may be shown, with a rounded number of rows."""
        return Rate(share=min(1.0, max(0.0, self.share(found.share, people))), n=about(found.n))

    def estimate(self, figure: F, people: float, *, is_share: bool = False) -> F:
        """Return a figure that may be shown, with an interval computed from what is shown.

        Args:
            figure: A figure; additional fields stay as they are.
            people: How many it was measured on.
            is_share: Whether it is a share, or the difference of two.
        """
        if figure.rates is not None:
            shown = difference(*(self.rate(rate, people) for rate in figure.rates))
        else:
            step = self.share_step(people) if is_share else self.score_step(people)
            shown = Estimate(value=nearest(figure.value, step), se=upwards(figure.se), df=figure.df)
        return figure.model_copy(update=dict(fine(shown.figure())))

    def scores(self, node: T, people: float) -> T:
        """Return a result or JSON values, with all figures rounded as scores of a number of people."""
        return each_float(
            node, lambda value: self.score(value, people), lambda figure: self.estimate(figure, people)
        )

    def shares(self, node: T, people: float) -> T:
        """Return a result or JSON values, with all figures rounded as shares of a number of people."""
        return each_float(node, lambda value: self.share(value, people))


def nearest(value: float, step: float) -> float:
    """Return the multiple of a step that is nearest."""
    return round(round(value / step) * step, DIGITS) + 0.0


def upwards(value: float) -> float:
    """Return a standard error, rounded up so that no figure looks more certain than it is."""
    return round(math.ceil(round(value / FINEST, 6)) * FINEST, DIGITS)


def about(found: float) -> float:
    """Return a number of rows to two significant digits."""
    if found <= 0 or not math.isfinite(found):
        return found
    return float(round(found, _SIGNIFICANT - 1 - math.floor(math.log10(found))))


def fine(node: T) -> T:
    """Return a result or JSON values with no more decimals than any public figure has."""
    return each_float(node, lambda value: round(value, DIGITS) + 0.0)


def each_float(
    node: T, rounded: Callable[[float], float], figure: Callable[[Figure], Figure] | None = None
) -> T:
    """Return a result or JSON values with every float rounded.

    Args:
        node: A frozen model, or JSON values.
        rounded: Rounds one float.
        figure: Rounds a figure together with its interval; without it, its floats are rounded like others.
    """
    found: T = _each(node, rounded, figure)
    return found


def _each(node: Any, rounded: Callable[[float], float], figure: Callable[[Figure], Figure] | None) -> Any:
    if isinstance(node, float):
        return rounded(node)
    if isinstance(node, BaseModel):
        shown, own = (
            (figure(node), set(Figure.model_fields)) if figure and isinstance(node, Figure) else (node, set())
        )
        others = {name: _each(value, rounded, figure) for name, value in node if name not in own}
        return shown.model_copy(update=others)
    if isinstance(node, Mapping):
        return {key: _each(value, rounded, figure) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return type(node)(_each(value, rounded, figure) for value in node)
    return node


def _step(least: float) -> float:
    """Return the least of 1, 2 or 5 of a decimal place that is no finer than this, nor than ``FINEST``."""
    wanted = max(FINEST, least)
    place = 10.0 ** math.floor(math.log10(wanted))
    # The first that is large enough, up to errors in a float's last digits.
    return round(next(nice * place for nice in _NICE if nice * place >= wanted * (1 - 1e-9)), DIGITS)
