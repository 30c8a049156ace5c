"""Work with files and folders below an open folder: no link is followed, and no path is too long.

A folder is reached name by name, each opened from the one before it, so that a link that is put in the way
leads nowhere.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from tabtwin.lib.blob import Blob

MODE_FOLDER, MODE_FILE = 0o700, 0o600
"""Only for the user, whatever the umask."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def walked(root: int, names: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """Open the folder that ``names`` lead to while the body runs; ``make`` what is missing.

    Raises:
        OSError: if it does not exist, or is not a folder.
    """
    found = os.dup(root)
    try:
        for name in names:
            if make:
                _make(found, name)
            inner = os.open(name, _FOLDER, dir_fd=found)
            os.close(found)
            found = inner
        yield found
    finally:
        os.close(found)


def _make(folder: int, name: str) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, MODE_FOLDER, dir_fd=folder)
        os.chmod(name, MODE_FOLDER, dir_fd=folder)
        os.fsync(folder)


@contextmanager
def opened(folder: int, name: str) -> Iterator[int]:
    """Open a regular file while the body runs.

    Raises:
        OSError: if there is none; for anything but a regular file, the same error as for a missing one.
    """
    found = os.open(name, _FILE, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(found).st_mode):
            raise FileNotFoundError(errno.ENOENT, "no file", name)
        yield found
    finally:
        os.close(found)


def read(file: int) -> bytes:
    """Return the whole content of an open file."""
    with open(file, "rb", buffering=0, closefd=False) as stream:
        return stream.readall()


def write(file: int, data: Blob) -> None:
    """Write all of ``data`` to an open file, and sync it to the disk."""
    for part in data.parts():
        left = memoryview(part)
        while left:
            left = left[os.write(file, left) :]
    os.fsync(file)


def names_in(folder: int) -> tuple[list[str], list[str]]:
    """Return the names of the folders and of the regular files in a folder, without links."""
    folders, files = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.is_file(follow_symlinks=False):
                files.append(entry.name)
    return folders, files


def remove_empty(root: int, names: Sequence[str]) -> None:
    """Remove the folder that ``names`` lead to, and each one above it but the root, as far as they
    are empty.
    """
    for depth in range(len(names), 0, -1):
        try:
            with walked(root, names[: depth - 1]) as above:
                os.rmdir(names[depth - 1], dir_fd=above)
        except OSError:  # not empty, or gone
            return
