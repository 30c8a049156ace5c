"""Tell which form of numbers a column of text nearly has that is not read, and what to do."""

from __future__ import annotations

import re
import sys

import numpy as np

from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.spelling import numerals
from tabtwin.schema.spelling.currencies_and_units import is_unit
from tabtwin.schema.spelling.missing_marks import MARKS
from tabtwin.schema.spelling.number_style import forms

_LOOKED_AT = 10
_MOSTLY = 0.9
_MOST_UNITS = 6
_LONGEST = 100
"""Signs of the longest text that is compared with forms of numbers: some take long to tell of longer ones."""
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
_BESIDE = (
    (
        re.compile(r"^\s*(?:[<>≤≥~≈∼]=?|[Cc]a?\.|about|approx\.?)\s*(?=[0-9.])"),
        "are bounds or rough, such as <5 or ca. 5, which are not read (make the sign a column of its own)",
    ),
    (
        re.compile(r"(?<=[0-9])\s*(?:\*{1,3}|\[\w{1,2}\]|[†‡§¹²³]{1,2})$"),
        "have notes, such as 5* or 5[a], which are not read (make the notes a column of their own)",
    ),
)
"""What stands before or after some numbers, and what these are."""
_LEAST_BESIDE = 0.02
_N = r"\d+(?:[.,]\d+)*"
_UNIT = r"\s?[^\W\d_]{0,5}\.?"
_SURE = (
    (_FEET, "feet and inches, which are not read as numbers (write inches only)"),
    (_PLACE, "places of two numbers, which are not read (make them two columns, latitude and longitude)"),
    (_DEGREES, "degrees of a compass, which are not read as numbers (write 40.5 and -40.5 for 40.5 S)"),
    (
        re.compile(rf"^\s*{_N}\s*(?:±|\+/?-)\s*{_N}{_UNIT}$"),
        "numbers with an error, which are not read (make them two columns)",
    ),
    (
        re.compile(rf"^\s*{_N}{_UNIT}(?:\s*[x×*]\s*{_N}{_UNIT}){{1,2}}$"),
        "sizes of two or three numbers, which are not read (make each a column)",
    ),
    (
        re.compile(rf"^\s*{_N}\s*[x×*]\s*10\s*\^?\s*[-+\u2212]?\d+$"),
        "powers of ten, which are not read as numbers (write 3.3e5)",
    ),
    (
        re.compile(rf"^\s*[$€£¥]?\s*{_N},(?:-{{1,2}}|[–—])$"),
        "prices with a dash for decimals, which are not read as numbers (write 25.00)",
    ),
    (
        re.compile(rf"^\s*[▲▼△▽↑↓]\s*{_N}\s*%?$"),
        "numbers with arrows for their sign, which are not read (write -3.3%)",
    ),
    (
        re.compile(r"^P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?$|^(?:\d+\s?y(?:ears?|rs?)?,?\s?)?(?:\d+\s?m(?:o(?:nth)?s?)?)?$"),
        "durations in years and months, which are not read (write months)",
    ),
    (
        re.compile(r"^\s*\d{1,4}\s?(?:B\.?C\.?(?:E\.?)?|A\.?D\.?|C\.?E\.?)$"),
        "years before or after Christ, which are not read as numbers (write -44)",
    ),
)  # fmt: skip
"""What is no key either: a form, and what it is."""
_LIST = re.compile(r"^[\[({].*[\])}]$", re.DOTALL)
_MAYBE = (
    (
        re.compile(rf"^\s*{_N}{_UNIT}\s*(?:[-–—/:]|to|bis|à)\s*{_N}{_UNIT}$"),
        "two numbers in a cell, as in ranges and pairs, which are not read (make them two columns)",
    ),
    (
        re.compile(r"^\s*\d[\d.:/-]{3,30}\d\s*(?:[-–—/]|to|bis)\s*\d[\d.:/-]{3,30}\d$"),
        "two dates or times in a cell, which are not read (make them two columns)",
    ),
    (re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$"), "addresses in a network"),
    (re.compile(r"^0[xX][0-9A-Fa-f]+$"), "hexadecimal numbers, which are not read (write them as decimals)"),
    (re.compile(r"^\d+(?:\.\d+){2,}$"), "numbers of versions or sections, which are no numbers"),
    (re.compile(r"^\d{2,}$", re.ASCII), "whole numbers, some with leading zeros, as codes have"),
    (_LIST, "lists, which are not read (make each part a column)"),
)  # fmt: skip
"""What may be a key: a form, and what it is."""


def why_not_numbers(cells: Cells) -> str:
    """Say which form of numbers a column of text has that are not read and are no keys; empty if none."""
    texts, counts = _texts(cells)
    if not len(texts):
        return ""
    found = _found(texts, counts, _SURE) or _with_signs(texts, counts)
    return found or _in_units(texts) or _spelled_otherwise(texts)


def nearly_numbers(cells: Cells) -> str:
    """Say which form of numbers a column of text has that are not read, perhaps since they are keys."""
    if sure := why_not_numbers(cells):
        return sure
    texts, counts = _texts(cells)
    return _found(texts, counts, _MAYBE) if len(texts) else ""


def _texts(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct texts that are no usual marks, and how many cells hold each."""
    if not cells.is_text:
        return np.array([], dtype=object), np.array([], int)
    kept = ~np.isin(cells.values, np.array(MARKS, dtype=object))
    return cells.values[kept], cells.counts[kept]


def _found(texts: np.ndarray, counts: np.ndarray, near: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    """Return what nearly all texts are, and how many cells are not."""
    for form, what in near:
        if _fits(texts[:_LOOKED_AT], form).sum() < _MOSTLY * len(texts[:_LOOKED_AT]):
            continue
        if numerals.are_numbers(texts).all():
            return ""
        fits = _fits(texts, form)
        against = int(counts[~fits].sum())
        if not against:
            return what
        if counts[fits].sum() >= _MOSTLY * counts.sum():
            return f"{int(counts[fits].sum())} of {int(counts.sum())} cells are {what}"
    return ""


def _fits(texts: np.ndarray, form: re.Pattern[str]) -> np.ndarray:
    """Return which texts have a form, bool (n,)."""
    most = sys.maxsize if form is _LIST else _LONGEST
    found = (len(text) <= most and form.match(text) is not None for text in texts.tolist())
    return np.fromiter(found, bool, len(texts))


def _with_signs(texts: np.ndarray, counts: np.ndarray) -> str:
    """Say how many cells have bounds or notes beside a number, if all are numbers without."""
    for beside, what in _BESIDE:
        bare = np.array([beside.sub("", text) for text in texts.tolist()], dtype=object)
        signed = bare != texts
        if counts[signed].sum() < max(_LEAST_BESIDE * counts.sum(), 1):
            continue
        found = forms(bare)
        if found.fit.all() and len(set(found.parts["suffix"])) == 1:
            return f"numbers of which {int(counts[signed].sum())} {what}"
    return ""


def _in_units(texts: np.ndarray) -> str:
    if not forms(texts[:_LOOKED_AT]).fit.all():
        return ""
    found = forms(texts)
    suffixes, prefixes = set(found.parts["suffix"]), set(found.parts["prefix"])
    if not found.fit.all():
        return ""
    if 1 < len(prefixes) <= _MOST_UNITS and all(is_unit(one, 1, has_decimals=True) for one in prefixes):
        return f"numbers in {len(prefixes)} currencies, which are not read as numbers (convert them to one)"
    if 1 < len(suffixes) <= _MOST_UNITS and "" not in suffixes:
        many = len(texts)
        if all(is_unit(suffix, many, has_decimals=True) for suffix in suffixes):
            return f"numbers in {len(suffixes)} units, which are not read as numbers (convert them to one)"
    return ""


def _spelled_otherwise(texts: np.ndarray) -> str:
    """Say whether these are numbers with leading zeros, or in other digits than 0 to 9."""
    some = texts.tolist()
    if all(text.isdecimal() and not text.isascii() for text in some):
        return "numbers in other digits than 0 to 9, which are not read"
    zeros = all(re.fullmatch(r"\d+\.\d+", text) for text in some) and any(text[:3] == "000" for text in some)
    return "numbers with leading zeros, which are not read as numbers (write 326.36)" if zeros else ""
