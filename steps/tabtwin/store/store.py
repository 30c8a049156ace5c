"""The object store as steps and drivers use it, wherever the objects are kept.

    s3://BUCKET/PREFIX   any S3 (:mod:`tabtwin.store.s3`), for a team or a cluster
    file:///FOLDER       a folder of this machine (:mod:`tabtwin.store.directory.store`), a laptop's default
    memory://NAME        this process (:mod:`tabtwin.store.memory`), for tests

Keys are any text, and ``/`` is a character like any other: a listing takes any prefix.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import StoreError

MULTIPART_BYTES = 16 << 20
"""The size above which S3 gets an object in parts."""
OWN = "store://"
"""The prefix of addresses in the store that a run works in, wherever that is."""


class MissingObjectError(StoreError):
    """There is no object under this key."""


class ConflictError(StoreError):
    """A conditional write found another object than it expected."""


@dataclass(frozen=True)
class Head:
    """The properties of an object; ``age`` is in seconds by the store's own clock."""

    etag: str
    size: int
    age: float


@dataclass(frozen=True)
class Entry:
    """An entry of a listing: an object's key, its size in bytes, and when it was written."""

    key: str
    size: int
    written: datetime


class Store(ABC):
    """Objects by their keys.

    Implementations raise only the errors below, :class:`InputError` where the place is wrong or cannot take
    what is written, :class:`IntegrityError` where access is denied, and :class:`StoreError` where another
    try may help.
    """

    @property
    @abstractmethod
    def url(self) -> str:
        """Return the URL by which ``open_store`` finds this store, from any working directory."""

    @abstractmethod
    def get(self, key: str) -> bytes:
        """Return the object's bytes.

        Raises:
            MissingObjectError: if there is no such object.
        """

    @abstractmethod
    def open(self, key: str) -> Blob:
        """Return the object, to be read a part at a time; it may be larger than memory.

        Raises:
            MissingObjectError: if there is no such object.
        """

    @abstractmethod
    def put(self, key: str, data: bytes | Blob) -> None:
        """Write an object whole: readers see the old one or the new one, never a part."""

    @abstractmethod
    def create(self, key: str, data: bytes) -> str:
        """Write a new object and return its ETag.

        Raises:
            ConflictError: if there is one already.
        """

    @abstractmethod
    def swap(self, key: str, data: bytes, etag: str) -> str:
        """Replace an object whose ETag is still ``etag``, and return the new one.

        Raises:
            ConflictError: if it was written in the meantime.
        """

    @abstractmethod
    def head(self, key: str) -> Head:
        """Return the ETag, size and age of an object.

        Raises:
            MissingObjectError: if there is no such object.
        """

    @abstractmethod
    def entries(self, prefix: str) -> tuple[Entry, ...]:
        """Return all objects whose keys begin with ``prefix``, by key."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object, if there is one."""

    def exists(self, key: str) -> bool:
        """Check whether there is such an object."""
        try:
            self.head(key)
        except MissingObjectError:
            return False
        return True

    def list(self, prefix: str) -> list[str]:
        """Return all keys that begin with ``prefix``, sorted."""
        return [entry.key for entry in self.entries(prefix)]

    def address(self, key: str) -> str:
        """Return the name of an object in the settings of a run that works in this store.

        It does not depend on where the store is, so that an output folder can be moved or copied.
        """
        return OWN + quote(key, safe="/", errors="surrogatepass")

    def own_key(self, address: str) -> str | None:
        """Return the key of an object of this store by its address or URL; ``None`` if it lies elsewhere."""
        for beginning in (OWN, f"{self.url}/"):
            if address.startswith(beginning):
                return unquote(address.removeprefix(beginning), errors="surrogatepass")
        return None
