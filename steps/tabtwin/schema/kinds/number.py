"""Define what plain numbers, whole or with decimals, have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.lib.errors import InputError
from tabtwin.schema.column import Column
from tabtwin.schema.kinds import respelling
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.kind import check_fit
from tabtwin.schema.kinds.lattices import lattice_of, nearest
from tabtwin.schema.kinds.number_vouching import as_vouched
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.respelling import Respelled
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import numerals
from tabtwin.schema.spelling.missing_marks import MARKS
from tabtwin.schema.spelling.number_style import STYLE_FIELDS, are_styled, dressed, significant, style_of
from tabtwin.schema.spelling.numerals import LARGEST_INTEGER

_MOST_PLACES = 15
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
            marked = np.isin(cells.values, np.array(MARKS, dtype=object))
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
        return np.asarray(numerals.are_numbers(texts) | are_styled(texts))

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
        return as_vouched(column, witnesses)

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
    marks = np.isin(cells.values, np.array(MARKS, dtype=object))
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
    found = Column(
        name=name,
        kind="integer" if whole else "decimal",
        dtype=cells.dtype or ("int64" if whole and not least else "double"),
        digits=0 if whole else most,
        least=least,
        missing=cells.has_missing or bool(marks.any()),
        why=_why(cells, marked=bool(marks.any())),
    )
    return found.model_copy(update=cells.style.fields)


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
