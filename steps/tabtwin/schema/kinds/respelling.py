"""Read cells that another tool wrote by the table's kinds, even if they are spelled in another way.

Each function takes a column's distinct values and returns what they mean, which of them are not spelled like
the table's own, and which are not of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.spelling import date_formats, numerals
from tabtwin.schema.spelling.date_precision import cut
from tabtwin.schema.spelling.missing_marks import TOOLS_MARKS

_FALSE = ("false", "f", "no", "n", "0", "0.0", "off")
_TRUE = ("true", "t", "yes", "y", "1", "1.0", "on")
_PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_LOOKED_AT = 50
"""How many texts of one shape are used to find their format."""
_RUNS = (re.compile("[0-9]+"), re.compile("[A-Za-z]+"))


@dataclass(frozen=True)
class Respelled:
    """What distinct values mean (n,).

    Attributes:
        values: In the column's canonical type; missing if they could not be read.
        otherwise: Which are read although the table spells them in another way, bool (n,).
        unread: Which are not of the column's kind, bool (n,).
    """

    values: np.ndarray
    otherwise: np.ndarray
    unread: np.ndarray


def numbers(cells: Cells, *, of_truth: bool) -> Respelled:
    """Read numbers as float64; one too great for the measures of a twin is not read.

    Args:
        cells: The column.
        of_truth: Whether the table has only 0 and 1 there, which a tool may write as words.
    """
    if not cells.is_text:
        known = cells.values.dtype == np.float64 and not cells.dtype.startswith("duration")
        values = cells.values.copy() if known else np.full(len(cells.values), np.nan)
        values[numerals.are_too_great(values)] = np.nan
        return Respelled(values, np.zeros(len(values), bool), np.isnan(values))
    texts = cells.values
    values, plain = np.full(len(texts), np.nan), numerals.are_numbers(texts)
    values[plain] = numerals.parse(texts[plain])
    for place in np.flatnonzero(~plain):
        values[place] = _number(str(texts[place]).strip(), of_truth=of_truth)
    rest = np.isnan(values) & ~_are_marks(texts)
    pointed = numerals.with_points(texts[rest]) if rest.any() else None
    if pointed is not None:
        values[rest] = numerals.parse(pointed)
    values[numerals.are_too_great(values)] = np.nan
    missing = np.isnan(values)
    return Respelled(values, ~plain & (~missing | _are_marks(texts)), missing & ~_are_marks(texts))


def words(cells: Cells, known: Iterable[str]) -> Respelled:
    """Read categories as text, known ones in the table's spelling.

    Unknown ones stay as they are, as values of their own.
    """
    ordered = sorted(known)
    exact, folded = set(ordered), _unique((text.strip().casefold(), text) for text in ordered)
    worth = _unique((float(text), text) for text in ordered if _PLAIN.fullmatch(text))
    truth = _truth(ordered)
    texts = as_text(cells)
    values = texts.astype(object)
    otherwise, unread = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
    for place, text in enumerate(texts.tolist()):
        if text in exact:
            continue
        bare = text.strip()
        found = folded.get(bare.casefold(), truth.get(bare.casefold()))
        if found is None and _PLAIN.fullmatch(bare):
            found = worth.get(float(bare))
        otherwise[place] = found is not None or bare in TOOLS_MARKS
        values[place] = None if found is None and bare in TOOLS_MARKS else found or text
        unread[place] = not otherwise[place]
    return Respelled(values, otherwise, unread)


def stamps(cells: Cells, column: Column) -> Respelled:
    """Read dates as datetime64[us]; in another format if there is no doubt which day is meant."""
    if cells.values.dtype.kind == "M":
        values = cells.values.astype("datetime64[us]")
        finer = values != cut(values, column.format, column.digits)
        return Respelled(values, finer, np.zeros(len(values), bool))
    texts = as_text(cells)
    values = date_formats.parse(texts, column.format, column.months)
    rest = np.isnat(values) & ~_are_marks(texts)
    otherwise = np.isnat(values)
    places = np.flatnonzero(rest)
    shapes = np.array([_shape(text) for text in texts[places].tolist()], dtype=object)
    for shape in dict.fromkeys(shapes.tolist()):
        alike = places[shapes == shape]
        values[alike] = _dated(np.char.strip(texts[alike].astype(str)).astype(object))
    unread = np.isnat(values) & ~_are_marks(texts)
    return Respelled(values, otherwise & ~unread, unread)


def _dated(texts: np.ndarray) -> np.ndarray:
    """Read dates of one shape in the format that fits most; NaT if none does, or two disagree on the day."""
    looked_at = texts[:_LOOKED_AT].tolist()
    forms = dict.fromkeys(
        form for text in looked_at for form in date_formats.fitting_formats(np.array([text], dtype=object))
    )
    read = [date_formats.parse(texts, form, date_formats.months_in(texts, form)) for form in forms]
    most = max((int((~np.isnat(part)).sum()) for part in read), default=0)
    best = [part for part in read if most and int((~np.isnat(part)).sum()) == most]
    if not best or any((part[~np.isnat(part)] != best[0][~np.isnat(part)]).any() for part in best[1:]):
        return np.full(len(texts), np.datetime64("NaT"), "datetime64[us]")
    return best[0]


def _shape(text: str) -> str:
    for runs, sign in zip(_RUNS, "9a", strict=True):
        text = runs.sub(sign, text.strip())
    return text


def _number(text: str, *, of_truth: bool) -> float:
    """Read a number with a plus, leading zeros or thousands separators, or a word for 0 or 1; NaN if it is
    neither.
    """
    if _PLAIN.fullmatch(text):
        return float(text)
    if _GROUPED.fullmatch(text):
        return float(text.replace(",", ""))
    word = text.casefold()
    return float(word in _TRUE) if of_truth and word in (*_TRUE, *_FALSE) else np.nan


def _truth(known: list[str]) -> dict[str, str]:
    """Return what words for false and true become in a table of two such words; empty if it has others."""
    folded = {text.strip().casefold(): text for text in known}
    no, yes = ([folded[word] for word in side if word in folded] for side in (_FALSE, _TRUE))
    if len(known) != 2 or len(no) != 1 or len(yes) != 1:
        return {}
    return dict.fromkeys(_FALSE, no[0]) | dict.fromkeys(_TRUE, yes[0])


def _unique(pairs: Iterable[tuple[Any, str]]) -> dict[Any, str]:
    """Return the pairs as a dictionary, without keys that occur twice."""
    found: dict[Any, str] = {}
    twice = set()
    for key, text in pairs:
        if key in found:
            twice.add(key)
        found[key] = text
    return {key: text for key, text in found.items() if key not in twice}


def _are_marks(texts: np.ndarray) -> np.ndarray:
    return np.array([str(text).strip() in TOOLS_MARKS for text in texts.tolist()], dtype=bool)
