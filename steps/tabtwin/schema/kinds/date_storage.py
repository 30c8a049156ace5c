"""Describe dates that a source stores as such, by what Arrow or pandas calls their type."""

from __future__ import annotations

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import date_formats, periods
from tabtwin.schema.spelling.date_precision import COARSE_FORMATS, cut

_CLOCK = "%H:%M:%S"


def described(name: str, kind: str, cells: Cells) -> Column:
    """Return the column of stored dates of a kind, with the format that its type or its finest date has."""
    form = periods.format_of(cells.dtype) or (
        "%Y-%m-%d" if "date" in cells.dtype else date_formats.finest_format(cells.values)
    )
    return Column(
        name=name,
        kind=kind,
        dtype=cells.dtype,
        format=form,
        digits=6 if "%f" in form else 0,
        missing=cells.has_missing,
        why=f"stored as {cells.dtype}",
    )


def coarsest(column: Column, witnesses: Witnesses) -> Column:
    """Return the column with the coarsest ISO format that holds all dates of k subjects or more."""
    if column.format == periods.format_of(column.dtype):
        return column
    stamps = witnesses.cells.values.astype("datetime64[us]")
    for form in (_CLOCK,) if date_formats.is_time(column.format) else COARSE_FORMATS:
        if form == column.format:
            return column
        if not witnesses.vouch(cut(stamps, form, 0) != stamps):
            return column.model_copy(update={"format": form, "digits": 0})
    return column
