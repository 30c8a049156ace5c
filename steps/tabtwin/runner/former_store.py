"""What versions up to 0.1 left in an output folder: an object server's files, which this one cannot read."""

from __future__ import annotations

import shutil
from pathlib import Path

NAMES = ("data", "log.txt", "ports.json")
"""What that server kept in the folder; nothing of ours is called so there."""


def stands(store: Path) -> bool:
    """Whether a store's folder holds anything of it."""
    return any((store / name).exists() for name in NAMES)


def remove(store: Path) -> None:
    """Remove all of it, what it knew of the table included."""
    if (store / "data").exists():
        shutil.rmtree(store / "data")
    for name in NAMES[1:]:
        (store / name).unlink(missing_ok=True)
