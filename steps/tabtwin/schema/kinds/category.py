"""Describe columns of text that repeats."""

from __future__ import annotations

import numpy as np

from tabtwin.lib.counting import counted
from tabtwin.lib.errors import InputError
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.checked_codes import are_keys, find_checked
from tabtwin.schema.kinds.label import Label
from tabtwin.schema.kinds.near_numbers import nearly_numbers, why_not_numbers
from tabtwin.schema.kinds.spelled_codes import why_codes
from tabtwin.schema.spelling import numerals

_VARIED_SHARE = 0.95
_FEW_CELLS = 20


class VariedError(InputError):
    """Columns hold text of which nearly every cell is different, or too rare to be released."""

    def __init__(self, message: str, columns: tuple[str, ...]) -> None:
        super().__init__(message)
        self.columns = columns


class Category(Label):
    """Any text; values that few subjects hold join the rare group."""

    name = "category"
    fields = frozenset({"token"})
    has_rare_group = True
    may_name_subjects = True

    def guess_first(self, name: str, cells: Cells, protect: int) -> Column | None:
        """Describe codes with check digits that are no keys: what is computed from them would be none."""
        checked = find_checked(cells)
        if checked is None or are_keys(cells, protect):
            return None
        return Column(
            name=name,
            kind=self.name,
            dtype=cells.dtype or checked.dtype,
            missing=cells.has_missing,
            why=f"repeated {checked.scheme.words}, with right check digits{checked.but}",
        )

    def describe(
        self, name: str, cells: Cells, protect: int = 1, subjects: np.ndarray | None = None
    ) -> Column:
        """Describe a column that fits no other kind.

        Text of which nearly every cell is different would be memorized, or hidden. A subject with the same
        value in several rows counts once.

        Args:
            name: Its name.
            cells: Its cells.
            protect: k of value protection.
            subjects: The subject of each row (rows,), integers from 0; by default each row is one.

        Raises:
            VariedError: if nearly every cell is different, or too rare for ``protect``.
            InputError: if these are numbers in a form that is not supported.
        """
        holders = cells.counts if subjects is None else _holders(cells, subjects)
        held = int(holders.sum())
        hidden = int(holders[holders < protect].sum())
        if held >= _FEW_CELLS and max(len(cells.values), hidden) >= _VARIED_SHARE * held:
            _refuse_other_numbers(name, cells)
            near = nearly_numbers(cells)
            if near:
                raise VariedError(f"column {name!r}: expected numbers, found {near}; or drop it", (name,))
            raise VariedError(
                f"column {name!r}: expected categories, a date, a number or a key, found text of which "
                f"{len(cells.values)} of {held} cells differ; drop it, or declare it a key in --schema",
                (name,),
            )
        return Column(
            name=name,
            kind=self.name,
            dtype=cells.dtype or "string",
            missing=cells.has_missing,
            why="; ".join(filter(None, ("text that repeats", why_codes(cells) or why_not_numbers(cells)))),
        )


def _holders(cells: Cells, subjects: np.ndarray) -> np.ndarray:
    """Return how many subjects hold each value (n,)."""
    held = cells.codes >= 0
    width = int(subjects.max(initial=0)) + 1
    pairs = counted(cells.codes[held].astype("int64") * width + subjects[held])[0]
    return np.bincount(pairs // width, minlength=len(cells.values))


def _refuse_other_numbers(name: str, cells: Cells) -> None:
    other = int(cells.counts[numerals.are_other_numbers(cells.values)].sum())
    if other >= _VARIED_SHARE * cells.held:
        raise InputError(
            f"column {name!r}: expected plain numbers (1234.5), found decimal commas or thousands separators "
            f"in {other} of {cells.held} cells; write them plainly, or --drop the column"
        )


CATEGORY = Category()
