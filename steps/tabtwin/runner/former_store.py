"""Remove what versions up to 0.1 left in an output folder: the files of an object server."""

from __future__ import annotations

import shutil
from pathlib import Path

NAMES = ("data", "log.txt", "ports.json")
"""The server's files in the folder; none of ours has such a name."""


def stands(store: Path) -> bool:
    """Return whether a store's folder has any of them."""
    return any((store / name).exists() for name in NAMES)


def remove(store: Path) -> None:
    """Remove all of them, and what they hold of the table."""
    if (store / "data").exists():
        shutil.rmtree(store / "data")
    for name in NAMES[1:]:
        (store / name).unlink(missing_ok=True)
