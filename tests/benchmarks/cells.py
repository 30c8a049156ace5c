"""The cells of the benchmark: a table, a peer and its settings, each made once and kept.

A cell's folder under ``bench/cache`` holds its twins (Parquet), ``made.json`` (what it took, written last)
and ``JUDGE-KEY.json`` (what they score). A change of a measure asks for new scores, not for new twins; a
cell that was stopped at its cap on time has ``stopped.json`` instead.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tabtwin.lib import frames
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks import peers, rendering
from tests.benchmarks.judges import Judge
from tests.benchmarks.making import Job, Peer
from tests.benchmarks.rendering import Row
from tests.benchmarks.tables import halves

BENCH = Path("bench")
MADE = "made.json"
STOPPED = "stopped.json"
KEY_LENGTH = 12


@dataclass(frozen=True)
class Cell:
    """What is made: ``epochs`` is 0 where the peer has none."""

    table: str
    peer: str
    epochs: int
    seed: int

    @classmethod
    def of(cls, table: str, peer: str, epochs: int, seed: int) -> Cell:
        """The cell of a peer, which may have no use for epochs."""
        return cls(table, peer, epochs if peers.find(peer)[0].trains else 0, seed)

    @property
    def maker(self) -> Peer:
        """Who makes it."""
        return peers.find(self.peer)[0]

    @property
    def label(self) -> str:
        """What the benchmark calls it."""
        options = ", ".join(f"{key} {value}" for key, value in peers.find(self.peer)[1].items())
        return self.maker.label.format(epochs=self.epochs) + (f", {options}" if options else "")

    @property
    def folder(self) -> Path:
        """Where the cell is kept."""
        versions = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | self.maker.versions()
        mark = key(self, halves(self.table, self.seed).digest, versions)
        return BENCH / "cache" / f"{self.table}-{self.peer}-{mark}"

    @property
    def work(self) -> Path:
        """Where it is made, and where its log stands."""
        return BENCH / "work" / self.folder.name

    def read(self, file: str) -> dict[str, Any] | None:
        """A finished JSON file of the cell."""
        path = self.folder / file
        return json.loads(path.read_text()) if path.exists() else None

    def write(self, file: str, value: object) -> None:
        """Write a JSON file whole or not at all."""
        draft = self.folder / f".{file}.draft"
        draft.write_bytes(canonical(value))
        draft.replace(self.folder / file)


def key(cell: Cell, rows: str, versions: dict[str, str]) -> str:
    """What decides a cell's twins: rows, peer, settings, seed and versions."""
    return sha256(canonical([asdict(cell), rows, versions]))[:KEY_LENGTH]


def is_finished(cell: Cell, judges: Sequence[Judge], cap: float = 0.0) -> bool:
    """Whether nothing is left to do for a cell, or it was stopped at no less than this cap (0: none)."""
    stopped = cell.read(STOPPED)
    if stopped is not None and 0 < cap <= stopped["seconds"]:
        return True
    return cell.read(MADE) is not None and all(cell.read(judge.file) is not None for judge in judges)


def finish(cell: Cell, judges: Sequence[Judge]) -> None:
    """Make and judge a cell as far as that is not done."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cell.read(MADE) is None:
        _make(cell, cores)
    for judge in judges:
        if cell.read(judge.file) is None:
            _judge(cell, judge, cores)


def stop(cell: Cell, seconds: float) -> None:
    """Note that a cell took longer than its cap, so that nobody tries it again under the same."""
    cell.folder.mkdir(parents=True, exist_ok=True)
    cell.write(STOPPED, {"seconds": seconds})


def figures(cell: Cell, judges: Sequence[Judge]) -> dict[str, dict[str, Any]]:
    """What the judges say of each of a cell's twins, with its cost; empty while it is not finished."""
    made = cell.read(MADE)
    scores = [found for judge in judges if (found := cell.read(judge.file)) is not None]
    if made is None or len(scores) < len(judges):
        return {}
    twins = {name: {} for found in scores for name in found}
    for found in scores:
        for name, part in found.items():
            twins[name] |= part
    twins["twin"] |= {name: made[name] for name in ("seconds", "processor", "megabytes")}
    likelihood = made["notes"].get("likelihood", {})
    return twins | {
        "twin": twins["twin"] | {f"likelihood_{half}": value for half, value in likelihood.items()}
    }


def rows(cell: Cell, judges: Sequence[Judge], state: str) -> list[Row]:
    """The benchmark's lines of a cell; ``state`` says why there are no figures yet."""
    found, label = figures(cell, judges), cell.label
    if not found:
        return [Row(label, {}, state)]
    notes = (cell.read(MADE) or {})["notes"]
    if "released" in notes:
        label += "" if notes["released"] else " (refused by its gates)"
    lines = [Row(label, found["twin"])]
    if "member" in found:
        lines.append(Row(f"its best member of {len(notes['members'])}, {notes['best']}", found["member"]))
    return lines


def _make(cell: Cell, cores: int) -> None:
    shutil.rmtree(cell.folder, ignore_errors=True)
    work = cell.work / "files"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    cell.folder.mkdir(parents=True)
    peer, options = peers.find(cell.peer)
    made = peer.make(Job(halves(cell.table, cell.seed), cell.epochs, cell.seed, work, cores, options))
    for name, twin in made.twins.items():
        (cell.folder / f"{name}.parquet").write_bytes(frames.to_parquet(twin))
    cost = {"seconds": made.seconds, "processor": made.processor, "megabytes": made.megabytes}
    about = {"cell": asdict(cell), "versions": peer.versions(), "notes": made.notes}
    cell.write(MADE, {**cost, **about, "machine": rendering.machine(cores)})
    shutil.rmtree(work)


def _judge(cell: Cell, judge: Judge, cores: int) -> None:
    table = halves(cell.table, cell.seed)
    if cell.peer == "real":
        cell.write(judge.file, {"twin": judge.fresh(table, cell.seed, cores)})
        return
    twins = {path.stem: frames.from_parquet(path.read_bytes()) for path in cell.folder.glob("*.parquet")}
    found = {name: judge.score(twin, table, cell.seed, cores) for name, twin in sorted(twins.items())}
    cell.write(judge.file, found)
