"""Read texts as dates and times by a strptime format: any year from 1 to 9999, to a microsecond."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.schema.spelling.month_names import FULL, SHORT, Months

WORD = r"[\p{L}]+\.?"
_PLACE = r"(?: ?(?:\[[A-Za-z0-9_/+-]+\]|\([A-Za-z][A-Za-z ]+\)))?"
OFFSET = (
    r"(?:Z|z|[A-Z]{3,5}|(?:UTC|GMT)?[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?|(?:UTC|GMT)[+-][0-9]"
    rf"|[A-Z][a-z]+(?:/[A-Z][A-Za-z_]+){{1,2}}){_PLACE}|\([A-Z]{{3,5}}\)"
)
"""The form of an offset or a zone: +02:00, +02:00[Europe/Paris], GMT+0200 (Central European Summer Time)."""
_DAY_NAME = r"[\p{L}]+(?:-feira)?\.?"
_PADDED = " [0-9]|[0-9]{1,2}"
FIELDS = {
    "Y": "[0-9]{4}", "y": "[0-9]{2}", "m": _PADDED, "d": _PADDED, "b": WORD, "B": WORD,
    "H": _PADDED, "I": _PADDED, "M": "[0-9]{2}", "S": "[0-9]{2}", "f": "[0-9]{1,9}",
    "p": "[AaPp][Mm]", "P": "[AaPp][Mm]", "n": "[ap]", "N": "[AP]", "z": OFFSET, "j": "[0-9]{3}",
    "G": "[0-9]{4}", "V": "[0-9]{1,2}", "u": "[1-7]", "q": "[1-4]", "a": _DAY_NAME, "A": _DAY_NAME,
    "o": "st|nd|rd|th", "r": "(?:er)?",
}  # fmt: skip
"""The form of each directive, as RE2 spells it.

Besides strptime's: ``%q`` is the quarter, ``%P`` a small am or pm, ``%n`` and ``%N`` the a or p of it,
``%o`` st, nd, rd or th, and ``%r`` the er of a French first day.
"""

DIRECTIVE = re.compile("%[-_]?([A-Za-z%])")
_TIGHT = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "j": 3}
"""Digits of fields that no sign sets apart: 20240131T1015."""
_BARE = re.compile(r"%-[dmyH](?:%[YymdMS])+(?:\.0)?")
_HALVES = "pPnN"
"""Directives of a half of the day."""
_LEAP = 1904
"""The year of days without one."""
_CENTURY = 69
_DAY = 86_400_000_000
_NOT = np.datetime64("NaT", "us")
_MONTHS_OF = {
    "": {name.casefold(): at for names in (SHORT, FULL) for at, name in enumerate(names, 1)},
}


def is_known(form: str) -> bool:
    """Return whether every directive of a format is one of those that this module reads."""
    found = DIRECTIVE.findall(form)
    return len(found) == len(set(found)) and all(sign in FIELDS for sign in found)


def width_without_zeros(form: str) -> int:
    """Return how many signs a format of numbers has that lost their leading zeros; 0 for other formats.

    >>> width_without_zeros("%-d%m%Y"), width_without_zeros("%d%m%Y")
    (8, 0)
    """
    if _BARE.fullmatch(form) is None:
        return 0
    return sum(_TIGHT[sign] for sign in DIRECTIVE.findall(form)) + (2 if "." in form else 0)


def parse(texts: np.ndarray, form: str, months: Months = ()) -> np.ndarray:
    """Return texts as datetime64[us] (n,); NaT for what is not a date in this format.

    Offsets are left out: a date is what a clock on the wall shows.
    """
    found = pc.extract_regex(pa.array(texts, pa.string()), _pattern(form))
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    fits = found.is_valid().to_numpy(zero_copy_only=False)
    stamps = np.full(len(texts), _NOT)
    if fits.any():
        some = found.filter(pa.array(fits))
        read = {field.name: some.field(at) for at, field in enumerate(some.type)}
        stamps[fits] = _joined(_Fields(read, int(fits.sum()), months))
    return stamps


class _Fields:
    """The fields of some texts, all of one format."""

    def __init__(self, read: dict[str, pa.Array], count: int, months: Months) -> None:
        self._read, self._count, self._months = read, count, months

    def __contains__(self, sign: str) -> bool:
        return sign in self._read

    def number(self, sign: str, default: int) -> np.ndarray:
        """Return a field as int64 (n,)."""
        if sign not in self._read:
            return np.full(self._count, default, "int64")
        digits = pc.utf8_ltrim_whitespace(self._read[sign])
        return np.asarray(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))

    def month(self) -> np.ndarray:
        """Return the month, by number or by name; 0 for an unknown name."""
        sign = next((sign for sign in "bB" if sign in self), "")
        if not sign:
            return self.number("m", 1)
        codes, words = pd.factorize(self._read[sign].to_numpy(zero_copy_only=False))
        known = {name.casefold(): at for at, name in enumerate(self._months[:12], 1)} or _MONTHS_OF[""]
        return np.array([known.get(str(word).casefold(), 0) for word in words], "int64")[codes]

    def micros(self) -> np.ndarray:
        """Return the microseconds of fractions of a second; finer digits are cut."""
        if "f" not in self:
            return np.zeros(self._count, "int64")
        digits = pc.utf8_slice_codeunits(pc.utf8_rpad(self._read["f"], 6, "0"), 0, 6)
        return np.asarray(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))

    def is_afternoon(self) -> np.ndarray:
        """Return where the text says pm, bool (n,)."""
        sign = next(sign for sign in _HALVES if sign in self)
        first = pc.utf8_lower(pc.utf8_slice_codeunits(self._read[sign], 0, 1))
        return np.asarray(pc.equal(first, "p").to_numpy(zero_copy_only=False), bool)


def _joined(fields: _Fields) -> np.ndarray:
    """Return dates of their fields; NaT where there is no such date."""
    year = fields.number("Y", _LEAP if "d" in fields else 1900)
    if "y" in fields:
        short = fields.number("y", 0)
        year = short + np.where(short < _CENTURY, 2000, 1900)
    days, good = _days(fields, year)
    hour = fields.number("H", 0)
    if any(sign in fields for sign in _HALVES):
        twelve = fields.number("I", 12)
        good &= (twelve >= 1) & (twelve <= 12)
        hour = twelve % 12 + np.where(fields.is_afternoon(), 12, 0)
    minute, second = fields.number("M", 0), fields.number("S", 0)
    good &= (hour < 24) & (minute < 60) & (second < 60)
    micros = days * _DAY + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fields.micros()
    stamps = micros.astype("datetime64[us]")
    stamps[~good] = _NOT
    return np.asarray(stamps)


def _days(fields: _Fields, year: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the days since 1970 (n,), and which of them exist."""
    if "G" in fields:
        return _week_days(fields)
    if "q" in fields:
        return _first_of(year, fields.number("q", 1) * 3 - 2, np.ones(len(year), "int64"))
    if "j" in fields:
        ordinal = fields.number("j", 1)
        start, good = _first_of(year, np.ones_like(year), np.ones_like(year))
        after, _ = _first_of(year + 1, np.ones_like(year), np.ones_like(year))
        return start + ordinal - 1, good & (ordinal >= 1) & (ordinal <= after - start)
    return _first_of(year, fields.month(), fields.number("d", 1))


def _first_of(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    number = (year - 1970) * 12 + month - 1
    start, after = (
        (number + step).astype("datetime64[M]").astype("datetime64[D]").astype("int64") for step in (0, 1)
    )
    good = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= after - start)
    return start + day - 1, good


def _week_days(fields: _Fields) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of ISO weeks: the week of January 4 is a year's first."""
    year, week, weekday = fields.number("G", 1970), fields.number("V", 1), fields.number("u", 1)
    firsts = []
    for step in (0, 1):
        fourth, _ = _first_of(year + step, np.ones_like(year), np.full(len(year), 4))
        firsts.append(fourth - (fourth + 3) % 7)
    days = firsts[0] + (week - 1) * 7 + weekday - 1
    return days, (week >= 1) & (firsts[0] + week * 7 <= firsts[1]) & (year >= 1)


@cache
def _pattern(form: str) -> str:
    """Return a regular expression with a group for each field of a format."""
    return "^" + as_regex(form, lambda sign, found: f"(?P<{sign}>{found})") + "$"


def as_regex(form: str, group: Callable[[str, str], str]) -> str:
    """Return a format as a regular expression; ``group`` makes the part of a directive of its sign and form.

    Fields that no other sign parts have all of their digits. Parts of a second may be missing, as programs
    leave them out that are 0.
    """
    parts = re.split("(%[-_]?[A-Za-z])", form)
    made = []
    for at, part in enumerate(parts):
        if at % 2 == 0:
            is_point = at + 1 < len(parts) and parts[at + 1] == "%f" and part[-1:] in (".", ",")
            made.append(re.escape(part[:-1] if is_point else part))
            continue
        sign = part[-1]
        tight = sign in _TIGHT and (
            (at > 1 and not parts[at - 1] and parts[at - 2][-1] in _TIGHT)
            or (at + 2 < len(parts) and not parts[at + 1] and parts[at + 2][-1] in _TIGHT)
        )
        field = group(sign, f"[0-9]{{{_TIGHT[sign]}}}" if tight else FIELDS[sign])
        point = parts[at - 1][-1:] if sign == "f" else ""
        made.append(f"(?:{re.escape(point)}{field})?" if point in (".", ",") and point else field)
    return "".join(made)
