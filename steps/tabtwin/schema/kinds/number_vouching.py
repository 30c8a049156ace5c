"""Describe how numbers are written as far as k training subjects' cells show it."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.lattices import find_lattice
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import numerals
from tabtwin.schema.spelling.number_style import PLAIN, style_of
from tabtwin.schema.spelling.single_precision import decimals_in_single

_LAKH = 100_000
_FINEST_STEP = 6  # decimals: finer steps do not matter


def as_vouched(column: Column, witnesses: Witnesses) -> Column:
    """Return a column of numbers with the decimals, marks, signs and steps that k subjects' cells have."""
    single = _in_single_precision(column, witnesses)
    found = single or (
        _decimals_of_texts(column, witnesses)
        if witnesses.cells.is_text
        else _decimals_of_floats(column, witnesses)
    )
    return _with_lattice(_with_style(found, witnesses), witnesses, is_single=single is not None)


def _in_single_precision(column: Column, witnesses: Witnesses) -> Column | None:
    """Return the column with the decimals that its numbers had in single precision, if they come from there:
    0.050000000745058 is .05.
    """
    values, held = _numbers(witnesses), witnesses.held
    held = held[~np.isnan(values[held])]
    found = decimals_in_single(values[held], column.digits)
    if found is None:
        return None
    decimals = np.zeros(len(values), int)
    decimals[held] = found
    digits = witnesses.most(decimals)
    why = f"{column.why}; stored in single precision, with {digits} decimals" if digits else column.why
    return column.model_copy(update={"digits": digits, "least": min(column.least, digits), "why": why})


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
    clean = numerals.without_noise(values)
    noise = clean != values
    most[noise] = numerals.decimals_without_noise(clean[noise])
    fewest, finest = numerals.decimals_of_column(witnesses.fewest(least), witnesses.most(most))
    # Whole numbers written with a point still have no decimals.
    needed = finest if column.digits and witnesses.vouch(clean != np.rint(clean)) else 0
    return column.model_copy(
        update={"digits": min(needed, column.digits), "least": max(min(fewest, finest), column.least)}
    )


def _decimals_of_floats(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with the decimals that numbers need which are stored as such."""
    values, digits = witnesses.cells.values, column.digits
    if values.dtype != np.float64:
        return column
    values = numerals.without_noise(values)
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


def _with_lattice(column: Column, witnesses: Witnesses, *, is_single: bool) -> Column:
    """Return the column with the lattice of the training rows' numbers, if they have one."""
    if column.digits > _FINEST_STEP:
        return column.model_copy(update={"step": 0.0, "endings": ()})
    values = _numbers(witnesses)
    if is_single:
        values = np.round(values, column.digits)
    lattice = find_lattice(values, column.digits, witnesses.vouch)
    step = lattice.period / lattice.per if lattice else 0.0
    ends = tuple(end / lattice.per for end in lattice.ends) if lattice and lattice.ends != (0,) else ()
    said = f"{column.why}; {_in_words(step, ends)}" if lattice else column.why
    return column.model_copy(update={"step": step, "endings": ends, "why": said})


def _numbers(witnesses: Witnesses) -> np.ndarray:
    """Return the numbers among the distinct cells that training holds, float64 (values,); otherwise NaN."""
    texts, held = witnesses.cells.values, witnesses.held
    values = np.full(len(texts), np.nan)
    if witnesses.cells.is_text:
        held = held[numerals.are_numbers(texts[held])]
        values[held] = numerals.parse(texts[held])
    elif texts.dtype == np.float64:
        values[held] = texts[held]
    return values


def _in_words(step: float, ends: tuple[float, ...]) -> str:
    listed = ", ".join(f"{end:g}" for end in ends[:3]) + (", ..." if len(ends) > 3 else "")
    return f"in steps of {step:g}" + (f" from {listed}" if ends else "")


def _coarser(digits: int) -> int:
    return min(digits - 1, numerals.MOST_DECIMALS)
