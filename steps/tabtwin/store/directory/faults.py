"""Translate the system's errors into the store's: one line each, and whether another try helps."""

from __future__ import annotations

import errno
from pathlib import Path

from tabtwin.lib.errors import InputError, IntegrityError, StoreError, TabtwinError
from tabtwin.store.disk_space import FULL, spell_need
from tabtwin.store.store import MissingObjectError

_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_THE_WAY = {errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.EMLINK}


def translated(error: OSError, root: str, where: str, *, writing: bool, size: int) -> TabtwinError:
    """Return tabtwin's error for one of the operating system's.

    Args:
        error: The system's error.
        root: The store's folder.
        where: The object's address.
        writing: Whether something was being written.
        size: The number of bytes.
    """
    if error.errno in FULL:
        return InputError(spell_need(Path(root), f"{size:,} bytes more"))
    if error.errno in _DENIED and writing:
        return InputError(
            f"expected a folder that can be written, found that {root} cannot ({error.strerror}); "
            "change its permissions, or name another"
        )
    if error.errno in _DENIED:
        return IntegrityError(
            f"the store denies access to {where} ({error.strerror}); change its permissions"
        )
    if error.errno in _IN_THE_WAY:
        return IntegrityError(
            f"expected folders and files that the store made, found something else on the way to {where}; "
            "remove it"
        )
    if error.errno == errno.ENOENT and not writing:
        return MissingObjectError(f"no object at {where}")
    return StoreError(f"the store failed at {where} ({error.strerror or type(error).__name__})")
