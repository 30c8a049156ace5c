"""Hold a table as it was read: its columns, and how its CSV is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tabtwin.schema.dialect import PLAIN, Charset, Delimiter, Quoting
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.pandas_types import PandasFrame

LONGEST_CELL = 32_768
"""In bytes of UTF-8, as in spreadsheets. Nothing is learned from longer texts, and they may fill memory."""


SMALL = 2_000_000
"""The most cells of a small table, which is held whole until some of its rows are drawn."""


@dataclass(frozen=True)
class Whole:
    """What a table's files hold, whether or not all of their rows were drawn.

    Attributes:
        rows: The number of rows.
        contents: Their digest (hex): the same in whatever file and order.
    """

    rows: int
    contents: str


@dataclass(frozen=True)
class Source:
    """A table as it was read: its columns in order, its rows, how its CSV is written, what pandas says of it
    in Parquet, and what its files hold, of which these may be some rows.
    """

    columns: dict[str, Cells]
    rows: int
    delimiter: Delimiter = ","
    encoding: Charset = "utf-8"
    quoting: Quoting = PLAIN
    frame: PandasFrame | None = None
    whole: Whole | None = None

    @property
    def drawn_of(self) -> int | None:
        """Return how many rows the files have, if only some were drawn."""
        return self.whole.rows if self.whole and self.whole.rows > self.rows else None

    def without(self, names: Iterable[str]) -> Source:
        """Return the table without some columns."""
        gone = set(names)
        kept = {name: cells for name, cells in self.columns.items() if name not in gone}
        return replace(self, columns=kept)


def is_small(rows: int, columns: int) -> bool:
    """Return whether a table is small."""
    return rows * columns <= SMALL


def too_long(longest: int, rows: int, dtype: str = "") -> Cells:
    """Return a column that is not read, since its longest cell has ``longest`` bytes."""
    fault = f"cells of up to {longest:,} bytes, more than {LONGEST_CELL:,}"
    return Cells(np.empty(0, object), np.full(rows, -1, "int32"), dtype, fault=fault)


def unreadable(rows: int, dtype: str, fault: str, behind: Cells | None = None) -> Cells:
    """Return a column that cannot be read."""
    return Cells(np.empty(0, object), np.full(rows, -1, "int32"), dtype, fault=fault, behind=behind)
