"""Manage the output folder: a twin under ``release/``, everything derived from real rows under ``private/``.

Rows that were sampled later are under ``release-2/`` and so on, each with its private side beside the first
one's.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.lib.names import EXPECTED, PlainName, is_plain
from tabtwin.runner import release_files
from tabtwin.store import disk_space
from tabtwin.store.artifacts import Frozen, canonical, parse, sha256
from tabtwin.store.release_manifest import is_released_name

DELIVERED = ("report.html", "metrics.json", "hybrid.parquet", "syn_up.csv")
"""What a run delivers under ``private/``, besides its models."""


class FolderRuns(Frozen):
    """The runs whose releases a folder has: the first, and those that continue it."""

    run: PlainName
    later: tuple[PlainName, ...] = ()


_FOLDER_RUNS = TypeAdapter(FolderRuns)


class RunSettings(Frozen):
    """The settings of a run whose release is in a folder, for runs that continue it.

    Attributes:
        run: The run's name.
        store: Where it stands; empty if the folder holds the store.
        chosen: Its parameters.
    """

    run: PlainName
    store: str
    chosen: dict[str, str]


@dataclass(frozen=True)
class Folder:
    """An output folder that this process holds, see :func:`hold`, and the number of a release in it."""

    root: Path
    number: int = 1

    @property
    def private(self) -> Path:
        """Return the folder of everything that was derived from real rows; only the user can read it."""
        return self.root / "private"

    @property
    def release(self) -> Path:
        """Return the folder of what passed the gates."""
        return self.root / ("release" if self.number == 1 else f"release-{self.number}")

    @property
    def delivered(self) -> Path:
        """Return the folder of a run's other files."""
        return self.private if self.number == 1 else self.private / self.release.name

    @property
    def store(self) -> Path:
        """Return the folder of a laptop's store."""
        return self.private / "store"

    def write(self, path: Path, data: bytes) -> None:
        """Write a file whole and private, unless it has these bytes already.

        Raises:
            IntegrityError: if its name leads out of the folder.
        """
        self.check_within(path)
        if path.exists() and path.read_bytes() == data:
            return
        draft = path.with_name(f".{path.name}.draft")
        with disk_space.writing(path.parent, len(data)):
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            try:
                draft.touch(mode=0o600)
                draft.write_bytes(data)
            except OSError:
                draft.unlink(missing_ok=True)
                raise
        draft.replace(path)

    def check_within(self, path: Path) -> None:
        """Check that a path stays in the folder, whatever its parts are named.

        Raises:
            IntegrityError: if it does not.
        """
        if ".." in path.parts or not path.is_relative_to(self.root) or path == self.root:
            raise IntegrityError(
                f"expected the name of a file in {self.root}, found one that leads elsewhere; run again"
            )

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Make a folder for what a run needs while it runs, without what a killed run left there."""
        place = self.private / "tasks"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700, parents=True)
        try:
            yield place.absolute()
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def holds_results(self) -> bool:
        """Return whether any run got as far as a report; if not, the folder may be used for another table."""
        found = (self.release, self.private / "metrics.json", self.private / "superseded")
        return any(path.exists() for path in found)

    def remember(self, settings: RunSettings) -> None:
        """Record the settings of this release's run, for runs that continue it."""
        self.write(self.delivered / "settings.json", canonical(settings.model_dump()))

    def runs(self) -> list[str]:
        """Return the runs whose releases are here; each but the first continues the one before.

        Raises:
            IntegrityError: if their record is damaged.
        """
        mark = self.private / "released.json"
        if not mark.exists():
            return ["unknown"]
        found = parse(_FOLDER_RUNS, mark.read_bytes(), str(mark))
        return [found.run, *found.later]

    def supersede(self, run: str) -> None:
        """Move an earlier run's releases away, so that a refused run leaves none; keep those of ``run``.

        A run that continues the earlier one moves nothing.
        """
        runs = self.runs()
        if self.number > 1 or runs[0] == run:
            return
        for number, earlier in enumerate(runs, start=1):
            _shelve(replace(self, number=number), earlier)

    def keep_only(self, names: Iterable[str]) -> None:
        """Remove what an earlier run delivered under ``private/`` and this one did not."""
        kept = {self.delivered / name for name in names}
        for path in [*(self.delivered / name for name in DELIVERED), *(self.delivered / "models").glob("*")]:
            if path not in kept:
                self.check_within(path)
                path.unlink(missing_ok=True)

    def publish(self, run: str, files: Mapping[str, bytes | Blob]) -> None:
        """Put a run's release in place, whole or not at all.

        Args:
            run: The run's name.
            files: What is released, by name; a blob is read a part at a time.

        Raises:
            IntegrityError: if no file of a release may have one of the names.
        """
        if not is_plain(run) or not all(map(is_released_name, files)):
            raise IntegrityError(f"expected plain names in the release of a run, {EXPECTED}; run again")
        blobs = {name: as_blob(data) for name, data in files.items()}
        if release_files.holds(self.release, blobs):
            return
        draft = self.root / ".release.draft"
        release_files.write_all(draft, blobs)
        earlier = self.runs()[: self.number - 1]
        self.supersede("")
        _shelve(self, run)
        first, *later = [*earlier, run]
        mark = json.dumps({"run": first, "later": later})
        self.write(self.private / "released.json", mark.encode())
        draft.rename(self.release)


def _shelve(folder: Folder, run: str) -> None:
    """Move a run's release, if there is one, to ``private/superseded``."""
    if not folder.release.exists():
        return
    shelf = folder.private / "superseded"
    shelf.mkdir(parents=True, exist_ok=True)
    taken = {path.name for path in shelf.iterdir()}
    names = (f"{run}.{number}" if number else run for number in itertools.count())
    folder.release.rename(shelf / next(name for name in names if name not in taken))


@contextmanager
def hold(root: Path, table: bytes | Blob, name: str) -> Iterator[Folder]:
    """Hold an output folder for the run of one table.

    Args:
        root: The folder; made if it does not exist.
        table: The table's bytes; a folder belongs to one table.
        name: The name of the table in messages.

    Raises:
        InputError: if the folder holds something else, belongs to another table, or is in use.
    """
    folder = Folder(root)
    if root.exists() and not root.is_dir():
        raise InputError(f"--out: expected a folder, found a file at {root}")
    if root.exists() and not (folder.private / "lock").exists() and any(root.iterdir()):
        raise InputError(f"--out: {root} holds other files; name an empty folder, or one of an earlier run")
    refuse_others(root)
    folder.private.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_others(folder.private)
    folder.private.chmod(0o700)
    with _locked(folder):
        identity = folder.private / "table.json"
        mine = {"sha256": sha256(table), "name": name}
        if not identity.exists() or not folder.holds_results():
            folder.write(identity, json.dumps(mine).encode())
        elif (known := json.loads(identity.read_text()))["sha256"] != mine["sha256"]:
            raise InputError(
                f"--out: expected a folder of this table, found one of another ({known['name']}) at {root}; "
                "choose another --out"
            )
        yield folder


@contextmanager
def hold_again(root: Path) -> Iterator[Folder]:
    """Hold the output folder of an earlier run, whatever its table.

    Raises:
        InputError: if it is not one, or is in use.
    """
    folder = Folder(root)
    if not (folder.private / "lock").exists():
        found = "another one" if root.is_dir() else "a file" if root.exists() else "nothing"
        raise InputError(
            f"expected the output folder of a run, found {found} at {root}; name the --out of 'tabtwin run'"
        )
    refuse_others(root)
    refuse_others(folder.private)
    with _locked(folder):
        yield folder


def refuse_others(path: Path) -> None:
    """Check that no other user can replace what this folder holds.

    Raises:
        IntegrityError: if it is another user's, or all users can write there.
    """
    if not path.exists():
        return
    found, me = path.stat(), os.geteuid()
    if found.st_uid not in {0, me}:
        raise IntegrityError(
            f"expected a folder of your own, found one of the user {found.st_uid} at {path}; name another"
        )
    if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
        raise IntegrityError(
            f"expected a folder that others cannot write, found that all users can at {path}; "
            "run chmod o-w on it, or name another"
        )


@contextmanager
def _locked(folder: Folder) -> Iterator[None]:
    with (folder.private / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                f"another run is working in {folder.root}; wait for it, or choose another folder"
            ) from None
        yield
