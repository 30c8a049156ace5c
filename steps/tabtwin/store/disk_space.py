"""Report a full disk in one line: which folder, how much is needed, and how much is free."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tabtwin.lib.errors import InputError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Errors of the system where a disk, or a user's share of it, is used up."""

_LITTLE = 1 << 20


@contextmanager
def writing(folder: Path, size: int) -> Iterator[None]:
    """Write ``size`` bytes to a folder while the body runs.

    Raises:
        InputError: if there is no room, naming the folder and how much is needed.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise InputError(spell_need(folder, f"{size:,} bytes more")) from None
        raise


def spell_full(error: OSError) -> str:
    """Return one line for a full disk where the file is not known; empty for any other error."""
    if error.errno not in FULL:
        return ""
    if isinstance(error.filename, str):
        return spell_need(Path(error.filename).parent, "more bytes")
    temporary = Path(tempfile.gettempdir())
    folders = [folder for folder in (temporary, Path.cwd(), Path.home()) if (free(folder) or 0) < _LITTLE]
    return spell_need(folders[0] if folders else temporary, "more bytes")


def free(folder: Path) -> int | None:
    """Return how many bytes fit into a folder or its nearest existing parent; ``None`` if unknown."""
    try:
        found = os.statvfs(next(place for place in (folder, *folder.absolute().parents) if place.exists()))
    except (OSError, StopIteration):
        return None
    return found.f_bavail * found.f_frsize


def spell_need(folder: Path, needed: str) -> str:
    """Return one line: a folder's disk has no room for what is ``needed``, and how much it has."""
    room = free(folder)
    found = "an unknown number" if room is None else f"{room:,}"
    where = " (TMPDIR names another)" if folder == Path(tempfile.gettempdir()) else ""
    return (
        f"expected room for {needed} in {folder}, found {found}; free some, or name a folder on another "
        f"disk{where}"
    )
