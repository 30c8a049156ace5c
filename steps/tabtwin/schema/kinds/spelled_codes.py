"""Find codes that look like numbers, and numbers that are not read; say why they are text."""

from __future__ import annotations

import re

import numpy as np

from tabtwin.schema.kinds import numerals
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.number_style import forms
from tabtwin.schema.kinds.number_units import is_unit

_COMMON = 10
"""How many cells a text has that is no chance spelling."""
_MOSTLY = 0.9
_MOST_DECIMALS = 6
_MOST_WORDS = 1000
_MOST_UNITS = 6
_FEET = re.compile(
    r"^\s*\d+\s?(?:'|\u2032|\u2019|ft\.?)\s?(?:\d+(?:\.\d+)?\s?(?:\"|\u2033|\u201d|''|in\.?)?)?\s*$"
)


_PLACE = re.compile(
    r"^\s*(?:POINT)?\s*[(\[]?\s*[-+]?\d{1,3}\.\d+\s*[,;\s]\s*[-+]?\d{1,3}\.\d+\s*[)\]]?\s*$", re.IGNORECASE
)
_DEGREES = re.compile(
    r"^(?=.*[.°º])\s*[NSEWO]?\s*[-+]?\d{1,3}(?:\.\d+)?\s*(?:[°º]\s*(?:\d{1,2}(?:\.\d+)?\s*['\u2032\u2019]\s*)?"
    r"(?:\d{1,2}(?:\.\d+)?\s*(?:[\"\u2033\u201d]|''))?)?\s*[NSEWO]?\s*$",
    re.IGNORECASE,
)
_NEAR = (
    (_FEET, "feet and inches, which are not read as numbers (write inches only)"),
    (_PLACE, "places of two numbers, which are not read (make them two columns, latitude and longitude)"),
    (_DEGREES, "degrees of a compass, which are not read as numbers (write 40.5 and -40.5 for 40.5 S)"),
)


def why_codes(cells: Cells) -> str:
    """Say why numbers are text: their spelling varies in common cells, as in 250, 250.0 and 250.00, or 1.1
    and 1.10; empty if it does not.
    """
    if not cells.is_text or len(cells.values) > _MOST_WORDS:
        return ""
    fit = numerals.are_numbers(cells.values)
    texts, counts = np.array([text.strip() for text in cells.values[fit].tolist()], object), cells.counts[fit]
    if not len(texts) or any("e" in text.lower() for text in texts.tolist()):
        return ""
    least, most = numerals.decimals(texts)
    if not most or most > _MOST_DECIMALS or counts[counts >= _COMMON].sum() < _MOSTLY * counts.sum():
        return ""
    values = numerals.parse(texts)
    written = numerals.spell(np.abs(values), least, most)
    plain = np.array([_plain(text) for text in texts.tolist()], object)
    odd = (plain != written) & (counts >= _COMMON)
    if not odd.any():
        return ""
    return (
        f"{int(counts[odd].sum())} cells are numbers with more zeros than others have, as in codes "
        '(overrule it by "kind": "decimal")'
    )


def why_not_numbers(cells: Cells) -> str:
    """Say which form of numbers a column of text nearly has; empty if none."""
    if not cells.is_text or not len(cells.values):
        return ""
    texts = cells.values[~np.isin(cells.values, np.array(numerals.MARKERS, dtype=object))]
    if not len(texts):
        return ""
    for form, near in _NEAR:
        if all(form.match(text) for text in texts[:_COMMON].tolist()):
            return near if all(form.match(text) for text in texts.tolist()) else ""
    if not forms(texts[:_COMMON]).fit.all():
        return ""
    found = forms(texts)
    suffixes = set(found.parts["suffix"])
    if found.fit.all() and 1 < len(suffixes) <= _MOST_UNITS and "" not in suffixes:
        many = len(texts)
        if all(is_unit(suffix, many, has_decimals=True) for suffix in suffixes):
            return f"numbers in {len(suffixes)} units, which are not read as numbers (convert them to one)"
    return ""


def _plain(text: str) -> str:
    text = text.lstrip("-").removesuffix(".")
    return f"0{text}" if text.startswith(".") else text
