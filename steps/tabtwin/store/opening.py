"""Open a store by its URL."""

from __future__ import annotations

from tabtwin.lib.errors import InputError
from tabtwin.lib.extras import extra
from tabtwin.store.store import Store


def open_store(url: str, *, role: str = "") -> Store:
    """Open the store at a URL, or in a folder by its path; in S3 with the credentials of ``role``.

    Raises:
        InputError: if it is neither, or what it needs is not installed.
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
