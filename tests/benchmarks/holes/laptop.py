"""Section 4: what other users of a laptop see of a run."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.holes.replay import QUICK, Hole
from tests.benchmarks.holes.tools import people
from tests.benchmarks.watching import family, tabtwin

_LISTENING = "0A"
POLL_SECONDS = 0.1


def replay(folder: Path) -> Iterator[Hole]:
    """Ports that a run opens, and what others may read of its folder."""
    file, out = folder / "people.csv", folder / "out"
    people(1_000, 1).to_csv(file, index=False)
    driver = subprocess.Popen(
        tabtwin("run", str(file), "--out", str(out), *QUICK),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    opened: set[str] = set()
    while driver.poll() is None:
        opened |= _listening() & _sockets(family(driver.pid))
        time.sleep(POLL_SECONDS)
    yield Hole("4", "run: sockets on which it or its steps listened", f"{len(opened)}", not opened)
    store = out / "private" / "store"
    readable = [
        path
        for path in [out / "private", store, *store.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    found = sum(path.is_file() for path in store.rglob("*"))
    yield Hole(
        "4",
        "run: folders and files of its store that others may open",
        f"{len(readable)} of {found} files and their folders",
        found > 0 and not readable,
    )


def _listening() -> set[str]:
    """Inodes of all TCP sockets that listen (Linux)."""
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        if (file := Path("/proc/net") / table).exists()
        for line in file.read_text().splitlines()[1:]
    ]
    return {words[9] for words in lines if words[3] == _LISTENING}


def _sockets(processes: list[int]) -> set[str]:
    """Inodes of the sockets that processes hold."""
    held = set()
    for process in processes:
        with contextlib.suppress(OSError):
            for place in Path(f"/proc/{process}/fd").iterdir():
                with contextlib.suppress(OSError):
                    link = os.readlink(place)
                    if link.startswith("socket:["):
                        held.add(link[len("socket:[") : -1])
    return held
