"""Format the report's figures as plain text: numbers, shares, counts and intervals."""

from __future__ import annotations

from typing import Protocol

DASH = "–"


class Interval(Protocol):
    """A figure with its 95 % interval; all None if it could not be measured."""

    @property
    def value(self) -> float | None:
        """Return the figure."""

    @property
    def low(self) -> float | None:
        """Return the interval's lower end."""

    @property
    def high(self) -> float | None:
        """Return the interval's upper end."""


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure, or a dash if there is none.

    >>> number(-0.0512)
    '−0.051'
    """
    return DASH if value is None else f"{value:.{digits}f}".replace("-", "−")


def short(value: float) -> str:
    """Return a setting or a limit with as many digits as it has.

    >>> short(-0.25)
    '−0.25'
    """
    return f"{value:g}".replace("-", "−")


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share in per cent, or a dash if there is none.

    >>> percent(0.0512)
    '5.1%'
    """
    return DASH if value is None else f"{value * 100:.{digits}f}%".replace("-", "−")


def count(value: float | None) -> str:
    """Return a whole number with spaces between thousands, or a dash if there is none.

    >>> count(7043)
    '7 043'
    """
    return DASH if value is None else f"{int(value):,}".replace(",", " ")


def with_interval(found: Interval | None, digits: int = 3) -> str:
    """Return a figure with its interval, or a dash if there is none.

    >>> from types import SimpleNamespace
    >>> with_interval(SimpleNamespace(value=0.5, low=0.4, high=0.6), 1)
    '0.5 (0.4 to 0.6)'
    """
    if found is None or found.value is None:
        return DASH
    return f"{number(found.value, digits)} ({number(found.low, digits)} to {number(found.high, digits)})"


def percent_interval(found: Interval | None) -> str:
    """Return a share with its interval, or a dash if there is none.

    >>> from types import SimpleNamespace
    >>> percent_interval(SimpleNamespace(value=0.02, low=-0.01, high=0.05))
    '2.0% (−1.0% to 5.0%)'
    """
    if found is None or found.value is None:
        return DASH
    return f"{percent(found.value)} ({percent(found.low)} to {percent(found.high)})"
