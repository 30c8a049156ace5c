"""Tell the formats of dates and times whose form a text has, of those that tabtwin knows."""

from __future__ import annotations

import re
from functools import cache

from tabtwin.schema.spelling import date_parsing
from tabtwin.schema.spelling.weekday_names import FULL, is_weekday

_NUMERIC_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d",
    "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y",
    "%m/%d/%y", "%d/%m/%y", "%d-%m-%y", "%m-%d-%y", "%d.%m.%y",
    "%Y-%d-%m", "%Y/%d/%m", "%Y.%d.%m", "%d %m %Y", "%Y %m %d", "%m.%d.%Y",
    "%y-%m-%d", "%y/%m/%d", "%Y-%j", "%Y年%m月%d日", "%G-W%V-%u", "%GW%V%u",
    "%Y:%m:%d", "%Y_%m_%d", "%d_%m_%Y", "%d. %m. %Y", "%Y. %m. %d.", "%Y.%m.%d.", "%d.%m.%Y.",
    "%Y년 %m월 %d일",
)  # fmt: skip
_NAMED_DAYS = (
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d%b%Y",
    "%d/%b/%Y", "%d-%B-%Y", "%d/%B/%Y", "%d.%b.%Y", "%d. %b %Y", "%d. %B %Y", "%d.%B %Y",
    "%d de %b de %Y", "%d de %B de %Y", "%d de %b del %Y", "%d %b, %Y", "%d %B, %Y", "%b %d %Y", "%B %d %Y",
    "%Y-%b-%d", "%Y %b %d", "%Y/%b/%d", "%Y %B %d", "%b-%d-%Y", "%b/%d/%Y",
    "%d %b %y", "%d/%b/%y", "%d%b%y", "%d%B%Y",
    "%b %d%o, %Y", "%B %d%o, %Y", "%b %d%o %Y", "%B %d%o %Y", "%d%o %b %Y", "%d%o %B %Y", "%d%o %b, %Y",
    "%d%o %B, %Y", "%d%o of %b %Y", "%d%o of %B %Y", "%d%o of %b, %Y", "%d%o of %B, %Y", "%d%r %b %Y",
)  # fmt: skip
_YEARLESS_DAYS = (
    "%d-%b", "%d %b", "%d %B", "%d. %b", "%d. %B", "%b %d", "%B %d", "%b %d%o", "%B %d%o", "%d%o %b",
    "%d%o %B", "%d.%m.", "%m-%d",
)  # fmt: skip
_MONTHS = ("%Y-%m", "%Y/%m", "%m/%Y", "%b-%Y", "%b %Y", "%B %Y")
_MORE_MONTHS = (
    "%m-%Y", "%m.%Y", "%Y.%m", "%b-%y", "%b %y", "%B-%Y", "%Y %b", "%Y %B", "%Y-%b", "%b/%Y", "%B de %Y",
    "%b de %Y", "%B, %Y", "%YM%m", "%Y年%m月", "%Y년 %m월",
    "%G-W%V", "%GW%V", "%G W%V", "W%V %G", "W%V/%G", "W%V-%G", "KW %V/%G", "KW%V/%G", "KW %V %G", "KW%V %G",
    "%G KW%V", "%G-KW%V", "Week %V, %G", "Week %V %G", "%Y-Q%q", "Q%q %Y", "%YQ%q", "%Y Q%q", "Q%q-%Y",
    "Q%q/%Y", "%Y/Q%q", "%YT%q", "T%q %Y", "%qQ%Y", "%qQ %Y", "%qQ%y", "Q%q %y", "Q%q/%y", "Q%q-%y",
    "Q%q'%y", "%q%o quarter %Y", "%q%o quarter of %Y", "%q. Quartal %Y",
)  # fmt: skip
_YEAR_LAST = (
    "%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M:%S %Y %z", "%b %d %H:%M:%S %Y",
    "%b %d %Y %H:%M:%S", "%d%H%MZ %b %y", "%d%H%MZ%b%y",
)  # fmt: skip
_BASIC = "%Y%m%d"
_BASIC_LENGTH = 8
_BLANK = "[ \u00a0\u202f]"
_TIME = re.compile(
    r"(?P<between>(?:T|t|_|:|-|, | - | at | um |, at | {1,2}|))"
    r"(?P<hour>[0-9]{1,2})(?P<colon>:|\.|h|-|_|)(?P<minute>[0-9]{2})"
    r"(?:(?P=colon)(?P<second>[0-9]{2})(?:(?P<point>[.,])(?P<fraction>[0-9]{1,9}))?)?"
    rf"(?P<half>{_BLANK}?(?:[AaPp][Mm]|[ap]\.{_BLANK}?m\.|[AP]\.{_BLANK}?M\.|[AaPp](?![A-Za-z])))?"
    rf"(?P<word> ?(?:[Uu]hr|hrs?|h|hs))?(?P<zone> ?(?:{date_parsing.OFFSET}))?"
)
_HOUR = re.compile(rf"(?P<between>, | )(?P<hour>[0-9]{{1,2}})(?P<half>{_BLANK}?[AaPp][Mm])")
_SHORT_REST = re.compile(r"(?P<between>[ T])[0-9]{2}|(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})")
"""What may follow a day without minutes: an hour, or an offset."""
_BEFORE_DAY = re.compile(r",? (?:on |- )?(?=[^ ])")
_CLOCK = re.compile("[0-9]{1,2}[:.h][0-9]{2}")
_WEEKDAY = re.compile(r"(?P<name>[^\W\d_]+(?:-feira)?\.?)(?P<after>,? )")
_LONGEST = 100
"""Signs of the longest text whose form is looked for: no date is as long."""
_ALONE = ":h"
"""What parts hours and minutes without a day: 10.15 is a number."""
_GLUED = "-_"
"""What parts them only after a day that is written with such signs, as in names of files."""
_FIXED = re.compile("Z|z|[-+]|UTC|GMT")
"""How the offset of a time without a day and seconds begins: it has no summer."""


def formats_of(text: str) -> list[str]:
    """Return the strptime formats whose form a text has; it need not be a date.

    >>> formats_of("4th of March 2024")
    ['%d%o of %b %Y', '%d%o of %B %Y']
    """
    bare = text.strip(" ")
    if not bare or len(bare) > _LONGEST:
        return []
    if text[:1] == "[" and text[-1:] == "]":
        return [f"[{form}]" for form in formats_of(text[1:-1])]
    found = [form for form in (*_MONTHS, *_MORE_MONTHS, *_YEAR_LAST) if _form(form).fullmatch(text)]
    weekday = _WEEKDAY.match(text)
    if weekday and not found and is_weekday(weekday["name"]):
        directive = "%A" if weekday["name"] in FULL else "%a"
        rest = [form for form in formats_of(text[weekday.end() :]) if "%d" in form]
        found = [directive + weekday["after"] + form for form in rest]  # and "Mar" may be a month
    time = _rest_of(text, 0)
    if time:
        found.append(time)
    for day in (*_NUMERIC_DAYS, *_NAMED_DAYS, *_YEARLESS_DAYS):
        head = _form(day).match(text)
        after = _rest_of(text, head.end()) if head is not None else None
        if after is not None:
            found.append(day + after)
    basic = re.match("[0-9]{8}", text)
    if basic and (after := _rest_of(text, basic.end())):
        found.append(_BASIC + after)
    if not found and _CLOCK.match(text):
        found = _time_first(text)
    if not found and bare != text:
        before, after = text.split(bare)
        found = [f"{before}{form}{after}" for form in formats_of(bare)]
    return found


def is_yearless(form: str) -> bool:
    """Return whether a format has days, but no year."""
    return re.search("%[-_]?d", form) is not None and re.search("%[-_]?[Yy]", form) is None


def _time_first(text: str) -> list[str]:
    """Return the formats of a day after a time: 10:15, 4 March 2024 (UTC)."""
    found = []
    for gap in _BEFORE_DAY.finditer(text):
        time = _rest_of(text[: gap.start()], 0)
        for day in (*_NUMERIC_DAYS, *_NAMED_DAYS) if time else ():
            head = _form(day).match(text, gap.end())
            zone = _zone_of(text[head.end() :]) if head is not None else None
            if zone is not None and not (zone and "%z" in str(time)):
                found.append(f"{time}{gap[0]}{day}{zone}")
    return found


def _zone_of(rest: str) -> str | None:
    """Return the format of what follows a day: an offset, or nothing; ``None`` for anything else."""
    if not rest:
        return ""
    is_zone = rest[0] == " " and re.fullmatch(date_parsing.OFFSET, rest[1:]) is not None
    return " %z" if is_zone else None


def _rest_of(text: str, at: int) -> str | None:
    """Return the format of what follows a day: a time and perhaps an offset, or nothing; else ``None``."""
    if at == len(text):
        return ""
    if at and (short := _SHORT_REST.fullmatch(text, at)):
        return "%z" if short["zone"] else f"{short['between']}%H"
    if at and (hour := _HOUR.fullmatch(text, at)):
        return f"{hour['between']}%I{_half(hour['half'])}"
    found = _TIME.fullmatch(text, at)
    if found is None or (not found["between"] and at) or (at == 0 and found["between"]):
        return None
    colon, half, zone = found["colon"], found["half"] or "", found["zone"] or ""
    basic = not colon
    is_basic = at == _BASIC_LENGTH and text[:at].isdigit()
    if basic and (half or found["point"] or found["word"] or not is_basic):
        return None
    if not at and not (_may_be_alone(colon, half) and _may_follow_time(zone, found["second"])):
        return None
    if colon in _GLUED and colon and not (found["between"] in ("-", "_", "T", " ") and not half):
        return None
    form = f"{found['between']}{'%I' if half else '%H'}{colon}%M"
    form += f"{colon}%S" if found["second"] else ""
    form += f"{found['point']}%f" if found["fraction"] else ""
    form += _half(half) + (found["word"] or "")
    return form + (" " if zone[:1] == " " else "") + ("%z" if zone else "")


def _may_be_alone(colon: str, half: str) -> bool:
    """Return whether what parts hours and minutes shows a time without a day: 10.15 p.m."""
    return colon in _ALONE or (colon == "." and bool(half))


def _may_follow_time(zone: str, second: str | None) -> bool:
    """Return whether an offset may follow a time without a day, where -16:00 may be when it ends."""
    signed = zone[:1] in ("-", "+")
    return not zone or bool(second) or (not signed and _FIXED.match(zone.lstrip()) is not None)


def _half(half: str) -> str:
    """Return the format of a half of the day with the blank before it: am, AM, a.m., a.

    >>> _half(" p.m.")
    ' %n.m.'
    """
    if not half:
        return ""
    bare = half.lstrip(" \u00a0\u202f")
    before = half[: len(half) - len(bare)]
    if bare.lower() in ("am", "pm"):
        return before + ("%P" if bare.islower() else "%p")
    return before + ("%n" if bare.islower() else "%N") + bare[1:]


@cache
def _form(form: str) -> re.Pattern[str]:
    """Return a regular expression for the form of a strptime format; a match need not be a date."""
    pattern = date_parsing.as_regex(form, lambda _, regex: f"(?:{regex})")
    return re.compile(pattern.replace(r"[\p{L}]", r"[^\W\d_]"))
