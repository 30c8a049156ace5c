"""The output folder: a twin under ``release/``, everything derived from real rows under ``private/``."""

from __future__ import annotations

import fcntl
import itertools
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tabtwin.lib.contract import sha256
from tabtwin.lib.errors import InputError

DELIVERED = ("report.html", "metrics.json", "hybrid.parquet", "syn_up.csv")
"""What a run delivers under ``private/``, besides its models."""


@dataclass(frozen=True)
class Folder:
    """An output folder that this process holds; see :func:`hold`."""

    root: Path

    @property
    def private(self) -> Path:
        """Where everything that was derived from real rows stands; for the user alone."""
        return self.root / "private"

    @property
    def release(self) -> Path:
        """Where what passed the gates stands."""
        return self.root / "release"

    @property
    def store(self) -> Path:
        """Where the embedded store keeps its data."""
        return self.private / "store"

    def write(self, path: Path, data: bytes) -> None:
        """Write a file whole, unless it stands already."""
        if path.exists() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        draft.write_bytes(data)
        draft.replace(path)

    def supersede(self, run: str) -> None:
        """Move an earlier run's release away, so that a refused run leaves none; keep that of ``run``."""
        mark = self.private / "released.json"
        if not self.release.exists():
            return
        earlier = json.loads(mark.read_text())["run"] if mark.exists() else "unknown"
        if earlier == run:
            return
        shelf = self.private / "superseded"
        shelf.mkdir(parents=True, exist_ok=True)
        taken = {path.name for path in shelf.iterdir()}
        names = (f"{earlier}.{number}" if number else earlier for number in itertools.count())
        place = shelf / next(name for name in names if name not in taken)
        self.release.rename(place)

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove what an earlier run delivered under ``private/`` and this one did not."""
        kept = {self.private / name for name in names}
        for path in [*(self.private / name for name in DELIVERED), *(self.private / "models").glob("*")]:
            if path not in kept:
                path.unlink(missing_ok=True)

    def publish(self, run: str, files: dict[str, bytes]) -> None:
        """Put a run's release in place, whole or not at all."""
        if (
            self.release.exists()
            and {path.name: path.read_bytes() for path in self.release.iterdir()} == files
        ):
            return
        draft = self.root / ".release.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        for name, data in files.items():
            (draft / name).write_bytes(data)
        self.supersede("")
        self.write(self.private / "released.json", json.dumps({"run": run}).encode())
        draft.rename(self.release)


@contextmanager
def hold(root: Path, table: bytes, name: str) -> Iterator[Folder]:
    """Hold an output folder for the run of one table.

    Args:
        root: The folder; made where it is not there.
        table: The table's bytes; a folder belongs to one table.
        name: What to call the table in messages.

    Raises:
        InputError: if the folder holds something else, belongs to another table, or is in use.
    """
    folder = Folder(root)
    if root.exists() and not root.is_dir():
        raise InputError(f"--out: expected a folder, found a file at {root}")
    if root.exists() and not (folder.private / "lock").exists() and any(root.iterdir()):
        raise InputError(f"--out: {root} holds other files; name an empty folder, or one of an earlier run")
    folder.private.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.private.chmod(0o700)
    with (folder.private / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                f"another run is working in {root}; wait for it, or choose another --out"
            ) from None
        identity = folder.private / "table.json"
        mine = {"sha256": sha256(table), "name": name}
        if not identity.exists():
            folder.write(identity, json.dumps(mine).encode())
        elif (known := json.loads(identity.read_text()))["sha256"] != mine["sha256"]:
            raise InputError(f"{root} belongs to another table ({known['name']}); choose another --out")
        yield folder
