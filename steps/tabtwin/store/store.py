"""The object store, whatever keeps the objects: what steps and drivers may ask of one.

    s3://BUCKET/PREFIX   any S3 (:mod:`tabtwin.store.s3`), which a team or a cluster works in
    file:///FOLDER       a folder of this machine (:mod:`tabtwin.store.directory.store`), a laptop's default
    memory://NAME        this process (:mod:`tabtwin.store.memory`), for tests

Keys are any text, and ``/`` in them is a sign like any other: a listing takes any beginning of keys.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from tabtwin.lib.errors import InputError, StoreError
from tabtwin.lib.extras import extra

MULTIPART_BYTES = 16 << 20
"""Size above which S3 gets an object in parts."""
OWN = "store://"
"""How the address of an object begins that lies in the very store that a run works in, wherever that is."""


class MissingObjectError(StoreError):
    """There is no object under this key."""


class ConflictError(StoreError):
    """A conditional write found another object than it expected."""


@dataclass(frozen=True)
class Head:
    """What the store says of an object; ``age`` is in seconds by the store's own clock."""

    etag: str
    size: int
    age: float


@dataclass(frozen=True)
class Entry:
    """An object as a listing has it: its key, its size in bytes, and when it was written."""

    key: str
    size: int
    written: datetime


class Store(ABC):
    """Objects by their keys.

    All that an implementation raises is one of the errors below, :class:`InputError` where the place is wrong
    or cannot take what is written, :class:`IntegrityError` where access is denied, and :class:`StoreError`
    where trying again may help.
    """

    @staticmethod
    def open(url: str, *, role: str = "") -> Store:
        """The store at a URL, or in a folder by its path; in S3 with the credentials of ``role``.

        Raises:
            InputError: if it is neither.
            IntegrityError: if it is a folder that others can write.
        """
        # Imported late: boto3 takes a second to load, and a plain install lacks it.
        if url.startswith("s3://"):
            with extra("s3", "a store in S3"):
                from tabtwin.store.s3 import S3Store

            return S3Store.at(url, role)
        if url.startswith("memory://"):
            from tabtwin.store.memory import MemoryStore

            return MemoryStore.named(url.removeprefix("memory://"))
        if url.startswith(("file://", "/", "./", "../", "~/")):
            from tabtwin.store.directory.store import DirectoryStore

            return DirectoryStore.at(url)
        raise InputError(f"a store must be s3://bucket/prefix, or a folder as file:///path, found {url!r}")

    @property
    @abstractmethod
    def url(self) -> str:
        """What :meth:`open` finds this store by, from any working directory."""

    @abstractmethod
    def get(self, key: str) -> bytes:
        """The object's bytes.

        Raises:
            MissingObjectError: if there is no such object.
        """

    @abstractmethod
    def put(self, key: str, data: bytes) -> None:
        """Write an object whole; readers see the old one or the new one, never a part."""

    @abstractmethod
    def create(self, key: str, data: bytes) -> str:
        """Write an object where there is none; its ETag.

        Raises:
            ConflictError: if there is one.
        """

    @abstractmethod
    def swap(self, key: str, data: bytes, etag: str) -> str:
        """Write an object where the one there still bears ``etag``; its new ETag.

        Raises:
            ConflictError: if somebody else has written meanwhile.
        """

    @abstractmethod
    def head(self, key: str) -> Head:
        """ETag, size and age of an object.

        Raises:
            MissingObjectError: if there is no such object.
        """

    @abstractmethod
    def entries(self, prefix: str) -> tuple[Entry, ...]:
        """All objects whose keys begin with ``prefix``, by key."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object; nothing happens where there is none."""

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self.head(key)
        except MissingObjectError:
            return False
        return True

    def list(self, prefix: str) -> list[str]:
        """All keys that begin with ``prefix``, sorted."""
        return [entry.key for entry in self.entries(prefix)]

    def address(self, key: str) -> str:
        """What an object is called in the settings of a run that works in this store.

        It says nothing of where the store lies, so that an output folder can be moved or copied.
        """
        return OWN + quote(key, safe="/", errors="surrogatepass")

    def own_key(self, address: str) -> str | None:
        """The key of an object of this store by its address or its URL; ``None`` where it lies elsewhere."""
        for beginning in (OWN, f"{self.url}/"):
            if address.startswith(beginning):
                return unquote(address.removeprefix(beginning), errors="surrogatepass")
        return None
