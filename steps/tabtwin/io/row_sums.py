"""Sum hashes of all rows of a large table while it is read: the same for any order, blocks and format.

Equal numbers count as equal however they are spelled. The sums of a table's files add up to the table's.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.source import Source
from tabtwin.store.artifacts import sha256

_LANES = 4
"""Sums of 64 bits each."""


class RowSums:
    """The sums of some rows."""

    def __init__(self) -> None:
        self.rows = 0
        self._sums = np.zeros(_LANES, "uint64")

    def add(self, columns: Mapping[str, pa.Array | Cells], rows: int) -> None:
        """Add rows.

        Args:
            columns: Texts, or cells, by the columns' names; what cannot be read counts as missing.
            rows: How many rows there are.
        """
        from tabtwin.io import text_hashes  # compiled: only large tables pay for that

        found = np.zeros(rows, "uint64")
        for name, cells in columns.items():
            salt = _hash_texts(pa.array([name], pa.string()), np.uint64(0))[0]
            if isinstance(cells, Cells):
                found += cells.take(_hash_values(cells.values, salt), np.uint64(0))
            elif kinds.is_dictionary(cells.type):
                hashes = np.append(_hash_texts(cells.dictionary.cast(pa.string()), salt), np.uint64(0))
                found += hashes[cells.indices.fill_null(len(hashes) - 1).to_numpy(zero_copy_only=False)]
            else:
                _add_texts(cells.cast(pa.string()), salt, found)
        text_hashes.add_rows(found, self._sums)
        self.rows += rows

    def join(self, other: RowSums) -> None:
        """Add the sums of other rows."""
        self.rows += other.rows
        self._sums = self._sums + other._sums

    def digest(self) -> str:
        """Return the digest (hex) of the rows."""
        return sha256(self._sums.tobytes() + str(self.rows).encode())


def sums_of(source: Source) -> RowSums:
    """Return the sums of a table whose rows are all there."""
    found = RowSums()
    found.add(source.columns, source.rows)
    return found


def _hash_values(values: np.ndarray, salt: np.uint64) -> np.ndarray:
    """Return the hash of each distinct value (n,), uint64."""
    if values.dtype.kind == "M":
        spelled = np.char.replace(np.datetime_as_string(values.astype("datetime64[us]")), "T", " ")
        return _hash_texts(pa.array(spelled.astype(object), pa.string()), salt)
    texts = pa.array(values, pa.string() if values.dtype == object else None).cast(pa.string())
    return _hash_texts(texts, salt)


def _hash_texts(texts: pa.Array, salt: np.uint64) -> np.ndarray:
    """Return the hash of each text (n,), uint64; 0 for an empty one."""
    found = np.zeros(len(texts), "uint64")
    _add_texts(texts, salt, found)
    return found


def _add_texts(texts: pa.Array, salt: np.uint64, into: np.ndarray) -> None:
    """Add the hash of each text to ``into``."""
    from tabtwin.io import text_hashes

    if texts.null_count:
        texts = pc.fill_null(texts, "")
    _, ends, data = texts.buffers()
    if not len(texts):
        return
    width = np.dtype("int32")
    found = np.frombuffer(ends, width, len(texts) + 1, texts.offset * width.itemsize)
    text_hashes.add_texts(found, np.frombuffer(data or b"", "uint8"), salt, into)
