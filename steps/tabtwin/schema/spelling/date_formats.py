"""Find the format of dates that are text, of those that tabtwin knows."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.schema.spelling import date_parsing, date_spelling, weekday_names
from tabtwin.schema.spelling.date_precision import (
    COARSE_FORMATS,
    nanoseconds,
    second_digits,
    second_digits_each,
)
from tabtwin.schema.spelling.date_shapes import formats_of, is_yearless
from tabtwin.schema.spelling.month_names import FULL, SHORT, Months, recognize
from tabtwin.schema.spelling.weekday_names import recognize_weekdays

_LONE_DIGIT = "(^|[^0-9.,])[0-9]([^0-9]|$)"
_DAY_FIRST = re.compile("%Y.%d.%m")
_SHORT, _FULL = (frozenset(name.casefold() for name in names) for names in (SHORT, FULL))
_ZEROS = re.compile("^0+(?=[0-9])")
_LOOKED_AT = 20
_MOST_DAYS = 20
_NO_DIGITS = re.compile("[^0-9]*")


def parse(texts: np.ndarray, form: str, months: Months = ()) -> np.ndarray:
    """Return texts as datetime64[us] (n,); NaT for what is not a date from year 1 to 9999 in this format."""
    plain = padded(form)
    if width := date_parsing.width_without_zeros(form):
        texts = np.array([text.zfill(width) for text in texts.tolist()], dtype=object)
    if date_parsing.is_known(plain):
        return date_parsing.parse(texts, plain, months)
    series = pd.Series(texts, dtype=object)
    stamps = pd.to_datetime(series, format=plain, errors="coerce", exact=True)
    if isinstance(stamps.dtype, pd.DatetimeTZDtype):
        stamps = stamps.dt.tz_convert("UTC").dt.tz_localize(None)
    return np.asarray(stamps.to_numpy("datetime64[us]"))


def spell(
    stamps: np.ndarray, form: str, digits: int, months: Months = (), *, every_micro: bool = False
) -> np.ndarray:
    """Return dates as text (n,), object; ``digits`` are the decimals of a second that ``%f`` stands for."""
    if date_parsing.is_known(padded(form)):
        texts = date_spelling.spell(stamps, form, digits, months, every_micro=every_micro)
        if date_parsing.width_without_zeros(form):
            return np.array([_ZEROS.sub("", text) for text in texts.tolist()], dtype=object)
        return texts
    return pd.DatetimeIndex(stamps).strftime(form).to_numpy(object)


def is_format(form: str) -> bool:
    """Return whether dates can be read and written by a format that a user gives."""
    try:
        parse(np.array([""], dtype=object), form)
        spell(np.array(["2000-01-01"], dtype="datetime64[us]"), form, 0)
    except (ValueError, re.error, pa.ArrowInvalid):
        return False
    # pandas has special words for some formats.
    return re.search("%[-_]?[A-Za-z]", form) is not None


def fitting_formats(texts: np.ndarray, *, shows_offset: bool = True) -> list[str]:
    """Return the formats by which every text is a date, in the order in which they are preferred.

    Args:
        texts: Texts (n,), object.
        shows_offset: Whether an offset that all have is written out; otherwise it is ``%z``, as several are.
    """
    if not len(texts):
        return []
    some = np.append(texts[:_LOOKED_AT], texts[-1:])
    if any(_NO_DIGITS.fullmatch(str(end)) for end in some[[0, -1]]):
        return []
    likely = [form for form in formats_of(max(some, key=len)) if _reads(some, form)]
    found = [form for form in likely if _suits_names(texts, form) and _reads(texts, form)]
    found = [form for form in found if not _DAY_FIRST.match(form) or _swapped(form) not in found]
    found = [form for form in found if "%r" not in form or form.replace("%r", "") not in found]
    found = _with_usual_years(texts, found)
    return list(dict.fromkeys(_with_offset(texts, form) for form in found)) if shows_offset else found


def months_in(texts: np.ndarray, form: str) -> Months:
    """Return the names of months in texts of a format, and of days of the week after them if it has those;
    empty if they are English ones as strptime has them.
    """
    sign = _name_sign(form)
    usual = SHORT if sign == "b" else FULL
    found = (recognize(_names(texts, form, sign)) if sign else None) or usual
    days = _weekdays_in(texts, form)
    return (*found, *days) if days else found if found != usual else ()


def _weekdays_in(texts: np.ndarray, form: str) -> tuple[str, ...]:
    sign = "a" if "%a" in form else "A" if "%A" in form else ""
    found = recognize_weekdays(_names(texts, form, sign)) if sign else None
    return found if found and found != (weekday_names.SHORT if sign == "a" else weekday_names.FULL) else ()


def offsets_in(texts: np.ndarray, form: str) -> np.ndarray:
    """Return the offset of each text of a format that has one (n,), object; ``None`` for other texts."""
    return _field(texts, form, "z")


def likeliest(texts: np.ndarray, counts: np.ndarray, forms: list[str]) -> str:
    """Return the format, of several that fit every text, that most cells support.

    A cell supports a format if, read by it, the cell falls on the day of the month on which most cells do. If
    day and month could be swapped, dates are monthly, and the constant part is the day. If day and year could
    be, dates are of as few years as possible. Ties go to the first format.
    """

    def support(form: str) -> int:
        stamps = parse(texts, form, months_in(texts, form))
        days = stamps.astype("datetime64[D]") - stamps.astype("datetime64[M]").astype("datetime64[D]")
        return int(np.bincount(days.astype("int64"), weights=counts).max())

    def years(form: str) -> int:
        return len(np.unique(parse(texts, form, months_in(texts, form)).astype("datetime64[Y]")))

    if any(form.startswith("%y") for form in forms):
        return min(forms, key=years)
    return max(forms, key=support)


def as_padded(
    texts: np.ndarray,
    form: str,
    few: Callable[[np.ndarray], bool] = lambda texts: not texts.any(),
    months: Months = (),
) -> str:
    """Return the format with ``%-d`` and the like if texts are spelled so: 1/2/2020, not 01/02/2020.

    Args:
        texts: Dates (n,), object.
        form: Their format, padded.
        few: Returns whether some of them, bool (n,), are few enough to be spelled otherwise; by default, none
            are.
        months: The names of months, if they are not English.
    """
    if few(_matches(texts, _LONE_DIGIT)):
        return form
    stamps = parse(texts, form, months)
    fits = ~np.isnat(stamps)
    if "%f" in form:  # other texts leave zeros out
        each = second_digits_each(texts)
        fits &= each == each.max()
    own = texts if "%z" not in form else _without_offsets(texts, form)
    days, hours = re.compile("%([dmV])"), re.compile("%([HI])")
    for flags in (("-", ""), ("", "-"), ("-", "-"), ("_", ""), ("_", "_"), ("_", "-")):
        spelled = hours.sub(rf"%{flags[1]}\1", days.sub(rf"%{flags[0]}\1", form))
        unlike = np.zeros(len(texts), bool)
        written = spell(stamps[fits], spelled, second_digits(texts, form), months)
        unlike[fits] = written != own[fits]
        if few(unlike):
            return spelled
    return form


def finest_format(stamps: np.ndarray) -> str:
    """Return the coarsest ISO format that holds these dates."""
    since = stamps.astype("datetime64[us]").astype("int64")
    coarse = (form for form in COARSE_FORMATS if not (since % (nanoseconds(form, 0) // 1000)).any())
    return next(coarse, "%Y-%m-%d %H:%M:%S.%f")


def is_time(form: str) -> bool:
    """Return whether a format is a time of day only, which is read as one on the first day of 1900."""
    return re.search("%[-_]?[HI]", form) is not None and re.search("%[-_]?[YymdbBjGVq]", form) is None


def _reads(texts: np.ndarray, form: str) -> bool:
    return not np.isnat(parse(texts, form, months_in(texts, form))).any()


def _with_usual_years(texts: np.ndarray, forms: list[str]) -> list[str]:
    """Return formats, those without a year only if their days are most of a month's: 24-Jan may be a year."""
    yearless = [form for form in forms if is_yearless(form)]
    if not yearless:
        return forms
    months = months_in(texts, yearless[0])
    stamps = parse(texts, yearless[0], months).astype("datetime64[D]")
    days = stamps - stamps.astype("datetime64[M]")
    likely = len(np.unique(days)) >= _MOST_DAYS
    likely &= "%m-%d" not in yearless or all(len(text) == len("01-31") for text in texts.tolist())
    return [form for form in forms if (form in yearless) == likely]


def _name_sign(form: str) -> str:
    return next((sign for sign in "bB" if f"%{sign}" in form), "")


def _names(texts: np.ndarray, form: str, sign: str) -> set[str]:
    """Return the different names of months, or what is in their place."""
    return {str(word) for word in pd.unique(_field(texts, form, sign)) if word}


def _suits_names(texts: np.ndarray, form: str) -> bool:
    """Return whether names of months are full English ones for ``%B``, and are others for ``%b``."""
    sign = _name_sign(form)
    if not sign:
        return True
    folded = {name.casefold() for name in _names(texts, form, sign)}
    is_full = folded <= _FULL
    return is_full if sign == "B" else not is_full or folded <= _SHORT


def _swapped(form: str) -> str:
    return form.replace("%d", "%!").replace("%m", "%d").replace("%!", "%m")


def _without_offsets(texts: np.ndarray, form: str) -> np.ndarray:
    offsets = offsets_in(texts, form).tolist()
    pairs = zip(texts.tolist(), offsets, strict=True)
    return np.array(["%z".join(text.rsplit(offset or "\0", 1)) for text, offset in pairs], dtype=object)


def _with_offset(texts: np.ndarray, form: str) -> str:
    """Return the format with the offset that all texts have, if they have the same."""
    if "%z" not in form:
        return form
    found = pd.unique(offsets_in(texts, form))
    return form.replace("%z", str(found[0])) if len(found) == 1 else form


def _field(texts: np.ndarray, form: str, sign: str) -> np.ndarray:
    """Return what texts of a format have in place of one directive (n,), object; ``None`` for other texts."""
    pattern = date_parsing.as_regex(
        padded(form), lambda other, regex: f"(?P<{other}>{regex})" if other == sign else f"(?:{regex})"
    )
    found = pc.extract_regex(pa.array(texts, pa.string()), f"^{pattern}$")
    return np.asarray(pc.struct_field(found, sign).to_numpy(zero_copy_only=False), dtype=object)


def _matches(texts: np.ndarray, pattern: str) -> np.ndarray:
    found = pc.match_substring_regex(pa.array(texts, pa.string()), pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def padded(form: str) -> str:
    """Return a format with the leading zeros of every field."""
    return form.replace("%-", "%").replace("%_", "%")
