"""A store in this process's memory, for tests: threads share it, other processes do not."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from tabtwin.lib.blob import Blob, Held, as_blob
from tabtwin.store.store import ConflictError, Entry, Head, MissingObjectError, Store

_named: dict[str, MemoryStore] = {}
_naming = threading.Lock()


@dataclass(frozen=True)
class _Object:
    data: bytes
    etag: str
    written: datetime
    since: float


class MemoryStore(Store):
    """Objects in a dictionary; ``memory://NAME`` finds the same store by its name."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._objects: dict[str, _Object] = {}
        self._lock = threading.Lock()

    @classmethod
    def named(cls, name: str) -> MemoryStore:
        """Return the store of this name (spelled as in a URL), made if there is none."""
        plain = unquote(name)
        with _naming:
            return _named.setdefault(plain, cls(plain))

    @property
    def url(self) -> str:
        """Return ``memory://NAME``."""
        return f"memory://{quote(self._name, safe='')}"

    def get(self, key: str) -> bytes:
        """See :class:`Store`."""
        return self._found(key).data

    def open(self, key: str) -> Blob:
        """See :class:`Store`."""
        return Held(self.get(key))

    def put(self, key: str, data: bytes | Blob) -> None:
        """See :class:`Store`."""
        found = as_blob(data).read()
        with self._lock:
            self._write(key, found)

    def create(self, key: str, data: bytes) -> str:
        """See :class:`Store`."""
        with self._lock:
            if key in self._objects:
                raise ConflictError(f"another writer changed {self.url}/{key}")
            return self._write(key, data)

    def swap(self, key: str, data: bytes, etag: str) -> str:
        """See :class:`Store`."""
        with self._lock:
            if self._found(key).etag != etag:
                raise ConflictError(f"another writer changed {self.url}/{key}")
            return self._write(key, data)

    def head(self, key: str) -> Head:
        """See :class:`Store`."""
        found = self._found(key)
        return Head(found.etag, len(found.data), time.monotonic() - found.since)

    def entries(self, prefix: str) -> tuple[Entry, ...]:
        """See :class:`Store`."""
        with self._lock:
            found = [(key, item) for key, item in self._objects.items() if key.startswith(prefix)]
        return tuple(Entry(key, len(item.data), item.written) for key, item in sorted(found, key=_by_key))

    def delete(self, key: str) -> None:
        """See :class:`Store`."""
        with self._lock:
            self._objects.pop(key, None)

    def _found(self, key: str) -> _Object:
        try:
            return self._objects[key]
        except KeyError:
            raise MissingObjectError(f"no object at {self.url}/{key}") from None

    def _write(self, key: str, data: bytes) -> str:
        written = _Object(bytes(data), uuid.uuid4().hex, datetime.now(UTC), time.monotonic())
        self._objects[key] = written
        return written.etag


def _by_key(item: tuple[str, _Object]) -> str:
    return item[0]
