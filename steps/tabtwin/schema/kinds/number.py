"""Define what plain numbers, whole or with decimals, have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.lib.errors import InputError
from tabtwin.schema.column import Column
from tabtwin.schema.kinds import numerals, respelling
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.kind import check_fit
from tabtwin.schema.kinds.lattices import find_lattice, lattice_of, nearest
from tabtwin.schema.kinds.number_style import PLAIN, STYLE_FIELDS, are_styled, dressed, significant, style_of
from tabtwin.schema.kinds.numerals import LARGEST_INTEGER
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.respelling import Respelled
from tabtwin.schema.kinds.witnesses import Witnesses

_MOST_PLACES = 15
_NOISY = 1
_MOST_NOISE = 0.1
"""The share of cells that may be 0.30000000000000004 for 0.3 and do not count."""
_LAKH = 100_000
_FINEST_STEP = 6  # decimals: finer steps do not matter
_LARGEST = 2.0**51  # float64 resolves halves up to twice this number
_WHOLE = 1e15
"""Numbers above which float64 has practically no decimals."""


class Number(Quantity):
    """Numbers in the usual notation."""

    plural = "numbers"
    scale = "number"
    fields = frozenset({"digits", "least", "step", "endings", *STYLE_FIELDS})
    is_number = True
    may_be_target = True
    missing = np.nan

    def guess_marked(self, name: str, cells: Cells, *, alone: bool) -> Column | None:
        """Describe numbers mixed with marks of missing cells."""
        return self.guess(name, cells)

    def read(self, cells: Cells, column: Column) -> np.ndarray:
        """Return each row's number, float64 (rows,)."""
        cells = cells.plainly(style_of(column))
        if not cells.is_text:
            values = cells.values
            is_float = values.dtype == np.float64
            fit = ~numerals.are_too_great(values) if is_float else np.zeros(len(values), bool)
        else:
            marked = np.isin(cells.values, np.array(numerals.MARKERS, dtype=object))
            read = numerals.are_numbers(cells.values)
            values = np.full(len(cells.values), np.nan)
            values[read] = numerals.parse(cells.values[read])
            fit = (read & ~numerals.are_too_great(values)) | marked
        if self.is_whole:
            fit &= np.isnan(values) | (values == np.rint(values))
        check_fit(fit, cells, column)
        return cells.take(np.asarray(values), np.nan)

    def fitting(self, texts: np.ndarray) -> np.ndarray:
        """Return which texts are numbers, bool (n,)."""
        return numerals.are_numbers(texts) | are_styled(texts)

    def respelled(self, cells: Cells, column: Column, known: pd.Series) -> Respelled:
        """Read another tool's numbers; also words for 0 and 1 if the table has only those."""
        return respelling.numbers(
            cells.plainly(style_of(column)), of_truth=bool(known.dropna().isin((0, 1)).all())
        )

    def too_fine(self, values: np.ndarray, column: Column) -> int:
        """Count numbers with more decimals than the column's."""
        if column.digits >= _MOST_PLACES and not column.scientific:
            return 0
        if column.scientific:
            return int((values != significant(values, style_of(column))).sum())
        held = values[np.abs(values) < _WHOLE]
        return int((held != np.round(held, column.digits)).sum())

    def on_grid(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return numbers (n,) with the decimals that the column has, on its lattice."""
        if lattice := lattice_of(column):
            return nearest(values, lattice)
        if column.scientific:
            return significant(values, style_of(column))
        return np.asarray(values if column.digits > _MOST_PLACES else np.round(values, column.digits) + 0.0)

    def canonical(self, values: np.ndarray, column: Column, ends: tuple[float, float]) -> np.ndarray:
        """Return numbers rounded, and clipped again: rounding may exceed a bound by the last place."""
        return np.asarray(np.clip(self.on_grid(values, column), *ends))

    def grid(self, column: Column, largest: float) -> Grid | None:
        """Return the multiples of the last decimal, or the column's lattice."""
        per = 10.0**column.digits
        return (
            lattice_of(column) or Grid(per)
            if column.digits <= _MOST_PLACES and largest * per < _LARGEST
            else None
        )

    def spell(self, values: np.ndarray, column: Column) -> np.ndarray:
        """Return numbers as text, with the column's decimals and in its style."""
        written = numerals.spell(values.astype("float64"), column.least, max(column.digits, column.least))
        return dressed(written, values.astype("float64"), style_of(column))

    def label(self, value: float, column: Column) -> str:
        """Return a number with at most four decimals and a minus sign."""
        return f"{value:.{min(column.digits, 4)}f}".replace("-", "−")

    def stored(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return numbers as doubles."""
        return pa.array(cells.to_numpy("float64"), from_pandas=True)

    def vouched(self, column: Column, witnesses: Witnesses) -> Column:
        """Return the column with as many decimals as k subjects' cells have, and the steps they share."""
        found = (
            _decimals_of_texts(column, witnesses)
            if witnesses.cells.is_text
            else _decimals_of_floats(column, witnesses)
        )
        return _with_lattice(_with_style(found, witnesses), witnesses)

    def rewritten(self, cells: pd.Series, old: Column, new: Column) -> np.ndarray | None:
        """Return numbers rounded to the decimals of the new column."""
        written = [
            (column.kind, column.digits, column.step, column.endings, column.scientific)
            for column in (old, new)
        ]
        if written[0] == written[1]:
            return None
        return self.on_grid(cells.to_numpy("float64"), new)


def numeric_like(name: str, cells: Cells) -> Column | None:
    """Describe a column of numbers, whether or not they identify rows; ``None`` if some cells are not
    numbers.

    Raises:
        InputError: if some are infinite, or too great.
    """
    if cells.values.dtype == np.float64:
        return _stored_numbers(name, cells)
    if not cells.is_text:
        return None
    fit = numerals.are_numbers(cells.values)
    if not fit.any():
        return None
    marks = np.isin(cells.values, np.array(numerals.MARKERS, dtype=object))
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
    whole = not cells.style.scientific and bool(
        (values == np.rint(values)).all() and (np.abs(values) <= LARGEST_INTEGER).all()
    )
    return Column(
        name=name,
        kind="integer" if whole else "decimal",
        dtype=cells.dtype or ("int64" if whole and not least else "double"),
        digits=0 if whole else most,
        least=least,
        **cells.style.fields,
        missing=cells.has_missing or bool(marks.any()),
        why=_why(cells, marked=bool(marks.any())),
    )


def _why(cells: Cells, *, marked: bool) -> str:
    style = f" with {cells.why}" if cells.why else ""
    return f"every cell is a number{style}" + (", or a usual mark" if marked else "")


def refuse_infinite(name: str, cells: Cells) -> None:
    """Refuse stored numbers that are infinite, or so great that results computed from them would be."""
    if cells.values.dtype == np.float64 and numerals.are_too_great(cells.values).any():
        raise _infinite(name)


def _stored_numbers(name: str, cells: Cells) -> Column | None:
    if not len(cells.values):
        return None
    refuse_infinite(name, cells)
    digits = numerals.decimals_of(cells.values)
    return Column(
        name=name,
        kind="decimal" if digits else "integer",
        dtype=cells.dtype,
        digits=digits,
        missing=cells.has_missing,
        why=f"stored as {cells.dtype or 'numbers'}",
    )


def _infinite(name: str) -> InputError:
    return InputError(
        f"column {name!r}: expected finite numbers of at most {numerals.GREATEST:g}, found others; make "
        "those cells empty"
    )


def _decimals_of_texts(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with the decimals of numbers that are texts; as they are written, so trailing
    zeros count.
    """
    texts = witnesses.cells.values
    numbers = numerals.are_numbers(texts)
    least, most = (np.full(len(texts), fill) for fill in (numerals.ALL_DIGITS, 0))
    least[numbers], most[numbers] = numerals.decimals_each(texts[numbers])
    values = np.zeros(len(texts))
    values[numbers] = numerals.parse(texts[numbers])
    noise = numerals.are_noise(values) & (most > numerals.MOST_DECIMALS - _NOISY)
    if noise.any() and witnesses.share(noise) <= _MOST_NOISE:
        values[noise] = np.round(values[noise], numerals.CLEAN)
        most[noise] = [numerals.decimals_of(values[[at]]) for at in np.flatnonzero(noise).tolist()]
    fewest, finest = numerals.decimals_of_column(witnesses.fewest(least), witnesses.most(most))
    # Whole numbers written with a point still have no decimals.
    needed = finest if column.digits and witnesses.vouch(values != np.rint(values)) else 0
    return column.model_copy(
        update={"digits": min(needed, column.digits), "least": max(min(fewest, finest), column.least)}
    )


def _decimals_of_floats(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with the decimals that numbers need which are stored as such."""
    values, digits = witnesses.cells.values, column.digits
    if values.dtype != np.float64:
        return column
    noise = numerals.are_noise(values)
    if noise.any() and witnesses.share(noise) <= _MOST_NOISE:
        values = np.where(noise, np.round(values, numerals.CLEAN), values)
    while digits and not witnesses.vouch(np.round(values, _coarser(digits)) != values):
        digits = _coarser(digits)
    return column.model_copy(update={"digits": digits})


def _with_style(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with such thousands' marks and signs as k subjects' numbers need."""
    if not witnesses.cells.is_text or style_of(column) == PLAIN:
        return column
    texts = witnesses.cells.values
    numbers = numerals.are_numbers(texts)
    values = np.zeros(len(texts))
    values[numbers] = numerals.parse(texts[numbers])
    unused: dict[str, object] = {}
    if not witnesses.vouch(np.abs(values) >= 10 ** (column.grouped - 1)):
        unused |= {"thousands": "", "grouped": 4}
    if column.lakhs and not witnesses.vouch(np.abs(values) >= _LAKH):
        unused |= {"lakhs": False}
    if not witnesses.vouch(values < 0):
        unused |= {"negative": "before"}
    if not witnesses.vouch(values > 0):
        unused |= {"plus": False}
    return column.model_copy(update=unused)


def _with_lattice(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with the lattice of the training rows' numbers, if they have one."""
    if column.digits > _FINEST_STEP:
        return column.model_copy(update={"step": 0.0, "endings": ()})
    texts = witnesses.cells.values
    values = np.full(len(texts), np.nan)
    held = witnesses.held
    if witnesses.cells.is_text:
        held = held[numerals.are_numbers(texts[held])]
        values[held] = numerals.parse(texts[held])
    elif texts.dtype == np.float64:
        values[held] = texts[held]
    lattice = find_lattice(values, column.digits, witnesses.vouch)
    step = lattice.period / lattice.per if lattice else 0.0
    ends = tuple(end / lattice.per for end in lattice.ends) if lattice and lattice.ends != (0,) else ()
    said = f"{column.why}; {_in_words(step, ends)}" if lattice else column.why
    return column.model_copy(update={"step": step, "endings": ends, "why": said})


def _in_words(step: float, ends: tuple[float, ...]) -> str:
    listed = ", ".join(f"{end:g}" for end in ends[:3]) + (", ..." if len(ends) > 3 else "")
    return f"in steps of {step:g}" + (f" from {listed}" if ends else "")


def _coarser(digits: int) -> int:
    return min(digits - 1, numerals.MOST_DECIMALS)
