"""Signatures of model files, verified before anything is unpickled.

The key is ``TABTWIN_SIGNING_KEY`` (a Kubernetes Secret) or a 0600 file in the user's cache folder, made at
the first signature. A signature binds a file to the place where it stands, so files cannot be swapped.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from tabtwin.lib.errors import IntegrityError

KEY_VARIABLE = "TABTWIN_SIGNING_KEY"


def signature_key(key: str) -> str:
    """Where the signature of the object ``key`` stands."""
    return f"{key}.hmac"


def sign(data: bytes, where: str) -> bytes:
    """The signature (hex) of ``data`` at ``where``."""
    return hmac.new(signing_key(), where.encode() + b"\0" + data, hashlib.sha256).hexdigest().encode()


def verify(data: bytes, signature: bytes, where: str) -> None:
    """Check a signature.

    Raises:
        IntegrityError: if it was not made by :func:`sign` with this key.
    """
    if not hmac.compare_digest(sign(data, where), signature):
        raise IntegrityError(
            f"{where} was not signed with this key; use the key that signed it, or make the model anew"
        )


def signing_key() -> bytes:
    """The key, made where there is none.

    Raises:
        IntegrityError: if the key file can be read by others.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return given.encode()
    path = key_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
        draft.unlink()
    if path.stat().st_mode & 0o077:
        raise IntegrityError(f"the signing key {path} can be read by others; run chmod 600 on it")
    return path.read_bytes()


def key_file() -> Path:
    """Where the key stands on a laptop."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "tabtwin" / "signing.key"
