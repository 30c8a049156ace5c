"""Read and write dates as text: the formats that tabtwin knows, and their precision."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_NUMERIC_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d",
    "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y",
    "%m/%d/%y", "%d/%m/%y", "%d-%m-%y", "%m-%d-%y", "%d.%m.%y",
)  # fmt: skip
_NAMED_DAYS = (
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d%b%Y",
)  # fmt: skip
_MONTHS = ("%Y-%m", "%Y/%m", "%m/%Y", "%b-%Y", "%b %Y", "%B %Y")
_TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_ZONES = ("", "Z", "+00:00", " UTC")

_RESTS = (
    "",
    *(f"{between}{time}{zone}" for between in (" ", "T") for time in _TIMES for zone in _ZONES),
)
COARSE_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
"""ISO formats that are tried first for dates that are stored as such."""

_FIELDS = {
    "%Y": "[0-9]{4}", "%y": "[0-9]{2}", "%m": "[0-9]{1,2}", "%d": "[0-9]{1,2}", "%b": "[A-Za-z]{3}",
    "%B": "[A-Za-z]+", "%H": "[0-9]{1,2}", "%I": "[0-9]{1,2}", "%M": "[0-9]{1,2}", "%S": "[0-9]{1,2}",
    "%f": "[0-9]{1,6}", "%p": "[AaPp][Mm]",
}  # fmt: skip

_LONE_DIGIT = "(^|[^0-9.])[0-9]([^0-9]|$)"


def parse(texts: np.ndarray, form: str) -> np.ndarray:
    """Return texts as datetime64[ns] (n,); NaT for what is not a date from 1678 to 2261 in this format."""
    series = pd.Series(texts, dtype=object)
    stamps = pd.to_datetime(series, format=_padded(form), errors="coerce", exact=True)
    if isinstance(stamps.dtype, pd.DatetimeTZDtype):
        stamps = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    return np.asarray(stamps.to_numpy("datetime64[ns]"))


def is_format(form: str) -> bool:
    """Return whether dates can be read and written by a format that a user gives."""
    try:
        parse(np.array([""], dtype=object), form)
        spell(np.array(["2000-01-01"], dtype="datetime64[ns]"), form, 0)
    except (ValueError, re.error):
        return False
    # pandas has special words for some formats.
    return re.search("%-?[A-Za-z]", form) is not None


def fitting_formats(texts: np.ndarray) -> list[str]:
    """Return the formats by which every text is a date, in the order in which they are preferred."""
    if not len(texts):
        return []
    likely = [form for form in _formats_of(str(texts[0])) if form in _formats_of(str(texts[-1]))]
    return [form for form in likely if not np.isnat(parse(texts, form)).any()]


def likeliest(texts: np.ndarray, counts: np.ndarray, forms: list[str]) -> str:
    """Return the format, of several that fit every text, that most cells support.

    A cell supports a format if, read by it, the cell falls on the day of the month on which most cells do. If
    day and month could be swapped, dates are monthly, and the constant part is the day. Ties go to the first
    format.
    """

    def support(form: str) -> int:
        days = pd.DatetimeIndex(parse(texts, form)).day.to_numpy()
        return int(np.bincount(days, weights=counts).max())

    return max(forms, key=support)


def as_padded(
    texts: np.ndarray, form: str, few: Callable[[np.ndarray], bool] = lambda texts: not texts.any()
) -> str:
    """Return the format with ``%-d`` and the like if texts are spelled so: 1/2/2020, not 01/02/2020.

    Args:
        texts: Dates (n,), object.
        form: Their format, padded.
        few: Returns whether some of them, bool (n,), are few enough to be spelled otherwise; by default, none
            are.
    """
    if few(_matches(texts, _LONE_DIGIT)):
        return form
    stamps = parse(texts, form)
    days, hours = re.compile("%([dm])"), re.compile("%([HI])")
    bare_days, bare_hours = days.sub(r"%-\1", form), hours.sub(r"%-\1", form)
    for spelled in (bare_days, bare_hours, hours.sub(r"%-\1", bare_days)):
        if few(spell(stamps, spelled, second_digits(texts, form)) != texts):
            return spelled
    return form


def spell(stamps: np.ndarray, form: str, digits: int) -> np.ndarray:
    """Return dates as text (n,), object; ``digits`` are the decimals of a second that ``%f`` stands for."""
    if digits in (0, 6) or "%f" not in form:
        return pd.DatetimeIndex(stamps).strftime(form).to_numpy(object)
    before, after = form.split("%f")
    index = pd.DatetimeIndex(stamps)
    head, tail = index.strftime(before), index.strftime(after)
    return (head + index.strftime("%f").str[:digits] + tail).to_numpy(object)


def finest_format(stamps: np.ndarray) -> str:
    """Return the coarsest ISO format that holds these dates."""
    since = stamps.astype("datetime64[ns]").astype("int64")
    coarse = (form for form in COARSE_FORMATS if not (since % nanoseconds(form, 0)).any())
    return next(coarse, "%Y-%m-%d %H:%M:%S.%f")


def is_time(form: str) -> bool:
    """Return whether a format is a time of day only, which is read as one on the first day of 1900."""
    return re.search("%-?[HI]", form) is not None and re.search("%-?[YymdbB]", form) is None


def second_digits(texts: np.ndarray, form: str) -> int:
    """Return the most decimals of a second in ``texts``, 0 where the format has none."""
    return int(second_digits_each(texts).max()) if "%f" in form else 0


def second_digits_each(texts: np.ndarray) -> np.ndarray:
    """Return the decimals of a second in each text, int64 (n,)."""
    fractions = pd.Series(texts, dtype=object).str.extract(r"\.([0-9]{1,6})(?![0-9.])", expand=False)
    return fractions.str.len().fillna(0).to_numpy("int64")


def cut(stamps: np.ndarray, form: str, digits: int) -> np.ndarray:
    """Return the nearest dates (n,) that the format can distinguish; NaT stays."""
    if not re.search("%-?[dHI]", form):
        middle = stamps + np.timedelta64(15, "D")
        return middle.astype("datetime64[M]").astype("datetime64[ns]")
    unit = nanoseconds(form, digits)
    missing = np.isnat(stamps)
    whole = np.where(missing, 0, stamps.astype("int64"))
    nearest = ((whole + unit // 2) // unit * unit).astype("datetime64[ns]")
    nearest[missing] = np.datetime64("NaT")
    return np.asarray(nearest)


def nanoseconds(form: str, digits: int) -> int:
    """Return the nanoseconds between dates that a format of days or finer can distinguish."""
    if "%f" in form:
        return int(10 ** (9 - min(digits or 6, 9)))
    if "%S" in form:
        return 10**9
    return 60 * 10**9 if "%M" in form else 86_400 * 10**9


def _matches(texts: np.ndarray, pattern: str) -> np.ndarray:
    found = pc.match_substring_regex(pa.array(texts, pa.string()), pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def _padded(form: str) -> str:
    return form.replace("%-", "%")


def _formats_of(text: str) -> list[str]:
    """Return the strptime formats whose form a text has."""
    found = [form for form in (*_MONTHS, *_TIMES) if _form(form).fullmatch(text)]
    for day in (*_NUMERIC_DAYS, *_NAMED_DAYS):
        head = _form(day).match(text)
        if head is not None:
            found += [day + rest for rest in _RESTS if _form(rest).fullmatch(text, head.end())]
    return found


@cache
def _form(form: str) -> re.Pattern[str]:
    """Return a regular expression for the form of a strptime format; a match need not be a date."""
    parts = re.split("(%[A-Za-z])", form)
    return re.compile("".join(_FIELDS[part] if part in _FIELDS else re.escape(part) for part in parts))
