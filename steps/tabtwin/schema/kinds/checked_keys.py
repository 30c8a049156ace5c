"""Make keys with check digits, each valid."""

from __future__ import annotations

import re

import numpy as np

from tabtwin.lib.taken import Taken
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.checked_codes import Checked, forms_of, unchecked
from tabtwin.schema.kinds.identifying import holds_unique, nearly_unique
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import patterns
from tabtwin.schema.spelling.check_digits import CHECK_DIGIT, SCHEMES, complete, validity


def describe(name: str, cells: Cells, checked: Checked) -> Column | None:
    """Describe a column of keys with check digits; ``None`` if they share no pattern."""
    there = np.flatnonzero(cells.codes >= 0)
    forms, shares = forms_of(checked.texts, there, cells.codes[there], 1, checked.scheme, cells.held)
    if not forms:
        return None
    often = "unique" if cells.is_unique or holds_unique(cells) else "rare"
    often = "rarely repeated" if nearly_unique(cells) else often
    gaps = ", where they are not missing" if cells.has_missing else ""
    return Column(
        name=name,
        kind="key",
        dtype=cells.dtype or checked.dtype,
        missing=cells.has_missing,
        why=f"{often} {checked.scheme.words}{gaps}, with right check digits{checked.but}",
        pattern=forms[0],
        check=checked.scheme.name,
        forms=forms,
        form_shares=shares,
    )


def as_vouched(column: Column, witnesses: Witnesses) -> Column | None:
    """Return the column with the patterns of k subjects' keys; ``None`` if there are none."""
    scheme, texts = SCHEMES[column.check], as_text(witnesses.cells)
    forms, shares = forms_of(
        texts, witnesses.subjects, witnesses.codes, witnesses.k, scheme, len(witnesses.codes)
    )
    if not forms:
        return None
    return column.model_copy(update={"pattern": forms[0], "forms": forms, "form_shares": shares})


def make(column: Column, rows: int, rng: np.random.Generator, taken: Taken) -> np.ndarray:
    """Return keys with right check digits (rows,), object, all different.

    ``taken`` has the keys that were made before, as :func:`bare` returns them.
    """
    scheme, used = SCHEMES[column.check], taken.copy()
    shares = np.array(column.form_shares or [1.0] * len(column.forms))
    made: list[np.ndarray] = []
    for form, count in zip(column.forms, rng.multinomial(rows, shares / shares.sum()), strict=True):
        keys = patterns.regenerate(form, int(count), rng, taken=used)
        used.add(keys)
        made.append(complete(keys, scheme))
    return np.asarray(rng.permutation(np.concatenate(made)))


def bare(texts: np.ndarray, column: Column) -> np.ndarray:
    """Return keys without their check digits (m,), object; those whose digits are wrong are left out."""
    scheme = SCHEMES[column.check]
    valid = validity(texts, scheme) if len(texts) else np.empty(0, bool)
    return np.array([unchecked(text, scheme) for text in texts[valid].tolist()], dtype=object)


def in_words(column: Column) -> str:
    """Return the patterns in words."""
    parts = re.split(r"(\?+)", column.forms[0])
    said = [
        ("a check digit" if len(part) == 1 else f"{len(part)} check digits")
        if part.startswith(CHECK_DIGIT)
        else patterns.in_words(part)
        for part in parts
        if part
    ]
    more = len(column.forms) - 1
    return ", ".join(said) + (f", or {more} other form{'s' * (more > 1)}" if more else "")
