"""Describe how numbers are written, and turn texts in that style into plain numbers and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.schema.column import Column
from tabtwin.schema.spelling.currencies_and_units import is_currency, is_unit

Negative = Literal["before", "inside", "after", "brackets", "inner brackets", "minus sign"]

SPACES = " \u00a0\u202f\u2009"
"""Blanks that may be a thousands' mark, or stand between a number and its unit."""
APOSTROPHES = "'\u2019"
MINUS = "\u2212"
_SIGNS = f"[-+{MINUS}]"
_NO_AFFIX = rf"0-9\s{SPACES}().,+\-{MINUS}{APOSTROPHES}\x22;:=<>&|#_~?*\\\[\]{{}}"
_FORM = (
    rf"^\s*(?P<open>\(?)(?P<sign>{_SIGNS}?)(?P<prefix>(?:[^{_NO_AFFIX}/%]{{1,4}}\.?[{SPACES}]?)?)"
    rf"(?P<inner>[-+({MINUS}]?)(?P<body>[0-9](?:[0-9.,{APOSTROPHES}{SPACES}]*[0-9])?|[.,][0-9]+)"
    rf"(?P<exponent>(?:[eE][-+]?[0-9]+)?)(?P<middle>[-){MINUS}]?)"
    rf"(?P<suffix>(?:[{SPACES}]?[^{_NO_AFFIX}/][^{_NO_AFFIX}]{{0,11}}\.?"
    rf"(?:[{SPACES}](?:[a-zA-Z]{{2,9}}|[$€£¥]))?|/[a-zA-Z]{{1,9}})?)"
    rf"(?P<close>[-){MINUS}]?)\s*$"
)
PARTS = ("open", "sign", "prefix", "inner", "body", "exponent", "middle", "suffix", "close")


@dataclass(frozen=True)
class Style:
    """How a column's numbers are written; fields of :class:`~tabtwin.schema.column.Column` of these names."""

    comma: bool = False
    thousands: str = ""
    grouped: int = 4
    lakhs: bool = False
    prefix: str = ""
    suffix: str = ""
    negative: Negative = "before"
    plus: bool = False
    scientific: str = ""

    @property
    def fields(self) -> dict[str, object]:
        """Return the style as fields of a column."""
        return asdict(self)


PLAIN = Style()
STYLE_FIELDS = tuple(field.name for field in fields(Style))


def style_of(column: Column) -> Style:
    """Return the style of a column."""
    return Style(**{name: getattr(column, name) for name in STYLE_FIELDS})


@dataclass(frozen=True)
class Forms:
    """The parts of texts that look like numbers with signs, affixes and marks; by part, object (n,).

    Attributes:
        parts: As :data:`PARTS` names them.
        fit: Which texts have them, bool (n,).
        negative: Which numbers are below zero.
        ways: How that is written.
    """

    parts: dict[str, np.ndarray]
    fit: np.ndarray
    negative: np.ndarray
    ways: np.ndarray


def forms(texts: np.ndarray) -> Forms:
    """Return the parts of texts (n,)."""
    found = pc.extract_regex(pa.array(texts, pa.string()), _FORM)
    fit = np.asarray(found.is_valid().to_numpy(zero_copy_only=False), bool)
    parts = {
        name: pc.fill_null(pc.struct_field(found, [at]), "").to_numpy(zero_copy_only=False)
        for at, name in enumerate(PARTS)
    }
    opened, inner, close, middle = (
        parts[name] == sign
        for name, sign in zip(("open", "inner", "close", "middle"), ("(", "(", ")", ")"), strict=True)
    )
    after = np.isin(parts["close"], ("-", MINUS)) | np.isin(parts["middle"], ("-", MINUS))
    before = np.isin(parts["sign"], ("-", MINUS))
    inside = np.isin(parts["inner"], ("-", MINUS))
    brackets = opened | inner
    fit &= (opened.astype(int) + inner) == (close.astype(int) + middle)
    fit &= ~(inner & close & (parts["suffix"] != ""))
    fit &= (before.astype(int) + inside + after + brackets) <= 1
    fit &= ~(np.isin(parts["middle"], ("-", MINUS)) & (parts["suffix"] != ""))
    ways = np.full(len(texts), "before", dtype=object)
    ways[inside], ways[after], ways[brackets] = "inside", "after", "brackets"
    bare = (parts["prefix"] == "") & (parts["suffix"] == "")
    ways[(inner | (opened & middle & (parts["suffix"] != ""))) & ~bare] = "inner brackets"
    ways[before & (parts["sign"] == MINUS)] = "minus sign"
    return Forms(parts, fit, before | inside | after | brackets, ways)


def are_styled(texts: np.ndarray) -> np.ndarray:
    """Return which texts are numbers with a currency, percent or unit, or in brackets, bool (n,)."""
    found = forms(texts)
    pairs = zip(found.parts["prefix"].tolist(), found.parts["suffix"].tolist(), strict=True)
    affixed = [
        bool((one and is_currency(one)) or (not one and other and is_unit(other, 1, has_decimals=True)))
        for one, other in pairs
    ]
    return np.asarray(found.fit & (np.array(affixed, bool) | (found.ways == "brackets")))


def body_pattern(style: Style) -> str:
    """Return the pattern of numbers without signs and affixes."""
    mark, point = style.thousands, "," if style.comma else r"\."
    whole = "[0-9]+" if style.comma and not style.thousands else "(?:0|[1-9][0-9]*)"
    if mark:
        mark = rf"\{mark}" if mark == "." else mark
        one = rf"[1-9][0-9]?(?:{mark}[0-9]{{2}})*{mark}[0-9]{{3}}"
        grouped = one if style.lakhs else rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+"
        whole = f"(?:{grouped}|[0-9]+)"
    return rf"^(?:{whole}(?:{point}[0-9]+)?|{point}[0-9]+)$"


def plain(texts: np.ndarray, style: Style) -> tuple[np.ndarray, np.ndarray]:
    """Return texts in a style as plain numbers (n,), others as they are, and which were read, bool (n,)."""
    found = forms(texts)
    parts = found.parts
    fit = found.fit & (parts["prefix"] == style.prefix) & (parts["suffix"] == style.suffix)
    fit &= np.asarray(
        pc.match_substring_regex(pa.array(parts["body"], pa.string()), body_pattern(style)).to_numpy(
            zero_copy_only=False
        ),
        bool,
    )
    bodies = pa.array(parts["body"][fit], pa.string())
    if style.thousands:
        bodies = pc.replace_substring(bodies, style.thousands, "")
    if style.comma:
        bodies = pc.replace_substring(bodies, ",", ".")
    # Numbers with leading zeros are not read.
    bodies = pc.replace_substring_regex(bodies, "^0+([0-9])", r"\1")
    signs = np.where(found.negative[fit], "-", "").astype(object)
    written = texts.copy().astype(object)
    written[fit] = signs + bodies.to_numpy(zero_copy_only=False) + parts["exponent"][fit]
    return written, fit


def dressed(texts: np.ndarray, values: np.ndarray, style: Style) -> np.ndarray:
    """Return plain numbers (n,) written in a style."""
    if style == PLAIN:
        return texts
    if style.scientific:
        texts = np.array([_scientific(value, style.scientific) for value in values.tolist()], dtype=object)
    return np.array([_dressed(text, style) for text in texts.tolist()], dtype=object)


def significant(values: np.ndarray, style: Style) -> np.ndarray:
    """Return numbers with the significant digits of a scientific style."""
    places = _places(style.scientific)
    return np.array([float(f"{value:.{places}e}") + 0.0 for value in values.tolist()], "float64")


def _places(template: str) -> int:
    return len(template.lower().partition("e")[0].partition(".")[2])


def _scientific(value: float, template: str) -> str:
    mark = "E" if "E" in template else "e"
    head, _, power = f"{value:.{_places(template)}e}".partition("e")
    wanted = template.partition(mark)[2]
    sign = "-" if power[0] == "-" else "+" if wanted.startswith("+") else ""
    return f"{head}{mark}{sign}{power[1:].lstrip('0').rjust(len(wanted.lstrip('+')), '0')}"


def _dressed(text: str, style: Style) -> str:
    negative, text = text.startswith("-"), text.removeprefix("-")
    whole, point, rest = text.partition(".")
    if style.thousands and len(whole) >= style.grouped:
        whole = style.thousands.join(_groups(whole, 2 if style.lakhs else 3))
    body = f"{whole}{',' if style.comma and point else point}{rest}"
    if not negative:
        return f"{'+' if style.plus and text.strip('0.') else ''}{style.prefix}{body}{style.suffix}"
    inner = {"inner brackets": f"({body})", "inside": f"-{body}"}.get(style.negative, body)
    whole = f"{style.prefix}{inner}{style.suffix}"
    around = {"before": f"-{whole}", "minus sign": f"{MINUS}{whole}", "after": f"{whole}-"}
    return around.get(style.negative, f"({whole})" if style.negative == "brackets" else whole)


def _groups(whole: str, width: int) -> list[str]:
    head, last = whole[:-3], whole[-3:]
    first = len(head) % width
    return [
        part
        for part in (head[:first], *(head[at : at + width] for at in range(first, len(head), width)), last)
        if part
    ]
