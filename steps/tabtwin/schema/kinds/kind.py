"""Define what the rest of tabtwin can ask a column's kind; each kind answers in a module of its own.

A kind is an object without state: it is asked about a :class:`~tabtwin.schema.column.Column`, and about
cells. Most belong to one of two families: a :class:`~tabtwin.schema.kinds.quantity.Quantity` is a number on a
scale, a :class:`~tabtwin.schema.kinds.label.Label` one of some words. Both are learned. The others are not:
keys are made new, constants are written again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.lib.errors import InputError
from tabtwin.lib.taken import Taken
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.respelling import Respelled
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import date_formats


class Kind(ABC):
    """One kind of column.

    Attributes:
        name: Its name in ``schema.json``.
        fields: Fields of a column that describe this kind and perhaps some others.
        is_learned: Whether generators see such columns.
        is_made_new: Whether a twin has values in them that do not depend on the table's.
        is_carried: Whether every twin has the table's cells in them, without learning.
        is_number: Whether cells are plain numbers, which a rule may add up and a target compare.
        is_whole: Whether they are whole numbers, which may be codes.
        is_label: Whether they are one of some words.
        keeps_marks: Whether a twin has each mark of a missing cell as often as the table.
        may_be_target: Whether models may be asked to predict such columns.
        may_name_subjects: Whether they may name a row's subject although they are learned.
        missing: The value of a missing cell in a canonical table.
    """

    name: ClassVar[str]
    fields: ClassVar[frozenset[str]] = frozenset()
    is_learned: ClassVar[bool] = False
    is_made_new: ClassVar[bool] = False
    is_carried: ClassVar[bool] = False
    is_number: ClassVar[bool] = False
    is_whole: ClassVar[bool] = False
    is_label: ClassVar[bool] = False
    keeps_marks: ClassVar[bool] = False
    may_be_target: ClassVar[bool] = False
    may_name_subjects: ClassVar[bool] = False
    missing: ClassVar[object] = None

    def guess_first(self, name: str, cells: Cells, protect: int) -> Column | None:
        """Describe a column that kinds before this one would take for their own, or for none."""
        return None

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe a column about which nothing is declared; ``None`` if its cells do not fit this kind."""
        return None

    def guess_marked(self, name: str, cells: Cells, *, alone: bool) -> Column | None:
        """Describe a column without the usual marks of missing cells among its values.

        Args:
            name: Its name.
            cells: The other cells.
            alone: Whether the marks were all the same.
        """
        return None

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe a column that is declared to be of this kind; ``None`` if its cells cannot be.

        Args:
            name: Its name.
            cells: Its cells.
            is_vouched: Whether it has k different values, and k subjects have a value.
        """
        return Column(name=name, kind=self.name, dtype=cells.dtype or "string")

    def is_format(self, form: str) -> bool:
        """Return whether a user may give a format of this kind."""
        return date_formats.is_format(form)

    def check(self, column: Column) -> None:
        """Refuse a declared column that lacks what this kind needs."""
        return

    def read(self, cells: Cells, column: Column) -> np.ndarray:
        """Return each row's cell (rows,) as canonical tables have it.

        Raises:
            InputError: with the column's name and how many of its cells do not fit.
        """
        return cells.take(as_text(cells), None)

    def vouched(self, column: Column, witnesses: Witnesses) -> Column:
        """Return the column as k subjects' cells are written."""
        return column

    def settled(self, column: Column, cells: Cells) -> Column:
        """Return the column as its written form implies: of another kind if that suffices."""
        return column

    def rewritten(self, cells: pd.Series, old: Column, new: Column) -> np.ndarray | None:
        """Return canonical cells read by ``old`` as ``new`` writes them; ``None`` if both are alike."""
        return None

    def form(self, column: Column) -> str:
        """Return the format or pattern of all cells, if the kind has one."""
        return ""

    def texts(self, cells: pd.Series, column: Column) -> pd.Series:
        """Return cells as they are written: object ``str``, ``None`` if missing."""
        return cells

    def to_arrow(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return cells as Arrow stores them in the source's type.

        Raises:
            pa.ArrowInvalid: if that type cannot hold them.
        """
        if pa.types.is_decimal(wanted) or _is_text(wanted):
            return pa.array(self.texts(cells, column), pa.string()).cast(wanted)
        return self.stored(cells, column, wanted).cast(wanted)

    def stored(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return cells in the Arrow type that is nearest to ``wanted`` and holds them all."""
        return pa.array(cells, pa.string())

    def bare(self, texts: np.ndarray, column: Column) -> np.ndarray:
        """Return what has to differ between texts (n,), object: what follows from the rest is left out."""
        return texts

    def formulas(self, column: Column, shown: Sequence[str], begins: Callable[[str], bool]) -> str:
        """Return a clause on the cells of a twin that a spreadsheet may run; empty if it runs none.

        Args:
            column: The column.
            shown: Categories that may be released.
            begins: Whether a text begins as formulas do.
        """
        return ""


class Unlearned(Kind):
    """A kind that no generator sees: a twin's cells follow from the column's description alone."""

    @abstractmethod
    def make(self, column: Column, rows: int, rng: np.random.Generator, taken: Taken) -> np.ndarray:
        """Return a twin's cells (rows,), object.

        Args:
            column: The column.
            rows: The number of rows.
            rng: The source of randomness.
            taken: Texts that were made before, as :meth:`bare` returns them; new ones differ from them.
        """


class Learned(Kind):
    """A kind that generators learn.

    Attributes:
        unread: The defect of another tool's cell that is not of this kind.
        otherwise: The defect of a cell that is spelled in another way.
    """

    is_learned = True
    unread: ClassVar[str]
    otherwise: ClassVar[str] = "spelling"

    @abstractmethod
    def respelled(self, cells: Cells, column: Column, known: pd.Series) -> Respelled:
        """Read another tool's distinct values, even if they are spelled in another way.

        Args:
            cells: The tool's cells.
            column: The table's column.
            known: The table's cells, canonical.
        """

    def too_fine(self, values: np.ndarray, column: Column) -> int:
        """Count canonical cells that have more decimals than the column is written with."""
        return 0


def check_fit(fit: np.ndarray, cells: Cells, column: Column) -> None:
    """Refuse a column unless all distinct values fit its kind, bool (n,)."""
    if not fit.all():
        count = int(cells.counts[~fit].sum())
        raise InputError(
            f"column {column.name!r}: {count} of {len(cells.codes)} cells do not fit its kind "
            f"({column.kind}); correct them, or the column in --schema"
        )


def _is_text(dtype: pa.DataType) -> bool:
    inner = dtype.value_type if pa.types.is_dictionary(dtype) else dtype
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))
