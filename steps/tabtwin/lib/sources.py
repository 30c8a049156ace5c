"""Objects that a user brings: read by their URL, with the source's own credentials where it has any."""

from __future__ import annotations

import re

from tabtwin.lib.errors import InputError
from tabtwin.lib.store import MissingObjectError, Store


def fetch(url: str) -> bytes:
    """An object by its URL; nothing for no URL.

    Raises:
        InputError: if there is no such object.
    """
    if not url:
        return b""
    folder, _, name = url.rpartition("/")
    try:
        return Store.open(folder, role="source").get(name)
    except MissingObjectError:
        raise InputError(f"expected an object at {url}, found none; correct the address") from None


def split_urls(text: str) -> list[str]:
    """The URLs of a setting that names one or, with commas between them, several."""
    return re.split(r",(?=s3://)", text) if text else []


def source_key(digest: str, name: str) -> str:
    """Where a file of this SHA-256 is uploaded to."""
    return f"private/source/{digest[:24]}/{name}"
