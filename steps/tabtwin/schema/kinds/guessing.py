"""What a column holds, guessed conservatively: one function a kind, tried in :data:`GUESSES`' order.

Each function gets a column's name and cells and returns the column's description, or ``None`` where the
kind does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from tabtwin.io.cells import Cells, as_text
from tabtwin.io.parquet import LARGEST_INTEGER
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds import dates, numerals, patterns
from tabtwin.schema.kinds.key_ranges import apart
from tabtwin.schema.schema import Column, Kind

_BOOLEANS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
_ID_WORDS = {"id", "ids", "key", "uuid", "guid", "pk", "rowid", "rownames", "rownum", "serial", "no", "nr"}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_VARIED_SHARE = 0.95
_FEW_CELLS = 20
_FEW_KEYS = 50
_DIFFERENT = 0.9


class VariedError(InputError):
    """Columns hold text of which nearly every cell is different, or too rare to be put out."""

    def __init__(self, message: str, columns: tuple[str, ...]) -> None:
        super().__init__(message)
        self.columns = columns


def guess(name: str, cells: Cells, protect: int = 1, subjects: np.ndarray | None = None) -> Column:
    """The description of a column of which nothing is declared.

    Args:
        name: What it is called.
        cells: What it holds.
        protect: k of value protection.
        subjects: The subject of each row (rows,), integers from 0; each row its own where not given.

    Raises:
        VariedError: if it holds text of which nearly every cell is different, or too rare for ``protect``.
        InputError: if it holds infinite numbers, or numbers written in a way that is not read.
    """
    for describe in GUESSES:
        column = describe(name, cells)
        if column is not None:
            return column
    return category(name, cells, protect, subjects)


def marked(name: str, cells: Cells) -> Column | None:
    """Numbers, dates, or two words for false and true, with usual marks for what is missing between them."""
    counts = {"": int((cells.codes < 0).sum())} if cells.has_missing else {}
    if cells.is_text:
        held = zip(cells.values.tolist(), cells.counts.tolist(), strict=True)
        counts |= {text: count for text, count in held if text in numerals.MARKERS}
    marks = tuple(sorted(mark for mark in counts if mark))
    if not marks:
        return None
    rest = cells.without(marks)
    # Between two words, marks of two kinds may mean two things.
    guesses = (number, datetime, boolean) if len(counts) == 1 else (number, datetime)
    found = next((column for guess in guesses if (column := guess(name, rest))), None)
    if found is None:
        return None
    blank = max(sorted(counts), key=counts.__getitem__)
    why = f"{found.why}, or a usual mark"
    return found.model_copy(update={"marks": marks, "missing": True, "blank": blank, "why": why})


def empty(name: str, cells: Cells) -> Column | None:
    """No cell holds anything."""
    if len(cells.values):
        return None
    return Column(name=name, kind="empty", dtype=cells.dtype or "string", why="no cell has a value")


def constant(name: str, cells: Cells) -> Column | None:
    """Every cell holds the same, and none is missing."""
    if len(cells.values) != 1 or cells.has_missing:
        return None
    _refuse_infinite(name, cells)
    value = str(as_text(cells)[0])
    dtype = cells.dtype or "string"
    if not cells.dtype and numerals.are_numbers(cells.values).all():
        dtype = "int64" if re.fullmatch("-?[0-9]{1,18}", value) else "double"
    if cells.comma:
        value = value.replace(".", ",")
    return Column(name=name, kind="constant", dtype=dtype, value=value, why="every cell holds the same")


def boolean(name: str, cells: Cells) -> Column | None:
    """Two words that say false and true, spelled in one way."""
    if not cells.is_text or len(cells.values) != 2:
        return None
    words = {str(word).lower(): str(word) for word in cells.values}
    pair = next((pair for pair in _BOOLEANS if set(pair) == set(words)), None)
    if pair is None:
        return None
    dtype = cells.dtype or ("bool" if pair == ("false", "true") else "string")
    return Column(
        name=name,
        kind="boolean",
        dtype=dtype,
        missing=cells.has_missing,
        spelling=(words[pair[0]], words[pair[1]]),
        why="two words for false and true",
    )


def number(name: str, cells: Cells) -> Column | None:
    """Numbers, and no leading zeros nor integers that float64 cannot hold; identifiers are keys.

    What is called so is one, too, where few of its cells repeat or are missing.
    """
    found = numeric_like(name, cells)
    if found is None or found.kind != "integer" or not (cells.is_unique or nearly_unique(cells)):
        return found
    marks = np.isin(cells.values, np.array(numerals.MARKERS, dtype=object)) if cells.is_text else None
    kept = cells.values if marks is None else cells.values[~marks]
    values = kept if not cells.is_text else numerals.parse(kept)
    why = _looks_like_id(name, values)
    if why is None or found.least:
        return found
    if not cells.is_unique:
        if not is_called_id(name) or values.min() < 0:
            return found
        why = "integers of which few repeat, and named like an identifier"
    texts = numerals.spell(values, 0, 0)
    pattern = patterns.infer(texts) or patterns.RUNNING_NUMBER
    return Column(
        name=name,
        kind="key",
        dtype=found.dtype,
        missing=found.missing,
        why=why,
        **apart(texts, pattern, found.dtype, cells.held),
    )


def numeric_like(name: str, cells: Cells) -> Column | None:
    """Numbers, whether or not they identify rows."""
    if cells.values.dtype == np.float64:
        if not len(cells.values):
            return None
        _refuse_infinite(name, cells)
        digits = numerals.decimals_of(cells.values)
        kind: Kind = "decimal" if digits else "integer"
        why = f"stored as {cells.dtype or 'numbers'}"
        return Column(
            name=name, kind=kind, dtype=cells.dtype, digits=digits, missing=cells.has_missing, why=why
        )
    if not cells.is_text:
        return None
    fit = numerals.are_numbers(cells.values)
    marks = np.isin(cells.values, np.array(numerals.MARKERS, dtype=object))
    if not fit.any():
        return None
    if not (fit | marks).all():
        if (fit | marks | numerals.are_infinite(cells.values)).all():
            raise _infinite(name)
        return None
    texts = cells.values[fit]
    values = numerals.parse(texts)
    if np.isinf(values).any():
        raise _infinite(name)
    least, most = numerals.decimals(texts)
    if most < numerals.ALL_DIGITS and (np.abs(values) >= LARGEST_INTEGER).any():
        return None
    if numerals.are_too_great(values).any():
        raise _infinite(name)
    whole = bool((values == np.rint(values)).all() and (np.abs(values) <= LARGEST_INTEGER).all())
    return Column(
        name=name,
        kind="integer" if whole else "decimal",
        dtype=cells.dtype or ("int64" if whole and not least else "double"),
        digits=0 if whole else most,
        least=least,
        comma=cells.comma,
        missing=cells.has_missing or bool(marks.any()),
        why="every cell is a number" if not marks.any() else "every cell is a number, or a usual mark",
    )


def datetime(name: str, cells: Cells) -> Column | None:
    """Dates that all parse by one format."""
    if cells.values.dtype.kind == "M":
        day = "date" in cells.dtype
        form = "%Y-%m-%d" if day else dates.finest_format(cells.values)
        return Column(
            name=name,
            kind="datetime",
            dtype=cells.dtype,
            format=form,
            digits=6 if "%f" in form else 0,
            missing=cells.has_missing,
            why=f"stored as {cells.dtype}",
        )
    if not cells.is_text:
        return None
    forms = dates.fitting_formats(cells.values)
    if not forms:
        return None
    form = forms[0] if len(forms) == 1 else dates.likeliest(cells.values, cells.counts, forms)
    others = f"; {len(forms) - 1} more would" if len(forms) > 1 else ""
    return Column(
        name=name,
        kind="datetime",
        dtype=cells.dtype or ("string" if dates.is_time(form) else "timestamp[us]"),
        format=dates.as_padded(cells.values, form),
        digits=dates.second_digits(cells.values, form),
        missing=cells.has_missing,
        why=f"every cell parses by one format{others}",
    )


def key(name: str, cells: Cells) -> Column | None:
    """Texts of one pattern, unique but for few."""
    few = not cells.is_unique and nearly_unique(cells)
    if not cells.is_text or not (cells.is_unique or few) or numerals.are_other_numbers(cells.values).all():
        return None
    pattern = patterns.infer(cells.values)
    if pattern is None:
        return None
    dtype = cells.dtype or "string"
    why = "texts of one pattern of which few repeat" if few else "unique texts of one pattern"
    found = apart(cells.values, pattern, dtype, cells.held)
    return Column(name=name, kind="key", dtype=dtype, missing=cells.has_missing, why=why, **found)


def nearly_unique(cells: Cells) -> bool:
    """Whether nearly each cell that is not missing holds a value of its own, but not each."""
    held = cells.held
    return held >= _FEW_KEYS and _DIFFERENT * held <= len(cells.values) < held


def category(name: str, cells: Cells, protect: int = 1, subjects: np.ndarray | None = None) -> Column:
    """Any other text, unless nearly every cell is different, which would be learned by heart, or hidden.

    What one subject says in several rows counts once.
    """
    holders = cells.counts if subjects is None else _holders(cells, subjects)
    held = int(holders.sum())
    hidden = int(holders[holders < protect].sum())
    if held >= _FEW_CELLS and max(len(cells.values), hidden) >= _VARIED_SHARE * held:
        _refuse_other_numbers(name, cells)
        raise VariedError(
            f"column {name!r}: expected categories, a date, a number or a key, found text of which "
            f"{len(cells.values)} of {held} cells differ; drop it, or declare it a key in --schema",
            (name,),
        )
    return Column(
        name=name,
        kind="category",
        dtype=cells.dtype or "string",
        missing=cells.has_missing,
        why="text that repeats",
    )


def _holders(cells: Cells, subjects: np.ndarray) -> np.ndarray:
    """How many subjects hold each value (n,)."""
    held = cells.codes >= 0
    width = int(subjects.max(initial=0)) + 1
    pairs = np.unique(cells.codes[held].astype("int64") * width + subjects[held])
    return np.bincount(pairs // width, minlength=len(cells.values))


GUESSES: tuple[Callable[[str, Cells], Column | None], ...] = (
    empty,
    constant,
    marked,
    boolean,
    number,
    datetime,
    key,
)


def _looks_like_id(name: str, values: np.ndarray) -> str | None:
    """Why unique integers identify rows, or ``None`` where they may as well be measured."""
    steps = np.diff(np.sort(values))
    if len(steps) and (steps == steps[0]).all():
        return "unique integers in even steps"
    if values.min() >= 0 and is_called_id(name):
        return "unique integers, and named like an identifier"
    return None


def is_called_id(name: str) -> bool:
    """Whether a column's name says that it identifies something."""
    words = [word.lower() for word in _WORD.findall(name)]
    return bool(words) and (words[-1] in _ID_WORDS or words[0] in {"id", "uuid"})


def _refuse_infinite(name: str, cells: Cells) -> None:
    if cells.values.dtype == np.float64 and numerals.are_too_great(cells.values).any():
        raise _infinite(name)


def _refuse_other_numbers(name: str, cells: Cells) -> None:
    other = int(cells.counts[numerals.are_other_numbers(cells.values)].sum())
    if other >= _VARIED_SHARE * cells.held:
        raise InputError(
            f"column {name!r}: expected plain numbers (1234.5), found decimal commas or thousands separators "
            f"in {other} of {cells.held} cells; write them plainly, or --drop the column"
        )


def _infinite(name: str) -> InputError:
    return InputError(
        f"column {name!r}: expected finite numbers of at most {numerals.GREATEST:g}, found others; make "
        "those cells empty"
    )
