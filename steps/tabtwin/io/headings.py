"""Detect column names that are a row's cells, which would appear in everything that is released.

Names are suspected if they occur among their own columns' cells, or are of the same kind: a number above
numbers, a date above dates, an e-mail address above such addresses. Years and counts above numbers, as in
wide tables, are names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tabtwin.io.alike import NUMBER, are_numbers, is_alike, numbers_of, some_of
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import Source
from tabtwin.schema.spelling import date_formats
from tabtwin.schema.spelling.missing_marks import MARKS

_FEW_NAMES, _FEWEST_COUNTED = 2, 5
_FIRST_YEAR, _LAST_YEAR = 1500, 2199
_MOST_YEARS, _USUAL_STEPS = 50, (1, 5, 10)
_OF_R = re.compile(r"X([0-9]{2,}|[0-9]+\.[0-9]+)")
_COUNT = re.compile(r"\s*[0-9]+\s*")
_YEAR = re.compile("(?:1[5-9]|2[01])[0-9]{2}")
_AGAIN = re.compile(r"\.[0-9]+")


LOOKS = "line 1 looks like data"
REMEDY = "use --no-header if it is a row, --header yes if it holds names"
_STORED_REMEDY = "use --no-header if they are, --header yes if they are names"


def check_header(names: list[str], filename: str) -> None:
    """Refuse a first line that is surely a row: decimals, a number twice, or only numbers and dates.

    Rising years are names even alone.
    """
    named = [name for name in names if name.strip()]
    numbers = [name for name in named if NUMBER.fullmatch(name.strip())]
    odd = any(not _COUNT.fullmatch(name) for name in numbers) or len(set(numbers)) < len(numbers)
    alone = bool(named) and all(name in numbers or _is_date(name) for name in named)
    if odd or (alone and not _are_rising_years(named)):
        raise InputError(f"{filename}: expected column names, but {LOOKS}; {REMEDY}")


def _are_rising_years(names: list[str]) -> bool:
    return len(names) > 1 and all(map(_YEAR.fullmatch, names)) and all(a < b for a, b in pairwise(names))


def _is_date(text: str) -> bool:
    return bool(date_formats.fitting_formats(np.array([text.strip()], dtype=object)))


def refuse_row(
    names: Sequence[str], columns: Sequence[Cells], filename: str, *, stored: bool = False
) -> None:
    """Refuse names that look like a row's cells, without quoting any.

    Args:
        names: The texts in place of names.
        columns: The cells below each.
        filename: The file's name in errors.
        stored: Whether the file stores names apart from rows, as Parquet does.

    Raises:
        InputError: with how many do, in which way, and what to do.
    """
    found = suspect(names, columns)
    if found:
        what, remedy = ("they look like a row's cells", _STORED_REMEDY) if stored else (LOOKS, REMEDY)
        raise InputError(f"{filename}: expected column names, but {what} ({found}); {remedy}")


def refuse_other_row(other: Source, first: Source, filename: str) -> None:
    """Refuse names of a further file that look like a row of the first: its own rows may be too few to
    decide.

    Raises:
        InputError: as :func:`refuse_row` does.
    """
    if len(other.columns) == len(first.columns):
        stored = any(cells.dtype for cells in other.columns.values())
        refuse_row(list(other.columns), list(first.columns.values()), filename, stored=stored)


def suspect(names: Sequence[str], columns: Sequence[Cells]) -> str:
    """Return why names look like a row's cells, in counts; empty if they do not.

    Args:
        names: The texts in place of names.
        columns: The cells below each.
    """
    if list(names) == pandas_numbers(len(names)):
        return ""
    bare = [_as_number(once(name.strip(), names), cells) for name, cells in zip(names, columns, strict=True)]
    numbers = [at for at, name in enumerate(bare) if NUMBER.fullmatch(name) and are_numbers(columns[at])]
    among = [at for at, name in enumerate(bare) if at not in numbers and _among(name, columns[at])]
    rest = [at for at in range(len(bare)) if at not in numbers and at not in among]
    alike = [at for at in rest if is_alike(bare[at], columns[at])]
    # A category may have the name of one of its values, if other names are unlike the cells below them. That
    # a word is not among a column's few values proves little: a row may hold the only one of its kind.
    if sum(is_over_others(bare[at], columns[at]) for at in rest if at not in alike) >= max(1, len(among)):
        among = []
    among += [at for at in rest if bare[at] in MARKS and len(columns[at].values)]
    if not among and not alike and _are_names([_number(bare[at]) for at in numbers], columns, numbers):
        numbers = []
    said = [
        f"{len(places)} of {len(bare)} {what}"
        for places, what in (
            (among, "names occur among their own columns' cells"),
            (numbers, "are numbers over numbers"),
            (alike, "have the form of the cells below"),
        )
        if places
    ]
    return ", ".join(said)


def pandas_numbers(width: int) -> list[str]:
    """Return pandas' names of so many columns without names."""
    return [str(at) for at in range(width)]


def _as_number(name: str, cells: Cells) -> str:
    """Return a name without the letter that R puts before a number, if the column holds that number."""
    found = _OF_R.fullmatch(name)
    return found[1] if found and are_numbers(cells) and (numbers_of(cells) == float(found[1])).any() else name


def once(name: str, names: Sequence[str]) -> str:
    """Return a name without the number with which pandas distinguishes it from an earlier one.

    >>> once("pay.1", ["pay", "pay.1"])
    'pay'
    """
    stem = _AGAIN.split(name)[0] if _AGAIN.search(name) else name
    return stem if name != stem and stem in names and _AGAIN.fullmatch(name[len(stem) :]) else name


def _among(name: str, cells: Cells) -> bool:
    """Return whether a name is a cell of its column; one in every cell does not count."""
    return cells.is_text and len(cells.values) > 1 and bool(name) and bool((cells.values == name).any())


def is_over_others(name: str, cells: Cells) -> bool:
    """Return whether a word is the name of numbers or dates."""
    if not len(cells.values) or not name or name in MARKS or NUMBER.fullmatch(name):
        return False
    return not cells.is_text or are_numbers(cells) or _are_dates(name, cells)


def _are_dates(name: str, cells: Cells) -> bool:
    """Return whether a column holds dates, and its name is not one."""
    text, some = np.array([name], dtype=object), some_of(cells.values)
    return bool(date_formats.fitting_formats(some)) and not date_formats.fitting_formats(text)


def _are_names(numbers: list[float], columns: Sequence[Cells], places: Sequence[int]) -> bool:
    """Return whether numbers above numbers are names: years, counts from 0 or 1, or a series unlike the
    cells.
    """
    if len(numbers) == 1:
        return _is_year(numbers[0]) and not _near(columns[places[0]], numbers[0])
    steps = np.diff(numbers)
    if not len(steps) or not ((steps > 0).all() or (steps < 0).all()):
        return False
    if all(_is_year(number) for number in numbers) and (np.abs(steps) <= _MOST_YEARS).all():
        usual = len(numbers) > 2 or abs(steps[0]) in _USUAL_STEPS
        return usual and not any(_are_years(columns[at]) for at in places)
    if numbers[0] in (0, 1) and (steps == 1).all() and len(numbers) >= _FEWEST_COUNTED:
        return True
    near = [_near(columns[at], number) for at, number in zip(places, numbers, strict=True)]
    return len(numbers) > _FEW_NAMES and sum(near) < len(near) / 2


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _is_year(number: float) -> bool:
    return number.is_integer() and _FIRST_YEAR <= number <= _LAST_YEAR


def _are_years(cells: Cells) -> bool:
    """Return whether most cells of a column could be years."""
    values = numbers_of(cells)
    return len(values) > 0 and float(np.mean([_is_year(float(value)) for value in some_of(values)])) > 0.5


def _near(cells: Cells, number: float) -> bool:
    """Return whether any cell of a column is close to a number in size: between half and twice it."""
    values = numbers_of(cells)
    return bool(((values >= number / 2) & (values <= 2 * number)).any())
