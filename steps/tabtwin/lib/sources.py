"""Objects that a user brings: read by their URL, with the source's own credentials where it has any."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel

from tabtwin.lib.contract import sha256
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.lib.signing import sign
from tabtwin.lib.store import MissingObjectError, Store

UPLOADS = "private/source"
"""Where files stand that a command brought into the store."""
NONCE = "nonce"
"""Beside an uploaded file, the folder of what its place was made of besides its bytes."""
_UPLOADED = re.compile(rf"(?:^|/){UPLOADS}/([0-9a-f]{{32}})$")


def fetch(url: str) -> bytes:
    """An object by its URL; nothing for no URL.

    Raises:
        InputError: if there is no such object.
        IntegrityError: if it was uploaded, and is not what was uploaded there.
    """
    if not url:
        return b""
    folder, _, name = url.rpartition("/")
    store = Store.open(folder, role="source")
    try:
        data = store.get(name)
    except MissingObjectError:
        raise InputError(f"expected an object at {url}, found none; correct the address") from None
    if place := _UPLOADED.search(folder):
        _check(store, name, data, place[1])
    return data


def _check(store: Store, name: str, data: bytes, place: str) -> None:
    """See that an uploaded file is the one that its place was named after."""
    try:
        nonce = store.get(f"{NONCE}/{name}")
    except MissingObjectError:
        nonce = b""
    if _place(nonce, sha256(data)) != place:
        raise IntegrityError(
            f"{store.url}/{name} is not what was uploaded there; remove it, and give the same command again"
        )


def split_urls(text: str) -> list[str]:
    """The URLs of a setting that names one or, with commas between them, several."""
    return re.split(r",(?=s3://)", text) if text else []


def upload(store: Store, name: str, data: bytes) -> str:
    """Bring a file to where steps read it, unless it is there; its URL.

    A workflow's parameters name the place: a digest of the file and of a nonce that only the key's owner can
    make. So its name confirms no guess of the table; and who may read the nonce, which lies beside the file,
    can tell without the key that neither was changed.
    """
    digest = sha256(data)
    nonce = sign(digest.encode(), "source")
    folder = f"{UPLOADS}/{_place(nonce, digest)}"
    if not store.exists(f"{folder}/{name}"):
        store.put(f"{folder}/{NONCE}/{name}", nonce)
        store.put(f"{folder}/{name}", data)
    return f"{store.url}/{folder}/{name}"


def _place(nonce: bytes, digest: str) -> str:
    return sha256(nonce + b"\0" + digest.encode())[:32]


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
