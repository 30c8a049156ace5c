"""Bring what a run made from the store into the output folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pandas as pd

from tabtwin.lib import frames
from tabtwin.lib.contract import Ref, Run, sha256
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.lib.pool import BLOCK, MEMBER, pool_refs
from tabtwin.lib.store import MissingObjectError
from tabtwin.local.folder import Folder
from tabtwin.tables.dressing import to_csv
from tabtwin.tables.schema import Schema

PLAN = Ref(step="ingest", file="models.json")
SCHEMA = Ref(step="ingest", file="schema.json")


def deliver_private(run: Run, folder: Folder) -> None:
    """The private side: the report with its figures, the raw pool, the hybrid table and the models.

    What this run does not have, or what does not match its manifest, is not delivered, and what an earlier
    run delivered in its place goes.
    """
    delivered = []
    for name, make in _private_files(run).items():
        with suppress(IntegrityError, InputError):
            folder.write(folder.private / name, make())
            delivered.append(name)
    folder.keep_only(delivered)


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


def _private_files(run: Run) -> dict[str, Callable[[], bytes]]:
    """What may be delivered under ``private/``, and how to get each."""
    refs = {
        "report.html": Ref(step="report", file="report_private.html"),
        "metrics.json": Ref(step="report", file="metrics_private.json"),
        "hybrid.parquet": Ref(step="balance", file="hybrid.parquet"),
    }
    for model in _planned(run):
        refs[f"models/{model}.bin"] = Ref(step="train", file="model.bin", name=model)
    files: dict[str, Callable[[], bytes]] = {name: partial(run.read, ref) for name, ref in refs.items()}
    return files | {"syn_up.csv": partial(_pool, run)}


def _planned(run: Run) -> list[str]:
    try:
        return [entry["name"] for entry in json.loads(run.read(PLAN))]
    except (InputError, IntegrityError):
        return []


def _pool(run: Run) -> bytes:
    """The raw pool as CSV: every row that was sampled, before anything was dropped."""
    schema = Schema.model_validate_json(run.read(SCHEMA))
    shards = [frames.from_parquet(run.read(ref)) for ref in pool_refs(run) if ref.step == "sample"]
    if not shards:
        raise InputError("nothing was sampled")
    return to_csv(pd.concat(shards, ignore_index=True).drop(columns=[MEMBER, BLOCK]), schema)
