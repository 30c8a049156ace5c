"""Draw some rows of a table while it is read: in one pass, and the same ones whatever file holds them.

Each row gets a pseudo-random mark, by a key and its place in the table; where the user names what rows are
about, each subject does, by a key and its name. The rows with the smallest marks are drawn: as many as asked
for, whole subjects, and in their order.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from tabtwin.io.arrow_cells import by_appearance, is_text
from tabtwin.io.row_sums import RowSums
from tabtwin.lib.errors import InputError
from tabtwin.schema.entities import entity_columns
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import Source

_SLACK = 1.5
"""How many times as many rows as are drawn may be held before those with the greatest marks go."""
_STEP, _FIRST, _SECOND = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
"""The numbers of SplitMix64."""
_WHOLE = r"^ *(-?[0-9]+)\.0+ *$"


@dataclass(frozen=True)
class Draw:
    """Which rows of a table to draw.

    Attributes:
        most: The most rows.
        key: What marks derive from, 128 bits.
        entity: The columns that name the subject of a row, in the form of ``--entity``; empty if none does.
    """

    most: int = sys.maxsize
    key: int = 0
    entity: str = ""


class Drawing:
    """The marks of the rows that were read, file by file, and which of them are drawn."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.read = 0
        self.sums: list[RowSums | None] = []
        self._begun = 0
        self._below: np.uint64 | None = None
        self._earlier: list[np.ndarray] = []
        self._now: list[np.ndarray] = []
        self._held = 0

    @property
    def held_of_file(self) -> int:
        """Return how many rows were held of the file that ended last."""
        return len(self._earlier[-1])

    def subjects(self, columns: Mapping[str, pa.Array]) -> np.ndarray | None:
        """Return the mark of each row's subject (rows,), uint64, 0 if it names none; ``None`` without
        subjects.
        """
        names = entity_columns(self.draw.entity, columns)
        if not names or not columns.keys() >= set(names):
            return None
        key = self.draw.key.to_bytes(16, "little")
        found = np.zeros(len(columns[names[0]]), "uint64")
        is_named = np.ones(len(found), bool)
        for name in names:
            marks = _marks(columns[name], key)
            is_named &= marks != 0
            found = _mixed(found ^ marks)
        return np.where(is_named, found | np.uint64(1), np.uint64(0))

    def offer(self, rows: int, subjects: np.ndarray | None, *, all_stay: bool = False) -> np.ndarray:
        """Return which of the next rows to hold for now, bool (rows,).

        Args:
            rows: How many there are.
            subjects: The marks of their subjects, if there are any.
            all_stay: Whether all are held in any case, until :meth:`chosen`.
        """
        places = np.arange(self.read, self.read + rows, dtype="uint64")
        key = np.uint64(self.draw.key & (2**64 - 1)), np.uint64(self.draw.key >> 64)
        marks = _mixed(_mixed(places ^ key[0]) ^ key[1])
        if subjects is not None:
            marks = np.where(subjects == 0, marks, subjects)
        self.read += rows
        stay = np.ones(rows, bool) if all_stay or self._below is None else marks < self._below
        self._now.append(marks[stay])
        self._held += int(stay.sum())
        return stay

    def thin(self) -> np.ndarray | None:
        """Return which of the rows held of this file stay (rows,), bool; ``None`` where there is room."""
        if self._held <= _SLACK * self.draw.most:
            return None
        self._lower()
        now = np.concatenate(self._now)
        stay = np.asarray(now < self._below)
        self._now = [now[stay]]
        self._held -= int((~stay).sum())
        return stay

    def begin_file(self) -> None:
        """Begin to read a file, or begin again."""
        self.read = self._begun
        self._now, self._held = [], sum(map(self._count, self._earlier))

    def end_file(self, sums: RowSums | None) -> None:
        """Go on to the next file.

        Args:
            sums: The sums of all rows of this one; ``None`` if all of them are held.
        """
        self.sums.append(sums)
        self._begun = self.read
        self._earlier.append(np.concatenate(self._now) if self._now else np.empty(0, "uint64"))
        self._now = []

    def add_first(self) -> None:
        """Count one more row, before the others of the file that ended last; it is always drawn."""
        self.read += 1
        self._begun = self.read
        self._earlier[-1] = np.concatenate([np.zeros(1, "uint64"), self._earlier[-1]])

    def chosen(self) -> np.ndarray | None:
        """Return which of the rows held of all files are drawn (rows,), bool; ``None`` if all are.

        Raises:
            InputError: if there are more rows than wanted, and even the first subject's are.
        """
        marks = np.concatenate(self._earlier)
        if self.read <= self.draw.most:
            return None
        self._lower()
        drawn = np.asarray(marks < self._below)
        if not drawn.any():
            raise InputError(
                f"--entity: expected subjects of at most {self.draw.most:,} rows each, found one with more; "
                "name another --entity, or raise --max-train-rows"
            )
        return drawn

    def _lower(self) -> None:
        """Lower the mark below which rows are drawn, to what the rows held allow."""
        marks = np.concatenate([*self._earlier, *self._now])
        marks = marks if self._below is None else marks[marks < self._below]
        if len(marks) > self.draw.most:
            self._below = np.partition(marks, self.draw.most)[self.draw.most]

    def _count(self, marks: np.ndarray) -> int:
        return len(marks) if self._below is None else int((marks < self._below).sum())


def draw_rows(source: Source, drawing: Drawing) -> Source:
    """Return the rows of a table that are drawn of those that were held, in their order.

    Raises:
        InputError: see :meth:`Drawing.chosen`.
    """
    drawn = drawing.chosen()
    if drawn is None:
        return source
    columns = {name: _rows(cells, drawn) for name, cells in source.columns.items()}
    return replace(source, columns=columns, rows=int(drawn.sum()))


def _rows(cells: Cells, chosen: np.ndarray) -> Cells:
    """Return some rows of a column, and the values that they hold."""
    found = by_appearance(cells.values, cells.codes[chosen], cells.dtype)
    behind = cells.behind and _rows(cells.behind, chosen)
    raw = cells.raw and _rows(cells.raw, chosen)
    return replace(cells, values=found.values, codes=found.codes, behind=behind, raw=raw)


def _marks(column: pa.Array, key: bytes) -> np.ndarray:
    """Return a mark of each cell (rows,), uint64: the same for a text and for a number that is so written."""
    column = column.dictionary_decode() if kinds.is_dictionary(column.type) else column
    if not is_text(column.type):
        column = _as_text(column)
    found = column.cast(pa.string()).dictionary_encode()
    texts = pc.replace_substring_regex(found.dictionary, _WHOLE, r"\1")
    texts = texts.to_numpy(zero_copy_only=False).astype(object)
    marks = pd.util.hash_array(texts, hash_key=key.hex()[:16], categorize=False) | np.uint64(1)
    marks[texts == ""] = 0
    codes = found.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return np.asarray(np.append(marks, np.uint64(0))[codes])


def _as_text(column: pa.Array) -> pa.Array:
    """Return typed cells as text; of a type that has none, by their bytes, or as missing."""
    if kinds.is_fixed_size_binary(column.type) or kinds.is_binary(column.type):
        return pa.array([cell and cell.hex() for cell in column.to_pylist()], pa.string())
    try:
        texts = column.cast(pa.string())
        if kinds.is_floating(column.type):
            # Arrow writes whole numbers of ten digits or more with an exponent, as no CSV has them.
            numbers = pc.if_else(pc.is_nan(column), None, column).cast(pa.float64())
            is_whole = pc.and_(pc.equal(pc.trunc(numbers), numbers), pc.less(pc.abs(numbers), 2.0**53))
            whole = pc.if_else(is_whole, numbers, 0.0).cast(pa.int64()).cast(pa.string())
            texts = pc.if_else(is_whole, whole, pc.if_else(pc.is_nan(column), None, texts))
        return texts
    except pa.ArrowException:
        return pa.nulls(len(column), pa.string())


def _mixed(values: np.ndarray) -> np.ndarray:
    """Return numbers of which all bits depend on all of others': SplitMix64, one to one (n,), uint64."""
    values = values + _STEP
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return np.asarray(values ^ (values >> np.uint64(31)))
