"""Refuse to take dates and times for keys, also those in forms that are not read."""

from __future__ import annotations

import re

import numpy as np

from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.date_mixtures import name_forms

_MOSTLY = 0.95
_FEWEST = 10
_YEAR = (1000, 2999)
_USUAL = (1500, 2100)
_CLOCK = re.compile(r"(?<![0-9:])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?![0-9:])")
_THREE = re.compile(r"(?<![0-9])([0-9]{4}|[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{1,2})(?![0-9])")
_BESIDE = re.compile(r"[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{1,2}$|^[.,][0-9]+|(?<= )[0-9]{1,2}h")
"""Numbers that a time may have beside it: an offset, parts of a second, an hour."""
_LETTERS = re.compile(r"[^\W\d_]{4,}")
_MOST_WORDS = 2
"""How many words a text with a date may have beside it, such as a month and a zone."""


def refuse_dates(name: str, cells: Cells) -> None:
    """Refuse a column of texts nearly all of which hold a date or a time of day.

    Raises:
        InputError: saying what was nearly recognized.
    """
    texts = cells.values
    if len(texts) < _FEWEST or not _looks(str(texts[0])):
        return
    found = int(cells.counts[np.fromiter(map(_looks, texts.tolist()), bool, len(texts))].sum())
    if found >= _MOSTLY * cells.held:
        if forms := name_forms(cells, fewest=1):
            raise InputError(
                f"column {name!r}: expected dates or times in one form, found that {forms}; write them "
                "alike, or declare the column a key"
            )
        raise InputError(
            f"column {name!r}: expected dates or times in a form that tabtwin reads, found {found} of "
            f"{cells.held} cells that look like some in another; declare their format in --schema, write "
            "them as 2024-01-31T10:15:00, or declare the column a key"
        )


def is_likely(stamps: np.ndarray, form: str) -> bool:
    """Return whether texts that a format reads are likely dates: 1001/1 may be a subject and a visit.

    Two numbers that are a year and a part of it say less than three: their years must be usual ones.
    """
    if re.search("%[-_]?[dHI]", form) or not re.search("%[-_]?[YG]", form):
        return True
    years = stamps.astype("datetime64[Y]").astype("int64") + 1970
    return bool(((years >= _USUAL[0]) & (years <= _USUAL[1])).all())


def _looks(text: str) -> bool:
    """Return whether a text seems to be a date or a time: 2024-01-31 25h, at 10:15."""
    clock, three = _CLOCK.search(text), _THREE.search(text)
    rest = _BESIDE.sub("", _CLOCK.sub("", _THREE.sub("", text, count=1), count=1))
    if len(_LETTERS.findall(text)) > _MOST_WORDS or any(sign.isdigit() for sign in rest):
        return False
    if clock and not (int(clock[1]) <= 24 and int(clock[2]) < 60 and int(clock[3] or 0) <= 60):
        return False
    if three:
        first, _, second, third = three.groups()
        fields = sorted((int(first), int(second), int(third)))
        wide = len(first) == 4 or len(third) == 4
        return wide and fields[0] <= 12 and fields[1] <= 31 and _YEAR[0] <= fields[2] <= _YEAR[1]
    return clock is not None
