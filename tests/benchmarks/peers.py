"""What makes twins: ours, its members, SDV's synthesizers, and the controls that anything is held against."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from tabtwin import generators
from tabtwin.evaluation.fidelity.accuracy import accuracy, fit_bins, shuffled, subsets
from tabtwin.lib import frames, seeds
from tabtwin.lib.foreign import contained
from tabtwin.pipeline import provenance
from tabtwin.pipeline.pool import MEMBER
from tabtwin.pipeline.registry import module_of
from tabtwin.pipeline.step import Inputs
from tabtwin.protection.rare_values import decode
from tabtwin.runner.processes import die_with_parent
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Ref
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tests.benchmarks import alone, cart, refined, strangers
from tests.benchmarks.making import Job, Made, Peer, Stopwatch, peak_megabytes
from tests.benchmarks.watching import megabytes

TABLE = "t"
POLL_SECONDS = 0.1
REFUSED = 3
SDV_LIBRARIES = ("sdv", "ctgan", "copulas", "rdt", "torch", "numpy", "pandas")
STEPS = ("ingest", "train", "score", "weigh", "sample", "screen", "refine")
"""Our steps up to the twin: what they are made of decides its bytes."""


def find(name: str) -> tuple[Peer, dict[str, str]]:
    """A peer and its options: ``NAME`` or ``NAME@KEY=VALUE,…``."""
    base, _, words = name.partition("@")
    return PEERS[base], dict(word.split("=", 1) for word in words.split(",") if word)


def real_rows(job: Job) -> Made:
    """The training rows as they are."""
    return Made({"twin": job.table.found.training})


def shuffle(job: Job) -> Made:
    """Each column of the training rows permuted on its own."""
    rng = seeds.generator(job.seed, "benchmark", "shuffle")
    return Made({"twin": shuffled(job.table.found.training, rng)})


def sdv_peer(name: str) -> Callable[[Job], Made]:
    """One of SDV's synthesizers as its users call it, told each column's kind as our schema has it."""

    def make(job: Job) -> Made:
        watch = Stopwatch()
        import torch
        from sdv import single_table
        from sdv.metadata import Metadata

        training, schema = job.table.found.training, job.table.found.schema
        settings = {} if name.startswith("Gaussian") else {"epochs": job.epochs, "enable_gpu": False}
        with contained(seed := seeds.derive(job.seed, "benchmark", name)):
            torch.manual_seed(seed)
            synthesizer = getattr(single_table, name)(Metadata.load_from_dict(_metadata(schema)), **settings)
            synthesizer.fit({TABLE: training})
            twin = synthesizer.sample(len(training))[TABLE]
        return Made({"twin": _canonical(twin, schema)}, *watch.read(), peak_megabytes())

    return make


def ours(generators: str) -> Callable[[Job], Made]:
    """``tabtwin run`` with these generators."""
    return lambda job: _run_ours(job, generators)


def _run_ours(job: Job, generators: str) -> Made:
    """The twin, released or refused; and its models, where there are several, the best of them on H alone."""
    training, holdout, out = (job.folder / name for name in ("training.csv", "holdout.csv", "out"))
    training.write_bytes(job.table.training)
    holdout.write_bytes(job.table.holdout)
    command = [sys.executable, "-m", "tabtwin", "run", training, "--holdout", holdout, "--out", out]
    command += ["--target", job.table.target, "--generators", generators]
    command += ["--epochs", str(job.epochs)] if job.epochs else []
    command += ["--device", "cpu", "--seed", str(job.seed), "--log", "json"]
    watch = Stopwatch()
    process = subprocess.Popen(list(map(str, command)), stdout=sys.stderr, preexec_fn=die_with_parent)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, megabytes(process.pid))
        time.sleep(POLL_SECONDS)
    cost = (*watch.read(), peak or None)
    if process.returncode not in (0, REFUSED):
        raise RuntimeError(f"tabtwin run ended with exit code {process.returncode}")
    run = _finished_run(out)
    twin = frames.from_parquet(run.read(Ref(step="refine", file="synthetic.parquet")))
    members = _members(run, len(twin), job.seed)
    scores = {name: _accuracy_on_holdout(rows, job) for name, rows in members.items()}
    best = max(scores, key=lambda name: scores[name])
    notes = {"released": process.returncode == 0, "members": scores, "best": best}
    best_alone = {"member": members[best]} if len(members) > 1 else {}
    return Made({"twin": twin} | best_alone, *cost, notes)


def sdv_versions() -> dict[str, str]:
    """The libraries that SDV's twins hang on."""
    return {name: version(name) for name in SDV_LIBRARIES}


def our_versions() -> dict[str, str]:
    """The libraries and our own code that our twin hangs on."""
    libraries = sdv_versions()
    for step in STEPS:
        libraries |= provenance.library_versions(module_of(step))
        libraries[module_of(step)] = provenance.source_digest(module_of(step))
    return libraries


PEERS = {
    "real": Peer("fresh real rows (the aim)", real_rows),
    "copy": Peer("training rows, copied", real_rows),
    "shuffle": Peer("column-wise shuffle of training", shuffle),
    "tabtwin": Peer("**tabtwin**, `boost:4`", ours("boost:4"), our_versions),
    "prize": Peer("tabtwin, `prize`, {epochs} epochs", ours("prize"), our_versions, trains=True, slow=True),
    **alone.peers(),
    "refined": refined.peer(),
    "gaussian": Peer("GaussianCopula (SDV)", sdv_peer("GaussianCopulaSynthesizer"), sdv_versions),
    "ctgan": Peer(
        "CTGAN (SDV), {epochs} epochs", sdv_peer("CTGANSynthesizer"), sdv_versions, trains=True, slow=True
    ),
    "tvae": Peer(
        "TVAE (SDV), {epochs} epochs", sdv_peer("TVAESynthesizer"), sdv_versions, trains=True, slow=True
    ),
    "cart": Peer("CART (synthpop's way), 200 rows a leaf", cart.peer, cart.versions),
    "arf": Peer("adversarial random forest (arfpy)", strangers.arf, strangers.ARF.versions, slow=True),
    "argn": Peer(
        f"TabularARGN (mostlyai-engine), at most {strangers.MINUTES} minutes",
        strangers.argn,
        strangers.ARGN.versions,
        slow=True,
    ),
    "prototype": Peer("prototype", strangers.prototype, strangers.prototype_versions),
}


def _metadata(schema: Schema) -> dict[str, Any]:
    """SDV's metadata of canonical tables."""
    columns: dict[str, dict[str, str]] = {}
    for column in schema.learned:
        kind = "categorical" if is_label(column) else "numerical"
        columns[column.name] = {"sdtype": "datetime" if column.kind == "datetime" else kind}
    return {"tables": {TABLE: {"columns": columns}}, "relationships": []}


def _canonical(twin: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """What SDV drew, with the types of canonical tables."""
    cells = {}
    for column in schema.learned:
        drawn = twin[column.name]
        if is_label(column):
            cells[column.name] = drawn.astype(object).where(drawn.notna(), None)
        else:
            cells[column.name] = drawn.astype("datetime64[us]" if column.kind == "datetime" else "float64")
    return pd.DataFrame(cells).reset_index(drop=True)


def _finished_run(out: Path) -> Run:
    """The only run in the store of an output folder."""
    store = open_store(str((out / "private" / "store").absolute()))
    prefix = "private/runs/"
    (name,) = {key.removeprefix(prefix).split("/")[0] for key in store.list(prefix)}
    return Run(store, name)


def _members(run: Run, rows: int, seed: int) -> dict[str, pd.DataFrame]:
    """As many rows of every model that was trained, drawn again: what it would be alone, unscreened."""
    encoding = Encoding.model_validate_json(run.read(Ref(step="ingest", file="encoding.json")))
    schema = Schema.model_validate_json(run.read(Ref(step="ingest", file="schema.json")))
    plan = Inputs(run, [Ref(step="ingest", file="models.json")]).json("ingest", "models.json")
    drawn = {}
    for entry in plan:
        ref = Ref(step="train", file="model.bin", name=entry["name"])
        if run.digest(ref) is None:
            continue
        data = Inputs(run, [ref]).read(ref.step, ref.file, ref.name)
        model = generators.find(entry["generator"]).load(data)
        mark = seeds.derive(seed, "benchmark", MEMBER, entry["name"])
        drawn[entry["name"]] = decode(model.sample(0, rows, mark), schema, encoding)
    return drawn


def _accuracy_on_holdout(twin: pd.DataFrame, job: Job) -> float:
    found = job.table.found
    bins = fit_bins([found.training, found.holdout], found.schema)
    return accuracy(bins.codes(twin), bins.codes(found.holdout), subsets(bins, job.seed)).overall
