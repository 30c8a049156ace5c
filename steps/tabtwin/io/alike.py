"""Check whether a text is of the same kind as a column's cells, as a cell of another row would be."""

from __future__ import annotations

import re

import numpy as np

from tabtwin.protection.identifiers import known_names as people
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.spelling import date_formats, numerals, patterns
from tabtwin.schema.spelling.missing_marks import MARKS

NUMBER = re.compile(r"[-+]?(?:[0-9]+[.,]?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_TELLING = re.compile(r"[0-9].*[^\w.]|[^\w.].*[0-9]|[0-9]{2}|@|://")
_RUNS = ((re.compile("[0-9]+"), "9"), (re.compile(r"[^\W\d_]+"), "a"))
_MOSTLY = 0.9
_ALIKE = 0.8
_SAMPLED = 200
_FEWEST_NAMES = 10


def is_alike(text: str, cells: Cells) -> bool:
    """Check whether a text is of a column's kind: dates, codes, addresses, amounts, people."""
    return any(test(text, cells) for test in (_both_dates, _one_form, _both_people))


def are_numbers(cells: Cells) -> bool:
    """Return whether a column holds numbers, except for a few cells."""
    if not cells.is_text:
        return cells.values.dtype == np.float64 and len(cells.values) > 0
    some = some_of(cells.values)
    held = some[~np.isin(some, np.array(MARKS, dtype=object))]
    return (
        len(held) > 0 and float(np.mean([bool(NUMBER.fullmatch(text.strip())) for text in held])) >= _MOSTLY
    )


def numbers_of(cells: Cells) -> np.ndarray:
    """Return the numbers of a column that has some."""
    if not cells.is_text:
        return np.asarray(cells.values)
    return numerals.parse(cells.values[numerals.are_numbers(cells.values)])


def _both_dates(name: str, cells: Cells) -> bool:
    forms = date_formats.fitting_formats(np.array([name], dtype=object))
    if not forms or not cells.is_text:
        return bool(forms) and cells.values.dtype.kind == "M"
    some = some_of(cells.values)
    return any(float(np.mean(~np.isnat(date_formats.parse(some, form)))) >= _MOSTLY for form in forms)


def _one_form(name: str, cells: Cells) -> bool:
    """Return whether a name with digits or signs has the form of most cells: codes, addresses, amounts."""
    if not cells.is_text or not len(cells.values) or not _TELLING.search(name):
        return False
    form, some = _form(name), some_of(cells.values)
    if float(np.mean([_form(text) == form for text in some])) >= _ALIKE:
        return True
    if not any(sign.isdigit() for sign in name) or len(set(map(len, [*some, name]))) > 1:
        return False
    pattern = patterns.infer(some)
    return pattern is not None and pattern == patterns.infer(np.array([*some, name], dtype=object))


def _both_people(name: str, cells: Cells) -> bool:
    """Return whether a column holds people's names, and its own could be one."""
    if not cells.is_text or len(cells.values) < _FEWEST_NAMES or not people.parts(name):
        return False
    some = [str(text) for text in some_of(cells.values)]
    if not all(people.parts(text) for text in some[:_FEWEST_NAMES]):
        return False
    one, many = people.known([name]), people.known(some)
    return (one.begin > 0 and many.begin >= _ALIKE) or (one.some > 0 and many.some >= _ALIKE)


def _form(text: str) -> str:
    for run, sign in _RUNS:
        text = run.sub(sign, text)
    return text


def some_of(values: np.ndarray) -> np.ndarray:
    """Return some of a column's distinct values, evenly spread."""
    return np.asarray(values[np.linspace(0, len(values) - 1, min(len(values), _SAMPLED)).astype(int)])
