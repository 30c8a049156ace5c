"""One whole run of a table by tabtwin or a peer, as a user calls it, in a process of its own; and kept.

A run's file under ``bench/runs/kept`` is called after what decides its figures: the table, who runs it with
what code, and which of the repeats it is. A run that was given up is tried again if more is allowed.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from tabtwin.pipeline import provenance
from tabtwin.preparation.check import Check
from tabtwin.runner.parameters import pipeline_file
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks import attempt, peers, plainpeer, strangers
from tests.benchmarks.cells import KEY_LENGTH
from tests.benchmarks.measured import Allowed, Measured
from tests.benchmarks.runtables import FOLDER, SEED, SMALL, TABLES, RunTable
from tests.benchmarks.watching import KEY, Watched, tabtwin, watch

KEPT, WORK = FOLDER / "kept", FOLDER / "work"
USERS = {"PYTHONDONTWRITEBYTECODE": ""}
"""Variables as users have them: what is imported is compiled once."""
US, CHECK = "tabtwin", "check"
SDV = {"gaussian": "GaussianCopulaSynthesizer", "tvae": "TVAESynthesizer"}
LABELS = {
    US: "**tabtwin**",
    "gaussian": "GaussianCopula (SDV)",
    "tvae": "TVAE (SDV)",
    "argn": "TabularARGN, mostlyai-qa's report",
}
"""By who runs a table."""


def measured(name: str, table: RunTable, who: str, repeat: int, allowed: Allowed) -> Measured:
    """Return what a run takes; run where that is not known."""
    file = kept_file(name, table, who, repeat)
    known = _read(file)
    if known and known.is_final(allowed):
        return known
    found = _ours(name, table, allowed) if who == US else _theirs(name, table, who, allowed)
    _write(file, asdict(found))
    return found


def kept(name: str, table: RunTable, who: str, repeats: int) -> list[Measured]:
    """Return those of the first ``repeats`` runs that are known."""
    files = (kept_file(name, table, who, repeat) for repeat in range(repeats))
    return [found for file in files if (found := _read(file))]


def checked(name: str, table: RunTable, allowed: Allowed) -> Check | None:
    """Return what ``tabtwin check`` finds in a table; ``None`` where it ends without an answer."""
    file = kept_file(name, table, CHECK, 0)
    if not file.exists():
        words = tabtwin("check", str(table.source(name)), *table.options, "--json")
        ended = _watched(words, allowed, {"TABTWIN_SIGNING_KEY": KEY})
        if ended.code:
            return None
        _write(file, json.loads(ended.output))
    return kept_check(name, table)


def kept_check(name: str, table: RunTable) -> Check | None:
    """Return what was found in a table, if that is known."""
    file = kept_file(name, table, CHECK, 0)
    return Check.model_validate_json(file.read_bytes()) if file.exists() else None


def kept_file(name: str, table: RunTable, who: str, repeat: int) -> Path:
    """Return where a run is kept."""
    about: list[Any] = [table.origin, table.options, versions(who)]
    about += [table.drawn] if who == US else []
    return KEPT / f"{name}-{who}-{repeat}-{sha256(canonical(about))[:KEY_LENGTH]}.json"


def versions(who: str) -> Mapping[str, str]:
    """Return what decides how a run goes, besides its table and options."""
    if who == US:
        workflow = sha256(pipeline_file().read_bytes())
        return {
            "steps": attempt.code(),
            "runner": provenance.source_digest("tabtwin.cli.run"),
            "order": workflow,
        }
    if who == CHECK:
        return {"code": provenance.source_digest("tabtwin.preparation.check")}
    if who == "argn":
        return strangers.ARGN_RUN.versions()
    return {**peers.sdv_versions(), "script": sha256(Path(plainpeer.__file__).read_bytes())}


def _read(file: Path) -> Measured | None:
    return Measured(**json.loads(file.read_bytes())) if file.exists() else None


@cache
def _warm(allowed: Allowed) -> None:
    """Run a small table, which compiles what is compiled once."""
    _run(SMALL, TABLES[SMALL], allowed)


def _ours(name: str, table: RunTable, allowed: Allowed) -> Measured:
    _warm(allowed)
    ended, headline = _run(name, table, allowed)
    found = _of(ended, allowed)
    return Measured(
        **{**found, "verdict": headline.get("verdict", ""), "accuracy": headline.get("accuracy_holdout")}
    )


def _run(name: str, table: RunTable, allowed: Allowed) -> tuple[Watched, dict[str, Any]]:
    """Run a table as a user does; return how that ended, and the report's first figures."""
    out = WORK / "out"
    shutil.rmtree(out, ignore_errors=True)
    words = tabtwin("run", str(table.source(name)), "--out", str(out), *table.options, *table.drawn)
    ended = _watched(words, allowed, {"TABTWIN_SIGNING_KEY": KEY})
    metrics = out / "private" / "metrics.json"
    headline = json.loads(metrics.read_text())["headline"] if metrics.exists() else {}
    shutil.rmtree(out, ignore_errors=True)
    return ended, headline


def _theirs(name: str, table: RunTable, who: str, allowed: Allowed) -> Measured:
    source = table.source(name)
    if table.dropped:
        source = _without(source, table.dropped)
    if who == "argn":
        script = strangers.SCRIPTS / strangers.ARGN_RUN.script
        words = [strangers.ARGN_RUN.python(), script, source, WORK, SEED, strangers.MINUTES]
        return Measured(**_of(_watched(list(map(str, words)), allowed, {"PYTHONPATH": ""}), allowed))
    words = [sys.executable, "-m", "tests.benchmarks.plainpeer", source, WORK / "twin.csv", SDV[who], SEED]
    return Measured(**_of(_watched(list(map(str, words)), allowed), allowed))


def _without(source: Path, dropped: tuple[str, ...]) -> Path:
    """Write a table again without some of its columns."""
    import pandas as pd

    path = WORK / "source.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.read_csv(source, dtype=str, keep_default_na=False).drop(columns=list(dropped)).to_csv(
        path, index=False
    )
    return path


def _watched(words: list[str], allowed: Allowed, environment: Mapping[str, str] | None = None) -> Watched:
    given = USERS | (environment or {})
    return watch(words, WORK / "said", allowed.seconds, given, allowed.megabytes)


def _of(ended: Watched, allowed: Allowed) -> dict[str, Any]:
    """Return what every run has, as fields of :class:`Measured`."""
    complaints = [line for line in ended.errors.splitlines() if line.strip()]
    return {
        "code": ended.code,
        "seconds": ended.seconds,
        "processor": ended.processor,
        "megabytes": ended.megabytes,
        "stopped": ended.stopped,
        "line": complaints[-1] if ended.code and complaints else "",
        "allowed_seconds": allowed.seconds,
        "allowed_megabytes": allowed.megabytes,
    }


def _write(file: Path, value: object) -> None:
    """Write a JSON file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_bytes(canonical(value))
    draft.replace(file)
