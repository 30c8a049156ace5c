"""Find the format of dates that are text, of those that tabtwin knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.schema.kinds import date_parsing, date_spelling
from tabtwin.schema.kinds.date_precision import COARSE_FORMATS, nanoseconds, second_digits
from tabtwin.schema.kinds.month_names import FULL, SHORT, Months, recognize

_NUMERIC_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d",
    "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y",
    "%m/%d/%y", "%d/%m/%y", "%d-%m-%y", "%m-%d-%y", "%d.%m.%y",
    "%Y-%d-%m", "%Y/%d/%m", "%Y.%d.%m", "%d %m %Y", "%Y %m %d", "%m.%d.%Y",
    "%y-%m-%d", "%y/%m/%d", "%Y-%j", "%Y年%m月%d日", "%G-W%V-%u", "%GW%V%u",
)  # fmt: skip
_NAMED_DAYS = (
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d%b%Y",
    "%d/%b/%Y", "%d-%B-%Y", "%d/%B/%Y", "%d.%b.%Y", "%d. %b %Y", "%d. %B %Y", "%d.%B %Y",
    "%d de %b de %Y", "%d de %B de %Y", "%d %b, %Y", "%d %B, %Y", "%b %d %Y", "%B %d %Y",
    "%Y-%b-%d", "%Y %b %d", "%Y/%b/%d", "%Y %B %d", "%b-%d-%Y", "%b/%d/%Y",
    "%d %b %y", "%d/%b/%y", "%d%b%y", "%d%B%Y",
)  # fmt: skip
_MONTHS = ("%Y-%m", "%Y/%m", "%m/%Y", "%b-%Y", "%b %Y", "%B %Y")
_MORE_MONTHS = (
    "%m-%Y", "%m.%Y", "%Y.%m", "%b-%y", "%b %y", "%B-%Y", "%Y %b", "%Y %B", "%Y-%b", "%b/%Y", "%B de %Y",
    "%b de %Y", "%B, %Y", "%YM%m", "%G-W%V", "%GW%V", "%G W%V", "W%V %G", "W%V/%G",
    "%Y-Q%q", "Q%q %Y", "%YQ%q",
    "%Y Q%q", "Q%q-%Y", "Q%q/%Y", "%YT%q",
)  # fmt: skip
_YEAR_LAST = ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%b %d %H:%M:%S %Y", "%b %d %Y %H:%M:%S")
_BASIC = "%Y%m%d"
_BASIC_LENGTH = 8
_TIME = re.compile(
    r"(?P<between>(?:T|t|_|:|-|, | - | at | um |, at | {1,2}|))"
    r"(?P<hour>[0-9]{1,2})(?P<colon>:|\.|h|)(?P<minute>[0-9]{2})"
    r"(?:(?P=colon)(?P<second>[0-9]{2})(?:(?P<point>[.,])(?P<fraction>[0-9]{1,9}))?)?"
    rf"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:{date_parsing.OFFSET}))?"
)
_SHORT_REST = re.compile(r"(?P<between>[ T])[0-9]{2}|(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})")
"""What may follow a day without minutes: an hour, or an offset."""
_WEEKDAY = re.compile(
    "(?P<name>(?:Mon|Tues?|Wednes|Thurs?|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?P<after>,? )"
)
_LONE_DIGIT = "(^|[^0-9.,])[0-9]([^0-9]|$)"
_DAY_FIRST = re.compile("%Y.%d.%m")
_SHORT, _FULL = (frozenset(name.casefold() for name in names) for names in (SHORT, FULL))
_ALONE = ":h"
"""What parts hours and minutes without a day: 10.15 is a number."""
_NO_DIGITS = re.compile("[^0-9]*")


def parse(texts: np.ndarray, form: str, months: Months = ()) -> np.ndarray:
    """Return texts as datetime64[us] (n,); NaT for what is not a date from year 1 to 9999 in this format."""
    plain = _padded(form)
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
    if date_parsing.is_known(_padded(form)):
        return date_spelling.spell(stamps, form, digits, months, every_micro=every_micro)
    return pd.DatetimeIndex(stamps).strftime(form).to_numpy(object)


def is_format(form: str) -> bool:
    """Return whether dates can be read and written by a format that a user gives."""
    try:
        parse(np.array([""], dtype=object), form)
        spell(np.array(["2000-01-01"], dtype="datetime64[us]"), form, 0)
    except (ValueError, re.error, pa.ArrowInvalid):
        return False
    # pandas has special words for some formats.
    return re.search("%-?[A-Za-z]", form) is not None


def fitting_formats(texts: np.ndarray) -> list[str]:
    """Return the formats by which every text is a date, in the order in which they are preferred.

    An offset that all have is written out; several are ``%z``.
    """
    if not len(texts):
        return []
    ends = str(texts[0]), str(texts[-1])
    if any(_NO_DIGITS.fullmatch(end) for end in ends):
        return []
    likely = [form for form in _formats_of(ends[0]) if form in _formats_of(ends[1])]
    likely = [form for form in likely if _suits_names(texts, form)]
    found = [form for form in likely if not np.isnat(parse(texts, form, months_in(texts, form))).any()]
    found = [form for form in found if not _DAY_FIRST.match(form) or _swapped(form) not in found]
    return list(dict.fromkeys(_with_offset(texts, form) for form in found))


def months_in(texts: np.ndarray, form: str) -> Months:
    """Return the names of months in texts of a format, if they are not English ones as strptime has them."""
    sign = _name_sign(form)
    found = recognize(_names(texts, form, sign)) if sign else None
    return found if found and found != (SHORT if sign == "b" else FULL) else ()


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
    own = texts if "%z" not in form else _without_offsets(texts, form)
    days, hours = re.compile("%([dm])"), re.compile("%([HI])")
    bare_days, bare_hours = days.sub(r"%-\1", form), hours.sub(r"%-\1", form)
    for spelled in (bare_days, bare_hours, hours.sub(r"%-\1", bare_days)):
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
    return re.search("%-?[HI]", form) is not None and re.search("%-?[YymdbBjGVq]", form) is None


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
        _padded(form), lambda other, regex: f"(?P<{other}>{regex})" if other == sign else f"(?:{regex})"
    )
    found = pc.extract_regex(pa.array(texts, pa.string()), f"^{pattern}$")
    return np.asarray(pc.struct_field(found, sign).to_numpy(zero_copy_only=False), dtype=object)


def _matches(texts: np.ndarray, pattern: str) -> np.ndarray:
    found = pc.match_substring_regex(pa.array(texts, pa.string()), pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def _padded(form: str) -> str:
    return form.replace("%-", "%")


def _formats_of(text: str) -> list[str]:
    """Return the strptime formats whose form a text has."""
    if text[:1] == "[" and text[-1:] == "]":
        return [f"[{form}]" for form in _formats_of(text[1:-1])]
    found = [form for form in (*_MONTHS, *_MORE_MONTHS, *_YEAR_LAST) if _form(form).fullmatch(text)]
    weekday = _WEEKDAY.match(text)
    if weekday and not found:
        directive = "%a" if len(weekday["name"]) == len("Mon") else "%A"
        return [directive + weekday["after"] + form for form in _formats_of(text[weekday.end() :])]
    time = _rest_of(text, 0)
    if time and "%z" not in time:
        found.append(time)
    for day in (*_NUMERIC_DAYS, *_NAMED_DAYS):
        head = _form(day).match(text)
        if head is not None and (rest := _rest_of(text, head.end())) is not None:
            found.append(day + rest)
    basic = re.match("[0-9]{8}", text)
    if basic and (rest := _rest_of(text, basic.end())):
        found.append(_BASIC + rest)
    return found


def _rest_of(text: str, at: int) -> str | None:
    """Return the format of what follows a day: a time and perhaps an offset, or nothing; else ``None``."""
    if at == len(text):
        return ""
    if at and (short := _SHORT_REST.fullmatch(text, at)):
        return "%z" if short["zone"] else f"{short['between']}%H"
    found = _TIME.fullmatch(text, at)
    if found is None or (not found["between"] and at) or (at == 0 and found["between"]):
        return None
    basic, alone = not found["colon"], not at
    if (basic and (found["half"] or found["point"] or at != _BASIC_LENGTH)) or (
        alone and found["colon"] not in _ALONE
    ):
        return None
    half = found["half"] or ""
    form = f"{found['between']}{'%I' if half else '%H'}{found['colon']}%M"
    form += f"{found['colon']}%S" if found["second"] else ""
    form += f"{found['point']}%f" if found["fraction"] else ""
    form += (" " if half[:1] == " " else "") + ("%P" if half.islower() else "%p") if half else ""
    zone = found["zone"] or ""
    return form + (" " if zone[:1] == " " else "") + ("%z" if zone else "")


@cache
def _form(form: str) -> re.Pattern[str]:
    """Return a regular expression for the form of a strptime format; a match need not be a date."""
    pattern = date_parsing.as_regex(form, lambda _, regex: f"(?:{regex})")
    return re.compile(pattern.replace(r"[\p{L}]", r"[^\W\d_]"))
