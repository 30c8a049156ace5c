"""Find the delimiter of a CSV."""

from __future__ import annotations

import csv
import io
from itertools import islice

import numpy as np

from tabtwin.schema.dialect import Delimiter

HEAD = 1 << 20
"""How many characters hold the header and the first records."""

_DELIMITERS: tuple[Delimiter, ...] = (",", ";", "\t", "|")
_LOOKED_AT = 200
"""How many records delimiters are compared by."""


def lines(text: str) -> io.StringIO:
    """Return CSV text for ``csv``, with line ends of any kind."""
    return io.StringIO(text, newline="")


def find_delimiter(text: str) -> Delimiter:
    """Return the delimiter by which most of the first records have as many cells as the header, and most
    cells.

    >>> find_delimiter("town;area\\nUster;28,5\\nChur;28,1\\n")
    ';'
    """
    head = text[:HEAD].rpartition("\n")[0] if len(text) > HEAD else text

    def score(delimiter: Delimiter) -> tuple[float, int]:
        try:
            records = list(islice(csv.reader(lines(head), delimiter=delimiter), _LOOKED_AT))
        except csv.Error:
            return 0.0, 0
        widths = np.array([len(record) for record in records if record])
        if not len(widths) or widths[0] < 2:
            return 0.0, 0
        return float(np.mean(widths == widths[0])), int(widths[0])

    best = max(_DELIMITERS, key=score)
    return best if score(best)[1] else ","
