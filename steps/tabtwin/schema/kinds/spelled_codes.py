"""Find codes that look like numbers; say why they are text."""

from __future__ import annotations

import numpy as np

from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.spelling import numerals

_COMMON = 10
"""How many cells a text has that is no chance spelling."""
_MOSTLY = 0.9
_MOST_DECIMALS = 6
_MOST_WORDS = 1000


def why_codes(cells: Cells) -> str:
    """Say why numbers are text: their spelling varies in common cells, as in 250, 250.0 and 250.00, or 1.1
    and 1.10; empty if it does not.
    """
    if not cells.is_text or len(cells.values) > _MOST_WORDS:
        return ""
    fit = numerals.are_numbers(cells.values)
    texts, counts = np.array([text.strip() for text in cells.values[fit].tolist()], object), cells.counts[fit]
    if not len(texts) or any("e" in text.lower() for text in texts.tolist()):
        return ""
    least, most = numerals.decimals(texts)
    if not most or most > _MOST_DECIMALS or counts[counts >= _COMMON].sum() < _MOSTLY * counts.sum():
        return ""
    values = numerals.parse(texts)
    written = numerals.spell(np.abs(values), least, most)
    plain = np.array([_plain(text) for text in texts.tolist()], object)
    odd = (plain != written) & (counts >= _COMMON)
    if not odd.any():
        return ""
    return (
        f"{int(counts[odd].sum())} cells are numbers with more zeros than others have, as in codes "
        '(overrule it by "kind": "decimal")'
    )


def _plain(text: str) -> str:
    text = text.lstrip("-").removesuffix(".")
    return f"0{text}" if text.startswith(".") else text
