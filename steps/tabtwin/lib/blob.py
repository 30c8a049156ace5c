"""Read bytes a part at a time, wherever they are, so that a file may be larger than memory."""

from __future__ import annotations

import hashlib
import io
import os
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

PART = 4 << 20
"""The bytes that are read at once where a file is read from its beginning to its end."""


class Blob(ABC):
    """Bytes that do not change while they are read."""

    buffer = 1 << 20
    """The bytes that a file object reads at least at once."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Return how many bytes there are."""

    @abstractmethod
    def read_at(self, start: int, count: int) -> bytes:
        """Return ``count`` bytes from ``start`` on; fewer only at the end.

        Raises:
            OSError: if they cannot be read.
            TabtwinError: if a store does not give them.
        """

    def parts(self, size: int = PART) -> Iterator[bytes]:
        """Yield all bytes, ``size`` at a time."""
        start = 0
        while part := self.read_at(start, size):
            yield part
            start += len(part)

    def head(self, count: int) -> bytes:
        """Return the first ``count`` bytes, or all if there are fewer."""
        return self.read_at(0, count)

    def read(self) -> bytes:
        """Return all bytes, for what is small."""
        return b"".join(self.parts())

    def copy_to(self, path: Path) -> None:
        """Write all bytes to a file.

        Raises:
            OSError: if it cannot be written.
        """
        with path.open("wb") as file:
            for part in self.parts():
                file.write(part)

    def open(self) -> BinaryIO:
        """Return a file object that reads the bytes and can seek."""
        return io.BufferedReader(_Reader(self), self.buffer)

    @cached_property
    def sha256(self) -> str:
        """Return the digest (hex) of all bytes."""
        digest = hashlib.sha256()
        for part in self.parts():
            digest.update(part)
        return digest.hexdigest()


class Held(Blob):
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """See :class:`Blob`."""
        return len(self._data)

    def read_at(self, start: int, count: int) -> bytes:
        """See :class:`Blob`."""
        return self._data[start : start + count]

    def read(self) -> bytes:
        """See :class:`Blob`."""
        return self._data


class OnDisk(Blob):
    """A file on disk, kept open for as long as this object lives: another file of its name changes nothing.

    Args:
        file: The descriptor of an open file; this object closes it.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._size = os.fstat(file).st_size
        weakref.finalize(self, os.close, file)

    @property
    def size(self) -> int:
        """See :class:`Blob`."""
        return self._size

    def read_at(self, start: int, count: int) -> bytes:
        """See :class:`Blob`."""
        parts: list[bytes] = []
        while count > 0 and (part := os.pread(self._file, count, start)):
            parts.append(part)
            start, count = start + len(part), count - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def open_path(path: Path) -> Blob:
    """Open the file at a path; what is no regular file, such as a pipe, is read into memory.

    Raises:
        OSError: if there is none that can be read.
    """
    return OnDisk(os.open(path, os.O_RDONLY | os.O_CLOEXEC)) if path.is_file() else Held(path.read_bytes())


def as_blob(data: bytes | Blob) -> Blob:
    """Return bytes as a blob."""
    return data if isinstance(data, Blob) else Held(data)


class _Reader(io.RawIOBase):
    """A raw file object over a blob."""

    def __init__(self, blob: Blob) -> None:
        self._blob, self._at = blob, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._blob.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer).cast("B")
        found = self._blob.read_at(self._at, len(target))
        target[: len(found)] = found
        self._at += len(found)
        return len(found)
