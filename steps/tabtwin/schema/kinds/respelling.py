"""Cells that another tool wrote, read by our columns' kinds although they are spelled in another way.

Each function takes a column's distinct values and says what they are worth, which of them are spelled
otherwise than the table's own, and which are nothing of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tabtwin.schema.kinds import date_formats, numerals
from tabtwin.schema.kinds.cells import Cells, as_text

MARKERS = frozenset((*numerals.MARKERS, "<NA>", "NaT", "nil", "none", "na", "<null>"))
"""What tools write for a missing cell."""

_FALSE = ("false", "f", "no", "n", "0", "0.0", "off")
_TRUE = ("true", "t", "yes", "y", "1", "1.0", "on")
_PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_LOOKED_AT = 50
"""Texts of one shape by which formats are looked for."""
_RUNS = (re.compile("[0-9]+"), re.compile("[A-Za-z]+"))


@dataclass(frozen=True)
class Respelled:
    """What distinct values are worth (n,).

    Attributes:
        values: In their column's canonical type; missing where nothing could be read.
        otherwise: Which are read, though the table spells them in another way: bool (n,).
        unread: Which are nothing of the column's kind: bool (n,).
    """

    values: np.ndarray
    otherwise: np.ndarray
    unread: np.ndarray


def numbers(cells: Cells, *, of_truth: bool) -> Respelled:
    """Numbers as float64; one too great for what judges a twin is none.

    Args:
        cells: The column.
        of_truth: Whether the table has 0 and 1 alone there, which a tool may write as words.
    """
    if not cells.is_text:
        known = cells.values.dtype == np.float64
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
    """Categories as text; those that are known in another spelling as the table spells them.

    What is not known stays as it is, a value of its own.
    """
    told = sorted(known)
    exact, folded = set(told), _unique((text.strip().casefold(), text) for text in told)
    worth = _unique((float(text), text) for text in told if _PLAIN.fullmatch(text))
    truth = _truth(told)
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
        otherwise[place] = found is not None or bare in MARKERS
        values[place] = None if found is None and bare in MARKERS else found or text
        unread[place] = not otherwise[place]
    return Respelled(values, otherwise, unread)


def stamps(cells: Cells, form: str, digits: int) -> Respelled:
    """Dates as datetime64[ns]; by another format where it leaves no doubt which day is meant."""
    if cells.values.dtype.kind == "M":
        values = cells.values.astype("datetime64[ns]")
        finer = values != date_formats.cut(values, form, digits)
        return Respelled(values, finer, np.zeros(len(values), bool))
    texts = as_text(cells)
    values = date_formats.parse(texts, form)
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
    """Dates of one shape, by the format that fits most; NaT where none does, or two say different days."""
    looked_at = texts[:_LOOKED_AT].tolist()
    forms = dict.fromkeys(
        form for text in looked_at for form in date_formats.fitting_formats(np.array([text], dtype=object))
    )
    read = [date_formats.parse(texts, form) for form in forms]
    most = max((int((~np.isnat(part)).sum()) for part in read), default=0)
    best = [part for part in read if most and int((~np.isnat(part)).sum()) == most]
    if not best or any((part[~np.isnat(part)] != best[0][~np.isnat(part)]).any() for part in best[1:]):
        return np.full(len(texts), np.datetime64("NaT"), "datetime64[ns]")
    return best[0]


def _shape(text: str) -> str:
    for runs, sign in zip(_RUNS, "9a", strict=True):
        text = runs.sub(sign, text.strip())
    return text


def _number(text: str, *, of_truth: bool) -> float:
    """A number with a plus, leading zeros or thousands apart, or a word for 0 or 1; NaN where it is none."""
    if _PLAIN.fullmatch(text):
        return float(text)
    if _GROUPED.fullmatch(text):
        return float(text.replace(",", ""))
    word = text.casefold()
    return float(word in _TRUE) if of_truth and word in (*_TRUE, *_FALSE) else np.nan


def _truth(known: list[str]) -> dict[str, str]:
    """What words for false and true are in a table that has two such words; empty where it has others."""
    folded = {text.strip().casefold(): text for text in known}
    no, yes = ([folded[word] for word in side if word in folded] for side in (_FALSE, _TRUE))
    if len(known) != 2 or len(no) != 1 or len(yes) != 1:
        return {}
    return dict.fromkeys(_FALSE, no[0]) | dict.fromkeys(_TRUE, yes[0])


def _unique(pairs: Iterable[tuple[Any, str]]) -> dict[Any, str]:
    """The pairs as a dictionary, less the keys that two have."""
    found: dict[Any, str] = {}
    twice = set()
    for key, text in pairs:
        if key in found:
            twice.add(key)
        found[key] = text
    return {key: text for key, text in found.items() if key not in twice}


def _are_marks(texts: np.ndarray) -> np.ndarray:
    return np.array([str(text).strip() in MARKERS for text in texts.tolist()], dtype=bool)
