"""Sign what a run writes to the store, and derive values that only the owner of the key can compute.

The key is ``TABTWIN_SIGNING_KEY`` (a Kubernetes Secret) or a 0600 file in the user's cache folder, made at
the first signature. A signature binds bytes to their place, so that files cannot be swapped.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from tabtwin.lib.errors import IntegrityError

KEY_VARIABLE = "TABTWIN_SIGNING_KEY"
FEWEST = 32
"""The shortest key in characters: a shorter one could be found by trying."""
MOST = 1 << 16
"""Bytes that are read of a key file: no key needs more."""
SIGNATURE = "signature"
"""The field of a document that holds its signature."""
Document = Mapping[str, JsonValue]
"""Any JSON object: a signature is over its bytes, whatever it says."""
_ANOTHER = "make one with 'openssl rand -hex 32'"


def sign(data: bytes, where: str) -> bytes:
    """Return the signature (hex) of ``data`` at ``where``."""
    return hmac.new(signing_key(), where.encode() + b"\0" + data, hashlib.sha256).hexdigest().encode()


def verify(data: bytes, signature: bytes, where: str) -> None:
    """Check a signature.

    Raises:
        IntegrityError: if it was not made by :func:`sign` with this key.
    """
    if not hmac.compare_digest(sign(data, where), signature):
        raise IntegrityError(
            f"{where} was not signed with this key: it is another owner's, or was changed; "
            f"give the key that signed it ({KEY_VARIABLE}), or make it again under another name"
        )


def seal(document: Document, where: str) -> dict[str, JsonValue]:
    """Return a JSON document that holds its own signature at ``where``, so that neither gets lost alone."""
    return {**document, SIGNATURE: sign(_canonical(document), where).decode()}


def is_sealed(document: Document) -> bool:
    """Return whether a document has a signature, of any key."""
    return SIGNATURE in document


def unseal(document: Document, where: str) -> dict[str, JsonValue]:
    """Check the signature of a document and return it without.

    Raises:
        IntegrityError: if it has none, or one that was not made at ``where`` with this key.
    """
    bare = {name: value for name, value in document.items() if name != SIGNATURE}
    try:
        text = _canonical(bare)
    except (ValueError, RecursionError):  # not a document that tabtwin wrote
        text = b""
    verify(text, str(document.get(SIGNATURE, "")).encode(), where)
    return bare


def _canonical(document: Document) -> bytes:
    """Return the one spelling of a document, whatever its order and spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def owner(of: str) -> str:
    """Return the mark of this key's owner on ``of``; it reveals nothing of the key."""
    return sign(of.encode(), "owner").decode()


def owner_seed(digests: Sequence[str]) -> int:
    """Return the seed of a table's runs where none is chosen; only the owner of the key can compute it.

    Args:
        digests: The SHA-256 (hex) of each of the table's files.
    """
    return int(sign("\n".join(digests).encode(), "seed")[:32], 16)


def is_given() -> bool:
    """Return whether the environment has a key, as every pod's does."""
    return KEY_VARIABLE in os.environ


def signing_key() -> bytes:
    """Return the key, made if there is none.

    Raises:
        IntegrityError: if it is too short, or its file is another user's or can be read by others.
    """
    if is_given():
        return _checked(os.environ[KEY_VARIABLE].encode(), KEY_VARIABLE)
    path = key_file()
    if not path.exists() and not path.is_symlink():
        _make(path)
    return _checked(_read(path), f"the signing key {path}")


def key_file() -> Path:
    """Return the file of the key on a laptop."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "tabtwin" / "signing.key"


def _checked(key: bytes, name: str) -> bytes:
    found = len(key.strip())
    if found < FEWEST:
        raise IntegrityError(
            f"{name}: expected {FEWEST} characters or more, found {found or 'none'}; {_ANOTHER}"
        )
    return key


def _make(path: Path) -> None:
    """Write a new key, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was faster: use its key
            os.link(draft, path)
    finally:
        draft.unlink()


def _read(path: Path) -> bytes:
    """Return the key file's bytes, of the very file that was checked.

    Raises:
        IntegrityError: if it is not the user's file, or others can read it.
    """
    try:
        # Do not block: if the file is a pipe, nothing may ever be written to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise IntegrityError(
            f"the signing key {path} cannot be opened ({error.strerror}); remove it, or set {KEY_VARIABLE}"
        ) from None
    try:
        _check_own(os.fstat(descriptor), path)
        return os.read(descriptor, MOST)
    finally:
        os.close(descriptor)


def _check_own(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise IntegrityError(f"the signing key {path} is not a file; remove it, or set {KEY_VARIABLE}")
    if found.st_uid != os.geteuid():
        raise IntegrityError(f"the signing key {path} is another user's; remove it, or set {KEY_VARIABLE}")
    if found.st_mode & 0o077:
        raise IntegrityError(f"the signing key {path} can be read by others; run chmod 600 on it")
