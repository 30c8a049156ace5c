"""Objects that a user brings: read by their URL, with the source's own credentials where it has any."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel

from tabtwin.lib.errors import InputError
from tabtwin.lib.signing import sign
from tabtwin.lib.store import MissingObjectError, Store

UPLOADS = "private/source"
"""Where files stand that a command brought into the store."""


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
    """Where a file of this SHA-256 is uploaded to.

    Keyed: a workflow's parameters name the place, and a plain digest would confirm a guessed table.
    """
    return f"{UPLOADS}/{sign(digest.encode(), 'source').decode()[:24]}/{name}"


def table_digests(inputs: Mapping[str, str]) -> list[str]:
    """Of what ``ingest`` was made from, the digest of each of the table's files, in their order."""
    names = [name for name in inputs if name.partition(" ")[0] == "source"]
    return [inputs[name] for name in sorted(names, key=lambda name: (len(name), name))]


def uploaded(store: Store, params: BaseModel) -> tuple[str, ...]:
    """In which places under :data:`UPLOADS` the uploaded files stand that a step's settings name."""
    given = [value for value in dict(params).values() if isinstance(value, str)]
    places = [url.removeprefix(f"{store.url}/{UPLOADS}/") for text in given for url in split_urls(text)
              if url.startswith(f"{store.url}/{UPLOADS}/")]  # fmt: skip
    return tuple(dict.fromkeys(place.partition("/")[0] for place in places))
