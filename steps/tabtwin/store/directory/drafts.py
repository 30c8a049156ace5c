"""Write files as drafts: locked by their writer while it lives, and removed if it died."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tabtwin.lib.blob import Blob
from tabtwin.store.directory.folders import MODE_FILE, names_in, opened, walked, write
from tabtwin.store.directory.root import locked

DRAFTS = ".drafts"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Draft:
    """A file that is being written, in the folder of drafts.

    Attributes:
        folder: The descriptor of that folder.
        name: The file's name in it.
        identity: Its inode, and the time of its writing, in nanoseconds.
    """

    folder: int
    name: str
    identity: tuple[int, int]

    def become(self, folder: int, name: str) -> None:
        """Move it to its place, over any file there, and sync the folder."""
        os.rename(self.name, name, src_dir_fd=self.folder, dst_dir_fd=folder)
        os.fsync(folder)


@contextmanager
def drafted(root: int, data: Blob) -> Iterator[Draft]:
    """Write a draft that holds ``data``; unless the body moves it, it is removed."""
    with walked(root, [DRAFTS], make=True) as folder:
        name = secrets.token_hex(8)
        with locked(root):  # between a file's making and its lock, it looks like a dead writer's
            file = os.open(name, _NEW, MODE_FILE, dir_fd=folder)
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            os.fchmod(file, MODE_FILE)
            write(file, data)
            found = os.fstat(file)
            yield Draft(folder, name, (found.st_ino, found.st_mtime_ns))
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            os.close(file)


def sweep(root: int) -> None:
    """Remove the drafts of dead writers, as far as possible."""
    with suppress(OSError), walked(root, [DRAFTS]) as folder, locked(root):
        for name in names_in(folder)[1]:
            with opened(folder, name) as file, suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(name, dir_fd=folder)
