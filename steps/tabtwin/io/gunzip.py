"""Unpack a gzipped table to a temporary file, as far as it can be one and fits on the disk."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from pathlib import Path

from tabtwin.lib.blob import Blob, Held, OnDisk
from tabtwin.lib.errors import InputError
from tabtwin.store import disk_space

_PARQUET = b"PAR1"
_PART = 16 << 20
_SPARE = 64 << 20
"""The bytes that are left free on the disk: others write there, too."""


def unpack(packed: Blob, filename: str) -> Blob:
    """Return the contents of a gzip file: a small one's in memory, otherwise a file that no folder lists.

    A small file may hold terabytes of zeros, which no CSV has: unpacking stops there.

    Raises:
        InputError: if it is damaged, or larger than the disk has room for.
    """
    try:
        with gzip.GzipFile(fileobj=packed.open()) as contents:
            first = contents.read(_PART)
            if len(first) < _PART or _ends(first, first):
                return Held(first)
            return _on_disk(first, contents)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(
            f"{filename}: expected a gzip file, found a damaged one; compress it again"
        ) from None


def _on_disk(first: bytes, rest: gzip.GzipFile) -> Blob:
    """Write parts to a file that is gone with this process, or once nothing reads it any more."""
    folder = Path(tempfile.gettempdir())
    with tempfile.TemporaryFile(dir=folder) as file:
        part, size = first, 0
        while part:
            size += len(part)
            room = disk_space.free(folder)
            if room is not None and room < len(part) + _SPARE:
                raise InputError(disk_space.spell_need(folder, f"more than {size:,} bytes"))
            with disk_space.writing(folder, len(part)):
                file.write(part)
                file.flush()
            part = b"" if _ends(part, first) else rest.read(_PART)
        return OnDisk(os.dup(file.fileno()))


def _ends(part: bytes, first: bytes) -> bool:
    """Return whether nothing after a part is needed: it has zeros, and is not Parquet's."""
    return b"\0" in part and not first.startswith(_PARQUET)
