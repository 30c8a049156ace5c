"""Find out how much memory there is, and whether a table fits."""

from __future__ import annotations

import sys
from pathlib import Path

from tabtwin.lib.errors import InputError

TIMES = 4
"""Memory that rows take once they are described, as a multiple of what they take as they are read."""

_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_GIGABYTE = 1e9


def available() -> int:
    """Return the bytes that a process may take: what is free, at most a container's limit."""
    return min([_free(), *(int(text) for text in map(_read, _LIMITS) if text.isdigit())])


def check_fits(size: int, filename: str) -> None:
    """Refuse a table of ``size`` bytes that needs more memory to be read than there is.

    Raises:
        InputError: saying how large it is, and what to do.
    """
    room = available()
    if size * TIMES > room:
        raise InputError(
            f"{filename}: expected a table that can be read in {room / _GIGABYTE:,.1f} GB of memory, found "
            f"{size / _GIGABYTE:,.1f} GB, which take {TIMES} times that; draw fewer rows "
            "(--max-train-rows), or take a larger machine"
        )


def _free() -> int:
    for line in _read(Path("/proc/meminfo")).splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return sys.maxsize


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
