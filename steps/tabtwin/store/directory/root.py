"""Open the folder of a store: the user's own and private, marked as a store, and locked by writers."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.store.directory.folders import MODE_FILE, MODE_FOLDER

MARK = ".tabtwin-1"
"""The file that marks a folder as a store of this layout; writers lock it."""
_OTHERS, _OTHERS_WRITE = 0o077, 0o022


@contextmanager
def rooted(path: str, *, make: bool = False) -> Iterator[int]:
    """Open a store's folder while the body runs; ``make`` it a store if it is not one.

    Raises:
        FileNotFoundError: if it is not a store.
        InputError: if it holds other files, or cannot be kept from others.
        IntegrityError: if it is another user's, or others can write there.
    """
    if make and not os.path.isdir(path):
        os.makedirs(path, MODE_FOLDER, exist_ok=True)
    try:
        root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except NotADirectoryError:
        raise InputError(f"expected a store's folder, found a file at {path}; name another") from None
    try:
        if not _is_marked(root):
            if not make:
                raise FileNotFoundError(errno.ENOENT, "no store", path)
            _refuse_others(root, path)
            _keep(root, path)
            os.close(_open_mark(root))
        elif os.fstat(root).st_mode & _OTHERS_WRITE:
            raise IntegrityError(
                f"expected a store that only its user can write, found that others can at {path}; "
                "run chmod 700 on it if you know what it holds, else remove it"
            )
        _keep(root, path)
        yield root
    finally:
        os.close(root)


@contextmanager
def locked(root: int) -> Iterator[None]:
    """Hold the store's lock while the body runs, against all processes and threads."""
    mark = _open_mark(root)
    try:
        fcntl.flock(mark, fcntl.LOCK_EX)
        yield
    finally:
        os.close(mark)


def _open_mark(root: int) -> int:
    mark = os.open(MARK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, MODE_FILE, dir_fd=root)
    os.fchmod(mark, MODE_FILE)
    return mark


def _is_marked(root: int) -> bool:
    try:
        os.stat(MARK, dir_fd=root, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _refuse_others(root: int, path: str) -> None:
    """Refuse to make a store of a folder that holds other files; dot files are the system's."""
    holds = any(not name.startswith(".") for name in os.listdir(root))
    if holds and not _is_marked(root):  # another process may have made it one in the meantime
        raise InputError(f"expected a store or an empty folder, found other files in {path}; name another")


def _keep(root: int, path: str) -> None:
    """Make a folder of our own private."""
    found = os.fstat(root)
    if found.st_uid != os.geteuid():
        raise IntegrityError(
            f"expected a store of your own, found one of the user {found.st_uid} at {path}; "
            "name another folder"
        )
    if found.st_mode & _OTHERS:
        os.fchmod(root, MODE_FOLDER)
        if os.fstat(root).st_mode & _OTHERS:
            raise InputError(
                f"expected a file system that keeps folders from other users, found none at {path}; "
                "name a folder on another disk"
            )
