"""Describe columns of times of day."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from tabtwin.schema.column import Column
from tabtwin.schema.kinds import date_marks, numeral_dates
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.datetime import Datetime
from tabtwin.schema.spelling import date_formats


class Time(Datetime):
    """Times of day, which canonical tables have on the first day of 1900."""

    name = "time"
    plural = "times"
    scale = "time"
    is_calendar = False

    def guess_first(self, name: str, cells: Cells, protect: int) -> Column | None:
        """Describe times written as whole numbers, or times among marks that stand for something else."""
        return numeral_dates.describe_times(name, cells) or date_marks.apart(self.guess, name, cells, protect)

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe times; without a format if no usual one fits, since the user may declare it."""
        found = self.guess_first(name, cells, 1) or self.guess(name, cells)
        return found or Column(name=name, kind=self.name, dtype=cells.dtype or "string")

    def suits(self, form: str) -> bool:
        """Return whether a format has a time and no day."""
        return date_formats.is_time(form)

    def suits_type(self, dtype: str) -> bool:
        """Return whether a type is one of times of day."""
        return dtype.startswith(("time32", "time64"))

    def default_type(self, form: str) -> str:
        """Return the type of times that are text."""
        return "string"

    def stored(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return times of day."""
        return super().stored(cells, column, wanted).cast(pa.time64("us"))

    def _stored(self, name: str, cells: Cells) -> Column:
        found = super()._stored(name, cells)
        form = "%H:%M:%S.%f" if "%f" in found.format else "%H:%M:%S"
        return found.model_copy(update={"format": form})


TIME = Time()
