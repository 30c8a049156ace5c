"""Write the files of a release to a folder, and compare them with those there, a part at a time."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tabtwin.lib.blob import Blob, open_path
from tabtwin.lib.errors import TabtwinError
from tabtwin.store import disk_space


def write_all(folder: Path, blobs: Mapping[str, Blob]) -> None:
    """Write files to a new folder, or leave none.

    Args:
        folder: The folder; what is there is removed.
        blobs: The files, by names that stay in it.

    Raises:
        InputError: if there is no room.
        TabtwinError: if one of the files cannot be read.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with disk_space.writing(folder.parent, sum(blob.size for blob in blobs.values())):
        try:
            folder.mkdir()
            for name, blob in blobs.items():
                (folder / name).parent.mkdir(exist_ok=True)
                blob.copy_to(folder / name)
        except (OSError, TabtwinError):
            shutil.rmtree(folder, ignore_errors=True)
            raise


def holds(folder: Path, blobs: Mapping[str, Blob]) -> bool:
    """Return whether a folder has exactly these files."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    return found.keys() == blobs.keys() and all(_is(found[name], blob) for name, blob in blobs.items())


def _is(path: Path, blob: Blob) -> bool:
    return path.stat().st_size == blob.size and open_path(path).sha256 == blob.sha256
