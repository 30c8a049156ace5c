"""Fetch the files that a user names: in S3, or in the store that the run works in.

Those in S3 are read with the source's own credentials, where it has any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from pydantic import BaseModel

from tabtwin.lib.blob import Blob, Held
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.store.artifacts import sha256
from tabtwin.store.opening import open_store
from tabtwin.store.signing import sign
from tabtwin.store.store import OWN, MissingObjectError, Store

UPLOADS = "private/source"
"""The folder of files that a command uploaded."""
NONCE = "nonce"
"""The folder, beside an uploaded file, of the nonce that its place was made with."""
_UPLOADED = re.compile(rf"(?:^|/){UPLOADS}/([0-9a-f]{{32}})$")


def fetch(url: str, own: Store) -> bytes:
    """Return the bytes of a small object by its address, see :func:`open_file`."""
    return open_file(url, own).read()


def open_file(url: str, own: Store) -> Blob:
    """Return an object by its address, to be read a part at a time; nothing for an empty one.

    Args:
        url: Its ``s3://`` URL, or its address in the store that has it (:meth:`Store.address`).
        own: The store that the run works in.

    Raises:
        InputError: if there is no such object.
        IntegrityError: if it was uploaded, and is not what was uploaded there.
    """
    if not url:
        return Held(b"")
    key = own.own_key(url)
    folder, _, name = (url if key is None else key).rpartition("/")
    if key is None and not url.startswith("s3://"):
        raise InputError(f"expected an object at s3://BUCKET/KEY, found {url!r}; correct the address")
    store, beside = (open_store(folder, role="source"), "") if key is None else (own, key.removesuffix(name))
    try:
        found = store.open(f"{beside}{name}")
    except MissingObjectError:
        raise InputError(f"expected an object at {url}, found none; correct the address") from None
    place = _UPLOADED.search(folder)
    if place and _place(_nonce(store, f"{beside}{NONCE}/{name}"), sha256(found)) != place[1]:
        raise IntegrityError(
            f"{url} is not what was uploaded there; remove it, and give the same command again"
        )
    return found


def _nonce(store: Store, key: str) -> bytes:
    """Return the nonce that the place of an uploaded file was made with; nothing where that is gone."""
    try:
        return store.get(key)
    except MissingObjectError:
        return b""


def name_of(url: str) -> str:
    """Return the name of the file at an address."""
    name = url.rpartition("/")[2]
    return unquote(name, errors="surrogatepass") if url.startswith(OWN) else name


def split_urls(text: str) -> list[str]:
    """Return the addresses of a setting that names one or several, separated by commas."""
    return re.split(rf",(?=s3://|{OWN})", text) if text else []


def upload(store: Store, name: str, data: Blob) -> str:
    """Upload a file to where steps read it, unless it is there; return its address.

    A workflow's parameters name the place: a digest of the file and of a nonce that only the key's owner can
    make. So its name confirms no guess of the table, and a reader of the nonce, which is stored beside the
    file, can check without the key that neither was changed.
    """
    digest = sha256(data)
    nonce = sign(digest.encode(), "source")
    folder = f"{UPLOADS}/{_place(nonce, digest)}"
    if not store.exists(f"{folder}/{name}"):
        store.put(f"{folder}/{NONCE}/{name}", nonce)
        store.put(f"{folder}/{name}", data)
    return store.address(f"{folder}/{name}")


def _place(nonce: bytes, digest: str) -> str:
    return sha256(nonce + b"\0" + digest.encode())[:32]


def table_digests(inputs: Mapping[str, str]) -> list[str]:
    """Return the digest of each of the table's files, in their order, from the inputs of ``ingest``."""
    names = [name for name in inputs if name.partition(" ")[0] == "source"]
    return [inputs[name] for name in sorted(names, key=lambda name: (len(name), name))]


def uploaded(store: Store, params: BaseModel) -> tuple[str, ...]:
    """Return the places under :data:`UPLOADS` of the uploaded files that a step's settings name."""
    given = [value for value in dict(params).values() if isinstance(value, str)]
    urls = [url for text in given for url in split_urls(text)]
    # In S3 an object of the store's own is named by its URL, and read with the source's credentials.
    keys = [store.own_key(url) or url.removeprefix(f"{store.url}/") for url in urls]
    places = [key.removeprefix(f"{UPLOADS}/") for key in keys if key.startswith(f"{UPLOADS}/")]
    return tuple(dict.fromkeys(place.partition("/")[0] for place in places))
