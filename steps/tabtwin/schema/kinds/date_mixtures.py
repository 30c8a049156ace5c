"""Tell in which forms a column's dates are written that has several, by an example that is not its own."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.spelling import date_formats, numerals
from tabtwin.schema.spelling.date_precision import second_digits_each

_LOOKED_AT = 40
_ROUNDS = 2
_TRIED_ON = 2_000
_MOST_FORMS = 4
_MOSTLY = 0.8
_LEAST = 0.005
"""The least share of cells for a form to be named."""
_YEAR = r"^(?:1[5-9]|20)[0-9]{2}$"
_SERIAL = r"^[2-7][0-9]{4}(?:\.[0-9]+)?$"
"""Excel's numbers of days from 1954 to 2118."""
_EXAMPLE = np.array(["2024-12-31T22:15:30.125"], "datetime64[us]")
_ELSE = {_YEAR: "2024", _SERIAL: "45657 (Excel's number of a day)"}


def name_forms(cells: Cells, fewest: int = 2) -> str:
    """Return how many cells are dates in which forms, by an example of each; empty if most are not dates.

    A year, or Excel's number of a day, counts as a form among others.

    >>> from tabtwin.schema.kinds.cells import distinct
    >>> name_forms(distinct(np.array(["2023-05-06", "2023-07-08", "09/10/2023", "2023-11-12"], dtype=object)))
    '3 of 4 cells are dates as 2024-12-31, 1 as 12/31/2024'

    Args:
        cells: The column.
        fewest: How many forms there must be.
    """
    if not cells.is_text or not len(cells.values):
        return ""
    left = np.ones(len(cells.values), bool)
    said: list[str] = []
    for form in _chosen(cells):
        fits = _fits(cells.values, form) & left
        count = int(cells.counts[fits].sum())
        left &= ~fits
        what = "" if said else f" of {cells.held} cells are {_plural(form)}"
        said.append(f"{count}{what} as {_example(cells.values[fits], form)}")
    if len(said) < fewest or cells.counts[~left].sum() < _MOSTLY * cells.held:
        return ""
    if left.any():
        odd = np.append(left, False)[cells.codes]  # a missing cell does not count
        said.append(f"the first other one is in row {odd.argmax() + 1}")
    return ", ".join(said)


def _chosen(cells: Cells) -> list[str]:
    """Return the formats that most cells have, the commonest first; none if there are no dates."""
    some = _spread(len(cells.values), _TRIED_ON)
    values, counts = cells.values[some], cells.counts[some]
    fits: dict[str, np.ndarray] = {}
    left = np.ones(len(some), bool)
    for _ in range(_ROUNDS):
        looked = values[left][_spread(int(left.sum()), _LOOKED_AT)]
        for text in looked:
            alone = np.array([text], dtype=object)
            for form in date_formats.fitting_formats(alone, shows_offset=False):
                if form not in fits:
                    fits[form] = _fits(values, form)
                    left &= ~fits[form]
        if not fits:
            return []
    fits |= {form: _fits(values, form) for form in _ELSE}
    left[:] = True
    chosen: list[str] = []
    while len(chosen) < _MOST_FORMS:
        best = max(fits, key=lambda form: int(counts[fits[form] & left].sum()))
        if counts[fits[best] & left].sum() < max(_LEAST * counts.sum(), 1):
            break
        chosen.append(best)
        left &= ~fits[best]
    return chosen


def _spread(count: int, most: int) -> np.ndarray:
    return np.linspace(0, count - 1, min(count, most)).astype(int)


def _fits(texts: np.ndarray, form: str) -> np.ndarray:
    if form in _ELSE:
        return numerals.match(texts, form)
    stamps = date_formats.parse(texts, form, date_formats.months_in(texts, form))
    exact = second_digits_each(texts) > 0 if "%f" in form else True
    return np.asarray(~np.isnat(stamps) & exact)


def _plural(form: str) -> str:
    return "times" if form not in _ELSE and date_formats.is_time(form) else "dates"


def _example(texts: np.ndarray, form: str) -> str:
    if form in _ELSE:
        return _ELSE[form]
    (text,) = date_formats.spell(_EXAMPLE, form, 3, date_formats.months_in(texts, form))
    return str(text).replace("%z", "+01:00")
