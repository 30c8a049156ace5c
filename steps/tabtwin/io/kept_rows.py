"""Hold the rows of a CSV that may be drawn, by their distinct texts, while all of them are counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.io.drawing import Drawing
from tabtwin.io.headless import refuse_no_row
from tabtwin.io.row_sums import RowSums
from tabtwin.lib import memory
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import LONGEST_CELL, is_small, too_long


class KeptRows:
    """The rows of one file that may be drawn.

    A small table's are all held, and nothing is summed: it is digested by its cells.

    Args:
        names: The columns' names.
        drawing: What decides which rows are drawn.
        filename: The file's name in errors.
        headed: Whether a header is above the rows.

    Attributes:
        rows: How many there were, held or not.
        header_again: Which of them is the first to repeat all names; ``None`` if none does.
    """

    def __init__(self, names: Sequence[str], drawing: Drawing, filename: str, *, headed: bool) -> None:
        self.names, self.filename, self.headed, self._drawing = names, filename, headed, drawing
        self._unsummed: set[str] = set()
        self.restart()

    def restart(self) -> None:
        """Forget all rows, which are read again."""
        self.rows = 0
        self.header_again: int | None = None
        self._sums: RowSums | None = None
        self._parts: list[list[pa.DictionaryArray]] = [[] for _ in self.names]
        self._longest = [0] * len(self.names)
        self._early: list[pa.RecordBatch] = []
        self._bytes = 0
        self._looked_at = self.headed
        self._drawing.begin_file()

    def add(self, block: pa.RecordBatch) -> None:
        """Take the next rows, columns of text in the order of the names.

        Raises:
            InputError: if those that are held do not fit into memory.
        """
        if self.header_again is None and (found := _header_in(self.names, block)) is not None:
            self.header_again = self.rows + found
        self.rows += block.num_rows
        self._early.append(block)
        self._bytes += block.nbytes
        if not is_small(self.rows, len(self.names)):
            self._sums = self._sums or RowSums()
            self._hold_early()
            self._thin()
        memory.check_fits(self._bytes, self.filename)

    def has_summed_too_much(self) -> bool:
        """Return whether columns were summed that turned out too long to be read, which count as missing.

        They are left out once the rows are read again.
        """
        self._hold_early()
        gone = {name for name, size in zip(self.names, self._longest, strict=True) if size > LONGEST_CELL}
        found = self._sums is not None and not gone <= self._unsummed
        self._unsummed |= gone
        return found

    def finish(self) -> list[Cells]:
        """Return the columns of the rows that are held, and go on to the next file."""
        self._hold_early()
        self._drawing.end_file(self._sums)
        return [self._cells(at) for at in range(len(self.names))]

    def _hold_early(self) -> None:
        if not self._looked_at and self._early:
            refuse_no_row(_cells_of(self._early), self.filename)
            self._looked_at = True
        while self._early:
            block = self._early.pop(0)
            self._bytes -= block.nbytes
            self._hold(block)

    def _hold(self, block: pa.RecordBatch) -> None:
        columns = dict(zip(self.names, block.columns, strict=True))
        stay = self._drawing.offer(
            block.num_rows, self._drawing.subjects(columns), all_stay=self._sums is None
        )
        if self._sums is not None:
            summed = {name: cells for name, cells in columns.items() if name not in self._unsummed}
            self._sums.add(summed, block.num_rows)
        mask = None if stay.all() else pa.array(stay)
        for at, column in enumerate(block.columns):
            self._longest[at] = max(self._longest[at], pc.max(pc.binary_length(column)).as_py() or 0)
            if self._longest[at] > LONGEST_CELL:
                self._parts[at].clear()  # it will not be read, and may fill memory
            else:
                part = (column if mask is None else column.filter(mask)).dictionary_encode()
                self._parts[at].append(part)
                self._bytes += part.nbytes

    def _thin(self) -> None:
        stay = self._drawing.thin()
        if stay is None:
            return
        for parts in self._parts:
            begin = 0
            for at, part in enumerate(parts):
                mask = pa.array(stay[begin : begin + len(part)])
                begin += len(part)
                parts[at] = part.dictionary_decode().filter(mask).dictionary_encode()
        self._bytes = sum(part.nbytes for parts in self._parts for part in parts)

    def _cells(self, at: int) -> Cells:
        parts, self._parts[at] = self._parts[at], []
        if self._longest[at] > LONGEST_CELL:
            return too_long(self._longest[at], self._drawing.held_of_file)
        if not parts:
            return Cells(np.empty(0, object), np.empty(0, "int32"))
        return _joined(parts)


def _joined(parts: Sequence[pa.DictionaryArray]) -> Cells:
    """Return one column of the parts of several blocks."""
    whole = pa.chunked_array(parts).unify_dictionaries()
    values = whole.chunk(0).dictionary.to_numpy(zero_copy_only=False).astype(object)
    codes = np.concatenate([part.indices.to_numpy() for part in whole.chunks]).astype("int32")
    return Cells(values, codes).without(())


def _cells_of(blocks: Sequence[pa.RecordBatch]) -> list[Cells]:
    """Return the columns of some blocks."""
    width = blocks[0].num_columns
    return [_joined([block.column(at).dictionary_encode() for block in blocks]) for at in range(width)]


def _header_in(names: Sequence[str], block: pa.RecordBatch) -> int | None:
    """Return which row of a block repeats all names; ``None`` if none does, or for a single column."""
    if len(names) == 1:
        return None
    rows: np.ndarray | None = None
    for name, column in zip(names, block.columns, strict=True):
        named = pc.equal(column, pa.scalar(name, pa.string())).to_numpy(zero_copy_only=False)
        rows = named if rows is None else rows & named
        if not rows.any():
            return None
    return None if rows is None else int(rows.argmax())
