"""Write dates and times by a strptime format: any year from 1 to 9999, to a nanosecond's digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.spelling import weekday_names
from tabtwin.schema.spelling.month_names import FULL, SHORT, Months

_NAMED: dict[str, Sequence[str]] = {
    "b": SHORT, "B": FULL, "a": weekday_names.SHORT, "A": weekday_names.FULL,
    "p": ("AM", "PM"), "P": ("am", "pm"), "n": ("a", "p"), "N": ("A", "P"),
}  # fmt: skip
_WIDTHS = {
    "Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "j": 3, "u": 1, "q": 1, "G": 4, "V": 2,
}  # fmt: skip
_DAY = 86_400_000_000
_SECOND = 1_000_000
_MOST = 6
_YEAR = 12
_STIR = 2_654_435_761  # Knuth's multiplier: neighboring times get unlike digits


def spell(
    stamps: np.ndarray, form: str, digits: int, months: Months = (), *, every_micro: bool = False
) -> np.ndarray:
    """Return dates as text (n,), object.

    Args:
        stamps: datetime64 (n,), none missing.
        form: Their format; an offset's place (``%z``) stays as it is.
        digits: The decimals of a second that ``%f`` stands for; 0: six.
        months: The names of months, and of days of the week after them, if they are not English.
        every_micro: Whether digits below a microsecond are zeros; otherwise they vary.
    """
    write = _Writer(stamps, digits or _MOST, months, zeros=every_micro, numbered="q" if "%q" in form else "d")
    text: np.ndarray = np.full(len(stamps), "", dtype=object)
    for part in re.split("(%[-_]?[A-Za-z%])", form):
        text = text + (write.field(part) if part.startswith("%") else part)
    return text


class _Writer:
    """The fields of some dates as text."""

    def __init__(
        self, stamps: np.ndarray, digits: int, months: Months, *, zeros: bool, numbered: str
    ) -> None:
        self._micros = stamps.astype("datetime64[us]").astype("int64")
        self._days = np.floor_divide(self._micros, _DAY)
        self._time = self._micros - self._days * _DAY
        self._digits, self._months, self._zeros, self._numbered = digits, months, zeros, numbered

    def field(self, directive: str) -> np.ndarray | str:
        """Return the texts of a directive (n,), object; a text if all are the same."""
        sign = directive[-1]
        if sign == "z":
            return directive
        if sign == "%":
            return "%"
        if sign == "f":
            return self._fraction()
        if sign in "or":
            return _texts(self._number(self._numbered), _ordinal if sign == "o" else _first)
        numbers, width, named = self._numbers(sign)
        if named is None and directive[1] == "_":
            return _texts(numbers, lambda number: str(number).rjust(width))
        return _texts(numbers, _padded(1 if directive[1] == "-" else width) if named is None else named)

    def _numbers(self, sign: str) -> tuple[np.ndarray, int, Callable[[int], str] | None]:
        """Return a directive's numbers, their width, and how they are named if they are."""
        if sign in _NAMED:
            words = _NAMED[sign]
            if self._months and sign in "bB":
                words = self._months
            elif len(self._months) > _YEAR and sign in "aA":
                words = self._months[_YEAR:]
            numbers = self._number({"b": "m", "B": "m", "a": "u", "A": "u"}.get(sign, "half"))
            return numbers - (sign in "bBaA"), 0, lambda at: words[at]
        return self._number(sign), _WIDTHS[sign], None

    def _number(self, sign: str) -> np.ndarray:
        """Return a field of each date, int64 (n,)."""
        if sign in "GV":
            return self._week()["GV".index(sign)]
        seconds = self._time // _SECOND
        hours = seconds // 3600
        times = {
            "H": hours, "I": (hours + 11) % 12 + 1, "half": hours // 12, "M": seconds // 60 % 60,
            "S": seconds % 60, "u": (self._days + 3) % 7 + 1,
        }  # fmt: skip
        if sign in times:
            return np.asarray(times[sign])
        dates = self._days.astype("datetime64[D]")
        month = dates.astype("datetime64[M]")
        if sign in "dj":
            first = month if sign == "d" else dates.astype("datetime64[Y]")
            return np.asarray(self._days - first.astype("datetime64[D]").astype("int64") + 1)
        number = month.astype("int64")
        year = np.floor_divide(number, 12) + 1970
        fields = {"Y": year, "y": year % 100, "m": number % 12 + 1, "q": number % 12 // 3 + 1}
        return np.asarray(fields[sign])

    def _week(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the ISO year and week: those of the week's Thursday."""
        thursday = self._days - (self._days + 3) % 7 + 3
        year = thursday.astype("datetime64[D]").astype("datetime64[Y]")
        return (
            year.astype("int64") + 1970,
            (thursday - year.astype("datetime64[D]").astype("int64")) // 7 + 1,
        )

    def _fraction(self) -> np.ndarray:
        micros = self._time % _SECOND
        finer = self._digits - _MOST
        if finer <= 0:
            return _texts(micros // 10**-finer, _padded(self._digits))
        tails = np.zeros_like(micros) if self._zeros else self._micros % 2**31 * _STIR // 2**10 % 10**finer
        return _texts(micros * 10**finer + tails, _padded(self._digits))


def _ordinal(number: int) -> str:
    teens = number % 100 // 10 == 1
    return "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _first(number: int) -> str:
    return "er" if number == 1 else ""


def _padded(width: int) -> Callable[[int], str]:
    return lambda number: f"{number:0{width}d}"


def _texts(numbers: np.ndarray, spell_one: Callable[[int], str]) -> np.ndarray:
    codes, found = pd.factorize(numbers)
    return np.array([spell_one(int(number)) for number in found], dtype=object)[codes]
