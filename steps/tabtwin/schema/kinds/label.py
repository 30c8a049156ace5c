"""Define labels: columns whose cells each are one of some words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

import numpy as np
import pandas as pd

from tabtwin.schema.column import Column
from tabtwin.schema.kinds import respelling
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.kind import Learned
from tabtwin.schema.kinds.respelling import Respelled


class Label(Learned):
    """A kind of words: protected by how many subjects hold each, and equal or different when compared.

    Attributes:
        has_rare_group: Whether rare words may become one group with a token of its own; false for two words,
            since a rare one must not become a third.
    """

    is_label = True
    may_be_target = True
    has_rare_group: ClassVar[bool] = False
    unread = "unknown_category"

    def respelled(self, cells: Cells, column: Column, known: pd.Series) -> Respelled:
        """Read another tool's words as the table spells them."""
        return respelling.words(cells, {*known.dropna().unique(), *self.spellings(column)})

    def spellings(self, column: Column) -> tuple[str, ...]:
        """Return the words in the column's description, whether or not a cell holds them."""
        return ()

    def codes(self, columns: Sequence[pd.Series]) -> list[np.ndarray]:
        """Return canonical cells of several tables as int32 codes (rows,), the same in all; -1: missing."""
        values = sorted({value for cells in columns for value in cells.dropna().unique()})
        lookup = {value: code for code, value in enumerate(values)}
        return [cells.map(lookup).fillna(-1).to_numpy("int32") for cells in columns]

    def without_rare_words(self, column: Column, shown: Collection[str]) -> Column:
        """Return the column with only those words in its description that protection shows."""
        return column

    def formulas(self, column: Column, shown: Sequence[str], begins: Callable[[str], bool]) -> str:
        """Return a clause with how many categories begin as formulas do."""
        count = sum(map(begins, shown))
        return f"{count} values of {column.name}" if count else ""
