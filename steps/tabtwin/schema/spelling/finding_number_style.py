"""Find how a column's numbers are written: signs, affixes, and which mark is a decimal one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tabtwin.schema.spelling import numerals
from tabtwin.schema.spelling.currencies_and_units import is_currency, is_unit
from tabtwin.schema.spelling.missing_marks import MARKS
from tabtwin.schema.spelling.number_style import (
    APOSTROPHES,
    PLAIN,
    SPACES,
    Forms,
    Negative,
    Style,
    body_pattern,
    forms,
)

Hint = Literal["", "comma", "point"]
"""The decimal sign that other columns of the file surely have."""

_SOME = 50
_FEWEST = 3
_ENOUGH = 10
_MOST_AGAINST = 0.05
_NO_LISTS = 20
_HUNDREDTHS = re.compile(",0[0-9]+$")
_LEADING = re.compile("0[0-9]")
_TELLING = re.compile(r"^(?:0|\d{4,}|)([.,])\d+$|^\d+([.,])(?:\d{1,2}|\d{4,})$")


@dataclass(frozen=True)
class FoundStyle:
    """How a column's numbers are written.

    Attributes:
        style: The style.
        sure: Whether no other reading of the marks fits.
        why: A clause on what decides; no value of the column.
    """

    style: Style
    sure: bool = True
    why: str = ""


def find_style(texts: np.ndarray, counts: np.ndarray, hint: Hint, *, listed: bool) -> FoundStyle | None:
    """Return the style of distinct texts that all are numbers or usual marks; ``None`` if they are plain, or
    some are neither.

    Args:
        texts: The distinct texts, object (n,).
        counts: How many cells hold each.
        hint: What other columns say.
        listed: Whether commas are between the file's cells, so that 1,5 may be a list.
    """
    kept = ~np.isin(texts, np.array([*MARKS, ""], dtype=object))
    texts, counts = texts[kept], counts[kept]
    if not len(texts) or not _may_be_numbers(texts[:_SOME]) or _are_plain(texts):
        return None
    found = forms(texts)
    if not found.fit.all() or len(set(found.parts["prefix"])) > 1 or len(set(found.parts["suffix"])) > 1:
        return None
    prefix, suffix = found.parts["prefix"][0], found.parts["suffix"][0]
    bodies = found.parts["body"]
    decided = _marks(bodies, counts, hint, listed=listed and not (prefix or suffix))
    signs = _signs(found, counts, bodies)
    if decided is None or signs is None:
        return None
    style = replace(
        decided.style,
        prefix=prefix,
        suffix=suffix,
        negative=signs[0],
        plus=signs[1],
        scientific=_scientific(found),
    )
    if len(texts) < _FEWEST and style != Style(style.comma, style.thousands, style.grouped):
        return None
    if style != Style(comma=style.comma) and any(map(_LEADING.match, bodies.tolist())):
        return None
    if style == PLAIN or not _are_affixes(style, bodies) or not _is_number(style, found):
        return None
    return replace(decided, style=style, why=_in_words(style, decided.why))


def _may_be_numbers(some: np.ndarray) -> bool:
    """Return whether a few texts have the form of numbers: codes after a letter, which a long column may be
    full of, do not.
    """
    found = forms(some)
    prefix = found.parts["prefix"][0]
    return bool(found.fit.all()) and (not prefix or is_currency(prefix))


def _are_plain(texts: np.ndarray) -> bool:
    """Return whether all texts are plain numbers that have no other reading, as in most columns."""
    if not numerals.are_numbers(texts).all():
        return False
    odd = r"^ *-?(?:[0-9]{1,3}|[1-9][0-9]{0,2}\.[0-9]{3}) *$"
    return not numerals.match(texts, odd).all() and not numerals.match(texts, "[eE]").all()


def surely(texts: np.ndarray) -> Hint:
    """Return the decimal sign that a column's plain numbers show, if they do."""
    some = texts[:200].tolist()
    signs = Counter(
        found.group(1) or found.group(2)
        for text in some
        if (found := _TELLING.match(text.strip().lstrip("-")))
    )
    if len(signs) != 1 or signs.total() < min(_FEWEST, len(some)):
        return ""
    return "comma" if "," in signs else "point"


def _are_affixes(style: Style, bodies: np.ndarray) -> bool:
    if style.prefix and not is_currency(style.prefix):
        return False
    point = "," if style.comma else "."
    decimals = any(point in body for body in bodies[:_SOME].tolist())
    return not style.suffix or is_unit(style.suffix, len(set(bodies.tolist())), has_decimals=decimals)


def _is_number(style: Style, found: Forms) -> bool:
    """Return whether marks and signs are those of numbers, rather than of telephone numbers or codes."""
    bodies = found.parts["body"].tolist()
    affixed = bool(style.prefix or style.suffix)
    if style.thousands and style.thousands in SPACES + APOSTROPHES and not affixed:
        # 560 001 and the like are postcodes, all of one length.
        return len({len(body) for body in bodies}) > 1
    if style.plus and not found.negative.any():
        return affixed or max(map(len, bodies)) <= 6
    return True


def _signs(found: Forms, counts: np.ndarray, bodies: np.ndarray) -> tuple[Negative, bool] | None:
    """Return how negative numbers are written, and whether positive ones have a plus."""
    minus = found.negative
    ways: Counter[Negative] = Counter()
    for one, count in zip(found.ways[minus].tolist(), counts[minus].tolist(), strict=True):
        ways[one] += count
    way: Negative = ways.most_common(1)[0][0] if ways else "before"
    if way not in {"before", "inside", "minus sign"} and minus.all():
        return None
    zero = np.array([not body.strip("0.,") for body in bodies.tolist()], bool)
    plus = (found.parts["sign"] == "+") | (found.parts["inner"] == "+")
    positive = int(counts[~minus & ~zero].sum())
    return way, bool(positive and counts[plus].sum() > positive / 2)


def _scientific(found: Forms) -> str:
    """Return how exponents are written, if all numbers have one with as many decimals."""
    exponents = found.parts["exponent"].tolist()
    shapes = {
        (
            len(body.partition(".")[2]),
            power[0],
            power[1] if power[1] in "+-" else "",
            len(power.lstrip("eE+-")),
        )
        for body, power in zip(found.parts["body"].tolist(), exponents, strict=True)
        if power
    }
    if not all(exponents) or len({shape[:2] for shape in shapes}) != 1:
        return ""
    if any("," in body or len(body.partition(".")[0]) > 1 for body in found.parts["body"].tolist()):
        return ""
    places, mark = next(iter(shapes))[:2]
    sign, width = "" if any(not shape[2] for shape in shapes) else "+", min(shape[3] for shape in shapes)
    return f"0{'.' + '0' * places if places else ''}{mark}{sign}{'0' * width}"


def _marks(bodies: np.ndarray, counts: np.ndarray, hint: Hint, *, listed: bool) -> FoundStyle | None:
    """Return which marks separate thousands and decimals."""
    seen = set("".join(bodies.tolist()))
    others = seen & set(SPACES + APOSTROPHES)
    if len(others) > 1:
        return None
    if others:
        return _grouped(Style(thousands=others.pop(), comma="," in seen), bodies, counts)
    if not seen & {".", ","}:
        return FoundStyle(PLAIN)
    if {".", ","} <= seen:
        both = [
            found
            for style in (Style(thousands=","), Style(thousands=".", comma=True))
            if (found := _grouped(style, bodies, counts)) is not None
        ]
        if len(both) == 2:
            wanted = hint == "comma"
            return next((replace(found, sure=False) for found in both if found.style.comma == wanted), None)
        return both[0] if both else None
    return _alone("," if "," in seen else ".", bodies, counts, hint, listed=listed)


def _alone(
    mark: str, bodies: np.ndarray, counts: np.ndarray, hint: Hint, *, listed: bool
) -> FoundStyle | None:
    """Return what the only mark is: of decimals, or of thousands."""
    comma = mark == ","
    decimal = Style(comma=comma)
    may_be_list = comma and listed and not _are_decimals(bodies)
    as_decimal = FoundStyle(decimal) if _fits(bodies, decimal) and not may_be_list else None
    grouped = _grouped(Style(thousands=mark, comma=not comma), bodies, counts)
    if grouped is None or not _fits(bodies, decimal):
        return grouped or as_decimal
    marked = np.array([mark in body for body in bodies.tolist()], bool)
    bare = bodies[~marked].tolist()
    zeros = sum(body.endswith("0") for body in bodies[marked].tolist())
    against = sum(len(body) > 3 for body in bare)
    distinct = int(marked.sum())
    if against or (distinct < _ENOUGH and not (comma and listed)):
        return as_decimal and replace(as_decimal, sure=False)
    cells = int(counts[marked].sum())
    why = f"{cells} cells have exactly three digits after each {'comma' if comma else 'point'}, none others"
    overrule = '; "thousands": "" in --schema overrules this'
    thousands = FoundStyle(grouped.style, sure=False, why=why)
    if len(bare) >= _FEWEST and zeros:
        below = int(counts[~marked].sum())
        return replace(
            thousands,
            sure=True,
            why=f"{why}, {below} without one are below 1000, and zeros are kept{overrule}",
        )
    if hint:
        is_thousands = (hint == "comma") != comma
        return replace(thousands, why=f"{why}, as in other columns{overrule}") if is_thousands else as_decimal
    if comma and listed:
        return replace(thousands, why=f"{why}{overrule}")
    heads = {len(body.partition(mark)[0]) for body in bodies[marked].tolist()}
    if not comma and zeros and not bare and len(heads) > 1:
        return replace(thousands, why=f"{why}, and zeros are kept{overrule}")
    return as_decimal and replace(as_decimal, sure=False)


def _are_decimals(bodies: np.ndarray) -> bool:
    """Return whether numbers with commas are no lists: many, and among them 12,05, whose 05 is no number."""
    texts = bodies.tolist()
    return len(texts) >= _NO_LISTS and any(_HUNDREDTHS.search(body) for body in texts)


def _grouped(style: Style, bodies: np.ndarray, counts: np.ndarray) -> FoundStyle | None:
    """Return a style with groups if all numbers fit it; with the fewest digits that are grouped."""
    if not _fits(bodies, style):
        style = replace(style, lakhs=True)
        if style.thousands != "," or not _fits(bodies, style):
            return None
    marked = np.array([style.thousands in body for body in bodies.tolist()], bool)
    point = "," if style.comma else "."
    whole = [body.partition(point)[0] for body in bodies.tolist()]
    digits = np.array([sum(sign.isdigit() for sign in part) for part in whole])
    four, more = ~marked & (digits == 4), ~marked & (digits > 4)
    grouped_four = marked & (digits == 4)
    late = bool(counts[four].sum() > counts[grouped_four].sum())
    against = int(counts[more].sum() + (0 if late else counts[four].sum()))
    two = int(counts[_with_two(bodies, style)].sum())
    if not two and against > _MOST_AGAINST * counts[marked].sum():
        return None
    if against > counts[marked].sum():
        style = replace(style, thousands="", lakhs=False) if style.comma else style
    why = f"{two} cells have two marks" if two else f"{int(counts[marked].sum())} cells have groups of three"
    if against:
        why += f", {against if against >= _ENOUGH else 'a few'} above 999 have none"
    return FoundStyle(replace(style, grouped=5 if late else 4), why=why)


def _with_two(bodies: np.ndarray, style: Style) -> np.ndarray:
    point = "," if style.comma else "."
    return np.array(
        [
            body.count(style.thousands) + (style.thousands in body and point in body) > 1
            for body in bodies.tolist()
        ],
        bool,
    )


def _fits(bodies: np.ndarray, style: Style) -> bool:
    match = re.compile(body_pattern(style)).match
    return all(match(body) for body in bodies.tolist())


def _in_words(style: Style, why: str) -> str:
    names = {",": "commas", ".": "points", "'": "apostrophes", "\u2019": "apostrophes"}
    said = [f"thousands' {names.get(style.thousands, 'blanks')} ({why})"] if style.thousands else []
    said += ["a decimal comma"] if style.comma else []
    said += [
        f"{what} {text.strip()!r}"
        for what, text in (("prefix", style.prefix), ("suffix", style.suffix))
        if text
    ]
    said += ["negative in brackets"] if "brackets" in style.negative else []
    said += ["a sign after it"] if style.negative == "after" else []
    said += ["a plus"] if style.plus else []
    said += ["an exponent"] if style.scientific else []
    return ", ".join(said)
