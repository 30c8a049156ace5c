"""Digest the rows of a table by the values of their cells, in any order and any format."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.source import Source
from tabtwin.schema.spelling import numerals
from tabtwin.store.artifacts import sha256

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""A factor that mixes columns, so that two cells that change places make another row."""


def rows_digest(source: Source) -> str:
    """Return the digest (hex) of a table's rows: the same for a CSV, its copy with other line ends, and a
    shuffle.

    Numbers count by their value; columns that cannot be read count as missing.
    """
    mixed = np.zeros(source.rows, "uint64")
    for name in sorted(source.columns):
        named = _hashes(np.array([name], dtype=object))[0]
        mixed = (mixed ^ (_cell_hashes(source.columns[name]) + named)) * _FACTOR
    rows = np.sort(_hashes(mixed))
    return sha256(rows.tobytes() + str(source.rows).encode())


def _cell_hashes(cells: Cells) -> np.ndarray:
    """Return a hash of each row's cell (rows,), uint64; 0 if it is missing."""
    values = as_text(cells)
    plain = numerals.are_numbers(values)
    found = _hashes(values)
    if plain.any():
        found[plain] = _hashes(numerals.parse(values[plain]))
    return cells.take(found, np.uint64(0))


def _hashes(values: np.ndarray) -> np.ndarray:
    return np.asarray(pd.util.hash_array(values, categorize=False))
