"""The cells of the benchmark: a table, a peer and its settings, each made once and kept.

A cell's folder under ``bench/cache`` holds its twins (Parquet), ``made.json`` (what it took, written last)
and ``figures-KEY.json`` (what they score). A change of our audit asks for the scores anew, not for the twins.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tabtwin.lib import frames, provenance
from tabtwin.lib.contract import canonical, sha256
from tests.benchmarks import judge, rendering
from tests.benchmarks.peers import PEERS, Job
from tests.benchmarks.rendering import Row
from tests.benchmarks.tables import halves

BENCH = Path("bench")
MADE = "made.json"
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
        return cls(table, peer, epochs if PEERS[peer].trains else 0, seed)

    @property
    def folder(self) -> Path:
        """Where the cell is kept."""
        versions = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | PEERS[
            self.peer
        ].versions()
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


@cache
def figures_file() -> str:
    """The name of the file of scores, by what decides them besides the twin."""
    code = [provenance.source_digest("tabtwin.audit"), sha256(Path(judge.__file__).read_bytes())]
    versions = provenance.library_versions("tabtwin.audit") | {"mostlyai-qa": version("mostlyai-qa")}
    return f"figures-{sha256(canonical([code, versions]))[:KEY_LENGTH]}.json"


def is_finished(cell: Cell) -> bool:
    """Whether nothing is left to do for a cell."""
    return cell.read(MADE) is not None and cell.read(figures_file()) is not None


def finish(cell: Cell) -> None:
    """Make and judge a cell as far as that is not done."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cell.read(MADE) is None:
        _make(cell, cores)
    if cell.read(figures_file()) is None:
        _judge(cell, cores)


def rows(cell: Cell, state: str) -> list[Row]:
    """The benchmark's lines of a cell; ``state`` says why there are no figures yet."""
    label = PEERS[cell.peer].label.format(epochs=cell.epochs)
    made, scores = cell.read(MADE), cell.read(figures_file())
    if made is None or scores is None:
        return [Row(label, {}, state)]
    cost = {"seconds": made["seconds"], "megabytes": made["megabytes"]}
    notes = made["notes"]
    if "released" in notes:
        label += "" if notes["released"] else " (refused by its gates)"
    found = [Row(label, scores["twin"] | cost)]
    if "member" in scores:
        found.append(Row(f"its best member of {len(notes['members'])}, {notes['best']}", scores["member"]))
    return found


def _make(cell: Cell, cores: int) -> None:
    shutil.rmtree(cell.folder, ignore_errors=True)
    work = cell.work / "files"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    cell.folder.mkdir(parents=True)
    made = PEERS[cell.peer].make(Job(halves(cell.table, cell.seed), cell.epochs, cell.seed, work))
    for name, twin in made.twins.items():
        (cell.folder / f"{name}.parquet").write_bytes(frames.to_parquet(twin))
    cost = {"seconds": made.seconds, "megabytes": made.megabytes}
    about = {"cell": asdict(cell), "versions": PEERS[cell.peer].versions(), "notes": made.notes}
    cell.write(MADE, {**cost, **about, "machine": rendering.machine(cores)})
    shutil.rmtree(work)


def _judge(cell: Cell, cores: int) -> None:
    table = halves(cell.table, cell.seed)
    if cell.peer == "real":
        cell.write(figures_file(), {"twin": judge.fresh_figures(table, cell.seed, cores)})
        return
    twins = {path.stem: frames.from_parquet(path.read_bytes()) for path in cell.folder.glob("*.parquet")}
    found = {name: judge.figures(twin, table, cell.seed, cores) for name, twin in sorted(twins.items())}
    cell.write(figures_file(), found)
