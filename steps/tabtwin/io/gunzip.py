"""Unpack a gzipped table, as far as it can be one and fits into memory."""

from __future__ import annotations

import gzip
import io
import zlib

from tabtwin.lib import memory
from tabtwin.lib.errors import InputError

_PARQUET = b"PAR1"
_PART = 16 << 20


def unpack(data: bytes, filename: str) -> bytes:
    """Return the contents of a gzip file.

    A small file may hold terabytes of zeros, which no CSV has: unpacking stops there.

    Raises:
        InputError: if it is damaged, or larger than memory.
    """
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            while part := packed.read(_PART):
                parts.append(part)
                size += len(part)
                memory.check_fits(size, filename)
                if b"\0" in part and not parts[0].startswith(_PARQUET):
                    break
    except (OSError, EOFError, zlib.error):
        raise InputError(
            f"{filename}: expected a gzip file, found a damaged one; compress it again"
        ) from None
    return b"".join(parts)
