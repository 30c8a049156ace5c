"""Read and write durations as text.

A form is like strptime's: ``%D`` are days, ``%H`` hours, ``%M`` minutes, ``%S`` seconds with the column's
decimals; the largest unit of a form holds all that is left. ``%-M`` has no leading zeros. What is in
brackets is left out where its unit is 0, and ``(s)`` where it is 1: ``%D day(s)``.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

STORED = "%D days %H:%M:%S"
CLOCK = "%H:%M:%S"

_SECONDS = {"D": 86_400, "H": 3_600, "M": 60, "S": 1}
_UNITS = "DHMS"
_FRACTION = r"(?:[.,]([0-9]{1,9}))?"
_CLOCK = re.compile(
    r"(?P<sign>-?)(?:(?P<D>[0-9]+)(?P<word> days?,? |d |d|\.|:(?=[0-9]+:[0-9]{2}:)))?"
    r"(?P<H>[0-9]+):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?P<point>[.,])?(?P<f>(?<=[.,])[0-9]{1,9})?)?"
)
_LAP = re.compile(r"(?P<sign>-?)(?P<M>[0-9]+):(?P<S>[0-9]{2})(?P<point>[.,])(?P<f>[0-9]{1,9})")
"""Minutes and seconds, as parts of a second show: 1:27.452."""
_ISO = re.compile(
    r"(?P<sign>-?)P(?:(?P<D>[0-9]+)D)?(?:T(?:(?P<H>[0-9]+)H)?(?:(?P<M>[0-9]+)M)?"
    r"(?:(?P<S>[0-9]+)(?:\.(?P<f>[0-9]{1,9}))?S)?)?"
)
_PART = re.compile(r"(?P<number>[0-9]+)(?:\.(?P<f>[0-9]{1,9}))?(?P<gap> ?)(?P<unit>[A-Za-z]+)(?P<after>,? ?)")
_WORDS = {
    "D": ("d", "day", "days"), "H": ("h", "hr", "hrs", "hour", "hours", "Std"),
    "M": ("m", "min", "mins", "minute", "minutes"), "S": ("s", "sec", "secs", "second", "seconds"),
}  # fmt: skip
_UNIT_OF = {word: unit for unit, words in _WORDS.items() for word in words}
_LOOKED_AT = 200
_AS_TIME = re.compile("%-?H:%M(?::%S)?")
_LETTER = re.compile(r"\[?%-?[DHMS] ?[dhms] ?\]?")
"""One unit of one letter: 5 m may be meters."""


def is_form(form: str) -> bool:
    """Return whether durations can be written in a form: it has one of the units or more, each once."""
    found = re.findall("%-?(.)", form)
    return bool(found) and set(found) <= set(_UNITS) and found == sorted(found, key=_UNITS.index)


def find(texts: np.ndarray) -> str:
    """Return the form in which all texts are written; empty if they are no durations.

    A clock's hours are a duration's where some are 24 or more: others are times of day.
    """
    if not len(texts) or np.isnan(_read(str(texts[0]), "")):
        return ""
    seconds = parse(texts, "")
    if np.isnan(seconds).any():
        return ""
    some = dict.fromkeys(
        form for text in texts[:: max(len(texts) // _LOOKED_AT, 1)].tolist() for form in _forms_of(text)
    )
    merged = [*some, *_optional(list(some))]
    of_day = all(_AS_TIME.fullmatch(form) for form in some) and (seconds >= 0).all()
    if (of_day and (seconds < _SECONDS["D"]).all()) or all(_LETTER.fullmatch(form) for form in merged):
        return ""
    digits = int(digits_each(texts).max())
    return next((form for form in merged if (spell(seconds, form, digits) == texts).all()), "")


def parse(texts: np.ndarray, form: str) -> np.ndarray:
    """Return texts as seconds (n,); NaN for other texts.

    Args:
        texts: Durations (n,), object.
        form: Their form; it says which units two numbers of a clock are.
    """
    return np.fromiter((_read(text, form) for text in texts.tolist()), "float64", len(texts))


def digits_each(texts: np.ndarray) -> np.ndarray:
    """Return the decimals of a second of each text, int64 (n,)."""
    fractions = (re.search(r"[0-9][.,]([0-9]+)[^0-9:]*$", text) for text in texts.tolist())
    found = [min(len(fraction[1]), 9) if fraction else 0 for fraction in fractions]
    return np.array(found, "int64")


def least(form: str, digits: int) -> float:
    """Return the smallest step in seconds between durations of a form."""
    units = re.findall("%-?([DHMS])", form)
    return 10.0**-digits if digits else float(_SECONDS[units[-1]])


def spell(seconds: np.ndarray, form: str, digits: int) -> np.ndarray:
    """Return durations as text (n,), object."""
    return np.array([_written(float(value), form, digits) for value in seconds.tolist()], dtype=object)


def _read(text: str, form: str) -> float:
    if lap := _LAP.fullmatch(text):
        value = 60 * int(lap["M"]) + int(lap["S"]) + float(f"0.{lap['f']}")
        return -value if lap["sign"] else value
    found = _CLOCK.fullmatch(text)
    if found is None and text.lstrip("-")[:1] == "P":
        found = _ISO.fullmatch(text)
        if found is not None and text[-1] in "PT":
            return np.nan
    if found is None:
        return _read_words(text)
    parts = found.groupdict()
    total = sum(int(parts[unit] or 0) * _SECONDS[unit] for unit in _UNITS)
    if form and "%H" not in form.replace("-", "") and parts["S"] is None and text[:1] != "P":
        total //= 60  # minutes and seconds
    value = total + (float(f"0.{parts['f']}") if parts["f"] else 0.0)
    return -value if parts["sign"] else value


def _read_words(text: str) -> float:
    at, total, before = 0, 0.0, ""
    bare = text.removeprefix("-")
    while at < len(bare):
        part = _PART.match(bare, at)
        unit = _UNIT_OF.get(part["unit"], "") if part else ""
        if part is None or not unit or (before and _UNITS.index(unit) <= _UNITS.index(before)):
            return np.nan
        total += float(f"{part['number']}.{part['f'] or 0}") * _SECONDS[unit]
        at, before = part.end(), unit
    return np.nan if not at else -total if text[:1] == "-" else total


def _forms_of(text: str) -> list[str]:
    """Return forms in which a text may be written, the plainest first."""
    if lap := _LAP.fullmatch(text):
        return ["%M:%S" if lap["M"][0] == "0" else "%-M:%S"]
    found = _CLOCK.fullmatch(text)
    if found:
        hours = "%H" if found["H"][0] == "0" or len(found["H"]) > 1 else "%-H"
        clock = f"{hours}:%M" + (":%S" if found["S"] else "")
        bare = f"%-H:%M{':%S' if found['S'] else ''}"
        if found["D"] is None:
            return list(dict.fromkeys((clock, bare)))
        words = {" days ": " days ", " day ": " day(s) ", " days, ": " day(s), ", " day, ": " day(s), "}
        word = words.get(found["word"], found["word"])
        plural = " day(s) " if word == " days " else word
        heads = [f"%D{one}" for one in dict.fromkeys((word, plural))]
        return [form for head in heads for rest in dict.fromkeys((clock, bare)) for form in
                (head + rest, f"[{head}]{rest}")]  # fmt: skip
    if text.lstrip("-")[:1] == "P":
        found = _ISO.fullmatch(text)
        held = [unit for unit in _UNITS if found and found[unit] is not None]
        return [_iso("".join(held), optional=False), _iso("".join(held), optional=True)]
    return [_worded(text)]


@cache
def _iso(units: str, *, optional: bool) -> str:
    parts = {unit: f"[%-{unit}{unit}]" if optional else f"%-{unit}{unit}" for unit in units}
    days = parts.pop("D", "")
    return "P" + days + ("T" if parts else "") + "".join(parts.values())


def _worded(text: str) -> str:
    parts = [part.groupdict() for part in _PART.finditer(text.removeprefix("-"))]
    return "".join(
        f"[%-{_UNIT_OF[part['unit']]}{part['gap']}{part['unit']}{part['after']}]"
        for part in parts
        if part["unit"] in _UNIT_OF
    )


def _optional(forms: list[str]) -> list[str]:
    """Return forms with all units that some of the forms have, left out where they are 0, and not."""
    pieces: dict[str, str] = {}
    for form in forms:
        for piece in re.findall(r"\[[^\]]*\]", form):
            unit = re.sub(r"[^DHMS]", "", re.findall("%-?.", piece)[0])
            if len(piece) > len(pieces.get(unit, "")):
                pieces[unit] = piece
    if any(form.startswith("P") for form in forms):
        units = "".join(unit for unit in _UNITS if any(f"-{unit}" in form for form in forms))
        return [_iso(units, optional=True), _iso(units, optional=False)]
    joined = "".join(pieces[unit] for unit in _UNITS if unit in pieces)
    plural = re.sub(r"(day|hour|minute|second|hr|min|sec)s?(,? ?)\]", r"\1(s)\2]", joined)
    padded = re.sub(r"%-([MS])", r"%\1", joined)
    every = [
        form for one in (joined, plural, padded) for form in (one, one.replace("[", "").replace("]", ""))
    ]
    return [form for form in dict.fromkeys(every) if form]


def _written(seconds: float, form: str, digits: int) -> str:
    scale = 10**digits
    whole = round(abs(seconds) * scale)
    units = re.findall("%-?([DHMS])", form)
    left, fraction = divmod(whole, scale)
    numbers = {}
    for unit in units:
        numbers[unit], left = divmod(left, _SECONDS[unit])
    text = ""
    for piece in re.findall(r"\[[^\]]*\]|[^\[]+", form):
        own = re.findall("%-?([DHMS])", piece)
        is_last = bool(own) and own[-1] == units[-1]
        if piece[0] == "[" and not any(numbers[unit] for unit in own) and not (is_last and fraction):
            continue
        text += re.sub(
            "%(-?)([DHMS])", lambda found: _number(found, numbers, fraction, digits, units), piece.strip("[]")
        )
    text = re.sub(r"(?<![0-9])1( ?[a-z]+)\(s\)", r"1\1", text).replace("(s)", "s").strip(" ,")
    if text in ("PT", "P", ""):
        text = _zero(form, units)
    text = text.removesuffix("T") if text.startswith("P") else text
    return f"-{text}" if seconds < 0 and whole else text


def _number(
    found: re.Match[str], numbers: dict[str, int], fraction: int, digits: int, units: list[str]
) -> str:
    unit = found[2]
    width = 1 if found[1] or unit == "D" else 2
    tail = f".{fraction:0{digits}d}" if digits and unit == "S" else ""
    if tail and "-" in found[0]:
        tail = tail.rstrip("0").rstrip(".")
    return f"{numbers[unit]:0{width}d}{tail}"


def _zero(form: str, units: list[str]) -> str:
    """Return a duration of nothing in a form that leaves out what is 0: its smallest unit."""
    unit = re.findall(rf"%-?{units[-1]}([^\[\]]*)", form)[0].strip()
    iso = ("P" if units[-1] == "D" else "PT") if form.startswith("P") else ""
    return f"{iso}0{unit}"
