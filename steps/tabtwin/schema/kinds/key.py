"""Describe keys, which identify rows and say nothing else about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from tabtwin.lib.errors import InputError
from tabtwin.lib.taken import Taken
from tabtwin.schema.column import Column
from tabtwin.schema.kinds import checked_keys
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.checked_codes import are_keys, find_checked
from tabtwin.schema.kinds.date_likeness import refuse_dates
from tabtwin.schema.kinds.identifying import holds_unique, integers_of, nearly_unique, why_key
from tabtwin.schema.kinds.key_ranges import apart, longest_number
from tabtwin.schema.kinds.key_repeats import gaps_of, placed, repeats_of
from tabtwin.schema.kinds.kind import Unlearned
from tabtwin.schema.kinds.near_numbers import why_not_numbers
from tabtwin.schema.kinds.number import numeric_like
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import numerals, patterns
from tabtwin.schema.spelling.check_digits import SCHEMES

_WHERE = ", where they are not missing"


class Key(Unlearned):
    """Texts of one pattern, or integers, unique with few exceptions; a twin has new ones."""

    name = "key"
    fields = frozenset({"pattern", "first", "gaps", "repeats", "check", "forms", "form_shares"})
    is_made_new = True

    def guess_first(self, name: str, cells: Cells, protect: int) -> Column | None:
        """Describe codes with check digits that identify rows, or are too rare for categories."""
        checked = find_checked(cells)
        if checked is None or not are_keys(cells, protect):
            return None
        return checked_keys.describe(name, cells, checked)

    def guess(self, name: str, cells: Cells) -> Column | None:
        """Describe integers that identify rows, or texts of one pattern.

        Raises:
            InputError: if texts look like dates or times.
        """
        return self._integers(name, cells) or self._texts(name, cells)

    def guess_marked(self, name: str, cells: Cells, *, alone: bool) -> Column | None:
        """Describe keys that are mixed with marks of missing cells."""
        return self._integers(name, cells) or self._texts(name, cells)

    def declare(self, name: str, cells: Cells, *, is_vouched: bool) -> Column | None:
        """Describe a key whether or not its cells are unique; a running number if they share no pattern.

        A pattern spells out what all cells share, so it needs k different cells, and k subjects that have
        one.
        """
        checked = find_checked(cells) if is_vouched else None
        found = checked_keys.describe(name, cells, checked) if checked is not None else None
        if found is not None:
            return found
        texts = as_text(cells)
        pattern = patterns.infer(texts) if is_vouched else None
        dtype = cells.dtype or ("int64" if re.fullmatch("#|1[0-9]{0,17}", pattern or "#") else "string")
        fields = apart(texts, pattern or patterns.RUNNING_NUMBER, dtype, cells.held)
        return Column(name=name, kind=self.name, dtype=dtype, **fields)

    def check(self, column: Column) -> None:
        """Refuse check digits that are not known."""
        if column.check and column.check not in SCHEMES:
            raise InputError(
                f"--schema: column {column.name!r}: expected one of the known checks ({', '.join(SCHEMES)}), "
                "found another; correct it"
            )

    def form(self, column: Column) -> str:
        """Return the pattern in words."""
        if column.check and column.forms:
            return checked_keys.in_words(column)
        return patterns.in_words(column.pattern)

    def make(self, column: Column, rows: int, rng: np.random.Generator, taken: Taken) -> np.ndarray:
        """Return new keys of the pattern, of which as many repeat and are missing as of the source's."""

        def different(count: int) -> np.ndarray:
            if column.check and column.forms:
                return checked_keys.make(column, count, rng, taken)
            return patterns.regenerate(column.pattern, count, rng, first=column.first, taken=taken)

        return placed(different, rows, column.gaps, column.repeats, rng)

    def bare(self, texts: np.ndarray, column: Column) -> np.ndarray:
        """Return keys without check digits, which follow from the rest."""
        return checked_keys.bare(texts, column) if column.check and column.forms else texts

    def formulas(self, column: Column, shown: Sequence[str], begins: Callable[[str], bool]) -> str:
        """Return a clause if the pattern begins as a formula does."""
        return f"keys of {column.name}" if begins(column.pattern.replace("\\", "")[:1] + "a") else ""

    def vouched(self, column: Column, witnesses: Witnesses) -> Column:
        """Return the column with the pattern of k subjects' keys, and a range of it without the table's."""
        often = {}
        if column.why != "declared":
            often = {"gaps": gaps_of(witnesses), "repeats": repeats_of(witnesses)}
        checked = checked_keys.as_vouched(column, witnesses) if column.check else None
        if checked is not None:
            return checked.model_copy(update=often)
        texts = as_text(witnesses.cells)
        keys, owners = texts[witnesses.codes], witnesses.subjects
        # A pattern spells out what all keys share, which would be entire keys if few are different.
        pattern = patterns.infer(keys, owners, witnesses.k) if len(witnesses.held) >= witnesses.k else None
        longest = longest_number(keys, owners, witnesses.k) if pattern is None or _runs(pattern) else None
        pattern = pattern or patterns.RUNNING_NUMBER
        # Keys of a CSV that share no pattern count as numbers; those of k subjects may share one.
        is_text = not witnesses.cells.dtype and not patterns.spells_numbers(pattern)
        dtype = "string" if is_text else column.dtype
        found = apart(texts, pattern, dtype, len(keys), longest or 1)
        plain = {"check": "", "forms": (), "form_shares": ()}
        return column.model_copy(update={**found, **plain, **often, "dtype": dtype})

    def _integers(self, name: str, cells: Cells) -> Column | None:
        found = numeric_like(name, cells)
        why = why_key(found, cells) if found is not None and found.kind == "integer" else ""
        if found is None or not why:
            return None
        why += _WHERE if cells.has_missing and "not missing" not in why else ""
        texts = numerals.spell(integers_of(cells), 0, 0)
        pattern = patterns.infer(texts) or patterns.RUNNING_NUMBER
        return Column(
            name=name,
            kind=self.name,
            dtype=found.dtype,
            missing=found.missing,
            why=why,
            **apart(texts, pattern, found.dtype, cells.held),
        )

    def _texts(self, name: str, cells: Cells) -> Column | None:
        few, gaps = not cells.is_unique and nearly_unique(cells), holds_unique(cells)
        is_unique = cells.is_text and (cells.is_unique or few or gaps)
        if not is_unique or numerals.are_other_numbers(cells.values).all():
            return None
        pattern = patterns.infer(cells.values)
        if pattern is None or why_not_numbers(cells):
            return None
        refuse_dates(name, cells)
        dtype = cells.dtype or "string"
        why = "texts of one pattern that rarely repeat" if few else "unique texts of one pattern"
        why += _WHERE if cells.has_missing else ""
        found = apart(cells.values, pattern, dtype, cells.held)
        return Column(name=name, kind=self.name, dtype=dtype, missing=cells.has_missing, why=why, **found)


def _runs(pattern: str) -> bool:
    return patterns.RUNNING_NUMBER in patterns.signs(pattern)


KEY = Key()
