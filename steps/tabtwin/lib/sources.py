"""Objects that a user brings, by their addresses: in S3, or in the store that the run works in.

Those in S3 are read with the source's own credentials, where it has any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from pydantic import BaseModel

from tabtwin.lib.errors import InputError
from tabtwin.lib.signing import sign
from tabtwin.lib.store import OWN, MissingObjectError, Store

UPLOADS = "private/source"
"""Where files stand that a command brought into the store."""


def fetch(url: str, own: Store) -> bytes:
    """An object by its address; nothing for none.

    Args:
        url: Its ``s3://`` URL, or what the store that holds it calls it (:meth:`Store.address`).
        own: The store that the run works in.

    Raises:
        InputError: if there is no such object.
    """
    if not url:
        return b""
    try:
        if (key := own.own_key(url)) is not None:
            return own.get(key)
        if not url.startswith("s3://"):
            raise InputError(f"expected an object at s3://BUCKET/KEY, found {url!r}; correct the address")
        folder, _, name = url.rpartition("/")
        return Store.open(folder, role="source").get(name)
    except MissingObjectError:
        raise InputError(f"expected an object at {url}, found none; correct the address") from None


def name_of(url: str) -> str:
    """What the file is called that was brought to this address."""
    name = url.rpartition("/")[2]
    return unquote(name, errors="surrogatepass") if url.startswith(OWN) else name


def split_urls(text: str) -> list[str]:
    """The addresses of a setting that names one or, with commas between them, several."""
    return re.split(rf",(?=s3://|{OWN})", text) if text else []


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
    keys = [store.own_key(url) or "" for text in given for url in split_urls(text)]
    places = [key.removeprefix(f"{UPLOADS}/") for key in keys if key.startswith(f"{UPLOADS}/")]
    return tuple(dict.fromkeys(place.partition("/")[0] for place in places))
