"""Bring what a run made from the store into the output folder."""

from __future__ import annotations

import json

import pandas as pd

from tabtwin.lib import frames as tables
from tabtwin.lib.contract import Manifest, Ref, Run, read_file, sha256
from tabtwin.lib.errors import IntegrityError
from tabtwin.lib.pool import BLOCK, MEMBER, pool_refs
from tabtwin.lib.store import MissingObjectError
from tabtwin.local.folder import Folder
from tabtwin.tables.dressing import to_csv
from tabtwin.tables.schema import Schema

SCHEMA = Ref(step="ingest", file="schema.json")


def deliver_private(run: Run, folder: Folder) -> None:
    """The private side: the report with its figures, the raw pool, the hybrid table and the models."""
    for step, file, name in (
        ("report", "report_private.html", "report.html"),
        ("report", "metrics_private.json", "metrics.json"),
        ("balance", "hybrid.parquet", "hybrid.parquet"),
    ):
        if run.digest(ref := Ref(step=step, file=file)):
            folder.write(folder.private / name, run.read(ref))
    for model, manifest in _models(run).items():
        folder.write(folder.private / "models" / f"{model}.bin", read_file(run.store, manifest, "model.bin"))
    if run.manifest("screen"):
        schema = Schema.model_validate_json(run.read(SCHEMA))
        folder.write(folder.private / "syn_up.csv", to_csv(_pool(run), schema))


def deliver_release(run: Run, folder: Folder) -> bool:
    """What passed the gates, checked against the release's manifest; whether there is a release.

    Raises:
        IntegrityError: if a released file is not what its manifest says.
    """
    prefix = f"release/{run.run}/"
    try:
        manifest = json.loads(run.store.get(prefix + "manifest.json"))
    except MissingObjectError:
        return False
    files = {}
    for name, entry in manifest["files"].items():
        files[name] = run.store.get(prefix + name)
        if sha256(files[name]) != entry["sha256"]:
            raise IntegrityError(f"{prefix}{name} does not match the release's manifest; run again")
    folder.publish(run.run, files)
    return True


def _models(run: Run) -> dict[str, Manifest]:
    if run.manifest("ingest") is None:
        return {}
    plan = json.loads(run.read(Ref(step="ingest", file="models.json")))
    found = {entry["name"]: run.manifest("train", entry["name"]) for entry in plan}
    return {name: manifest for name, manifest in found.items() if manifest}


def _pool(run: Run) -> pd.DataFrame:
    """The raw pool: every row that was sampled, before anything was dropped."""
    shards = [tables.from_parquet(run.read(ref)) for ref in pool_refs(run) if ref.step == "sample"]
    return pd.concat(shards, ignore_index=True).drop(columns=[MEMBER, BLOCK])
