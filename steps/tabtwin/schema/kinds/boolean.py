"""Describe columns of two words that mean false and true."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.category import CATEGORY
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.kind import check_fit
from tabtwin.schema.kinds.label import Label

_PAIRS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
_TWO = 2


class Boolean(Label):
    """Two words, the first standing for false."""

    name = "boolean"
    fields = frozenset({"spelling"})

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe two words that mean false and true, each spelled in one way."""
        if not cells.is_text or len(cells.values) != _TWO:
            return None
        words = {str(word).lower(): str(word) for word in cells.values}
        pair = next((pair for pair in _PAIRS if set(pair) == set(words)), None)
        if pair is None:
            return None
        return Column(
            name=name,
            kind=self.name,
            dtype=cells.dtype or ("bool" if pair == _PAIRS[0] else "string"),
            missing=cells.has_missing,
            spelling=(words[pair[0]], words[pair[1]]),
            why="two words for false and true",
        )

    def guess_marked(self, name: str, cells: Cells, *, alone: bool) -> Column | None:
        """Describe two words and one mark of missing cells: two different marks may mean two things."""
        return self.guess(name, cells) if alone else None

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe any two values, the first in sorted order standing for false."""
        found, texts = self.guess(name, cells), sorted(as_text(cells).tolist())
        if found is not None or len(texts) != _TWO:
            return found
        return Column(name=name, kind=self.name, dtype=cells.dtype or "string", spelling=(texts[0], texts[1]))

    def read(self, cells: Cells, column: Column) -> np.ndarray:
        """Return each row's word, object (rows,)."""
        check_fit(np.isin(as_text(cells), np.array(column.spelling, dtype=object)), cells, column)
        return super().read(cells, column)

    def spellings(self, column: Column) -> tuple[str, ...]:
        """Return both words."""
        return column.spelling

    def without_rare_words(self, column: Column, shown: Collection[str]) -> Column:
        """Return a category if protection hides a word, so that no spelling reveals it."""
        if set(shown).issuperset(column.spelling):
            return column
        return column.model_copy(update={"kind": CATEGORY.name})

    def stored(self, cells: pd.Series, column: Column, wanted: pa.DataType) -> pa.Array:
        """Return Arrow's booleans if the source stores them as such."""
        if pa.types.is_boolean(wanted):
            cells = cells.map(dict(zip(column.spelling, ("false", "true"), strict=True)))
        return super().stored(cells, column, wanted)


BOOLEAN = Boolean()
