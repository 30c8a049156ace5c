"""Keep objects in a folder of this machine: a laptop's store, without a server that others could reach.

An object is a file (see :mod:`tabtwin.store.directory.spelling`), written as a draft and renamed, so that a
process that dies leaves the old one or the new one. Writers take turns by a lock on the folder's mark, which
ends with them. Drafts of dead writers are removed when the store is opened again.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from tabtwin.lib.blob import Blob, Held, OnDisk, as_blob
from tabtwin.lib.errors import InputError
from tabtwin.store.directory.drafts import drafted, sweep
from tabtwin.store.directory.faults import translated
from tabtwin.store.directory.folders import opened, read, remove_empty, walked
from tabtwin.store.directory.looking import objects
from tabtwin.store.directory.root import MARK, locked, rooted
from tabtwin.store.directory.spelling import spell
from tabtwin.store.store import OWN, ConflictError, Entry, Head, MissingObjectError, Store

Check = Callable[[int], None]


class DirectoryStore(Store):
    """Objects as files below a folder that only the user can access."""

    def __init__(self, root: str | Path) -> None:
        self._root = os.path.abspath(root)

    @classmethod
    def at(cls, place: str) -> DirectoryStore:
        """Return the store in a folder, by its URL or path; it is made with its first object.

        Raises:
            InputError: if the place is not a folder's.
            IntegrityError: if it is another user's, or others can write there.
        """
        path = os.path.expanduser(place)
        if place.startswith("file://"):
            path = os.fsdecode(unquote_to_bytes(place.removeprefix("file://").removeprefix("localhost")))
        if not path or "\0" in path or (place.startswith("file://") and not path.startswith("/")):
            raise InputError(f"a store in a folder must be file:///path, found {place!r}")
        store = cls(path)
        with store._answers("", writing=True), suppress(FileNotFoundError), rooted(store._root) as root:
            sweep(root)
        return store

    @property
    def url(self) -> str:
        """Return ``file:///path``, with special characters escaped."""
        return f"file://{quote_from_bytes(os.fsencode(self._root))}"

    def get(self, key: str) -> bytes:
        """See :class:`Store`."""
        with self._answers(key), self._opened(key) as file:
            return read(file)

    def open(self, key: str) -> Blob:
        """See :class:`Store`."""
        with self._answers(key), self._opened(key) as file:
            return OnDisk(os.dup(file))

    def put(self, key: str, data: bytes | Blob) -> None:
        """See :class:`Store`."""
        self._write(key, as_blob(data), lambda root: None)

    def create(self, key: str, data: bytes) -> str:
        """See :class:`Store`."""

        def is_free(root: int) -> None:
            with suppress(FileNotFoundError), _standing(root, key):
                raise ConflictError(f"another writer changed {self._where(key)}")

        return _etag(*self._write(key, Held(data), is_free), data)

    def swap(self, key: str, data: bytes, etag: str) -> str:
        """See :class:`Store`."""

        def is_the_same(root: int) -> None:
            try:
                with _standing(root, key) as file:
                    found = _etag_of(file)
            except FileNotFoundError:
                raise MissingObjectError(f"no object at {self._where(key)}") from None
            if found != etag:
                raise ConflictError(f"another writer changed {self._where(key)}")

        return _etag(*self._write(key, Held(data), is_the_same), data)

    def head(self, key: str) -> Head:
        """See :class:`Store`."""
        with self._answers(key), rooted(self._root) as root, _standing(root, key) as file:
            found = os.fstat(file)
            return Head(_etag_of(file), found.st_size, max(0.0, _now(root) - found.st_mtime))

    def exists(self, key: str) -> bool:
        """See :class:`Store`."""
        try:
            with self._answers(key), self._opened(key):
                return True
        except MissingObjectError:
            return False

    def entries(self, prefix: str) -> tuple[Entry, ...]:
        """See :class:`Store`."""
        with self._answers(prefix), suppress(FileNotFoundError), rooted(self._root) as root:
            return tuple(sorted(objects(root, prefix), key=lambda entry: entry.key))
        return ()

    def delete(self, key: str) -> None:
        """See :class:`Store`."""
        folders, name = spell(key)
        with (
            self._answers(key, writing=True),
            suppress(FileNotFoundError),
            rooted(self._root) as root,
            locked(root),
        ):
            with walked(root, folders) as folder:
                os.unlink(name, dir_fd=folder)
                os.fsync(folder)
            remove_empty(root, folders)

    def _write(self, key: str, data: Blob, check: Check) -> tuple[int, int]:
        """Write an object; return the inode and time that :func:`_etag` needs.

        ``check`` gets the root while no other process writes, and raises what forbids the write.
        """
        folders, name = spell(key)
        with (
            self._answers(key, writing=True, size=data.size),
            rooted(self._root, make=True) as root,
            drafted(root, data) as draft,
            locked(root),
        ):
            check(root)
            with walked(root, folders, make=True) as folder:
                draft.become(folder, name)
            return draft.identity

    @contextmanager
    def _opened(self, key: str) -> Iterator[int]:
        with rooted(self._root) as root, _standing(root, key) as file:
            yield file

    @contextmanager
    def _answers(self, key: str, *, writing: bool = False, size: int = 0) -> Iterator[None]:
        """Turn the system's errors into ours."""
        try:
            yield
        except OSError as error:
            raise translated(error, self._root, self._where(key), writing=writing, size=size) from None

    def _where(self, key: str) -> str:
        return f"{self.url}/{self.address(key).removeprefix(OWN)}"


@contextmanager
def _standing(root: int, key: str) -> Iterator[int]:
    """Open the object's file while the body runs."""
    folders, name = spell(key)
    with walked(root, folders) as folder, opened(folder, name) as file:
        yield file


def _etag_of(file: int) -> str:
    found = os.fstat(file)
    return _etag(found.st_ino, found.st_mtime_ns, read(file))


def _etag(inode: int, written: int, data: bytes) -> str:
    """Return a tag that no other write has: inodes are reused, and clocks may stand still between writes."""
    return f"{hashlib.sha256(data).hexdigest()[:32]}-{written:x}-{inode:x}"


def _now(root: int) -> float:
    """Return the time by the clock of the file system, which may be another machine's."""
    with suppress(OSError):
        os.utime(MARK, dir_fd=root)
        return os.stat(MARK, dir_fd=root).st_mtime
    return time.time()
