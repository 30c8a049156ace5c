"""tabtwin's generators, each alone: a model of all training rows, whose first rows are the twin."""

from __future__ import annotations

import importlib
from typing import Any, Protocol, runtime_checkable

import pandas as pd

from tabtwin import generators
from tabtwin.generators.protocol import Generator, Settings
from tabtwin.generators.spec import GENERATORS, TORCH
from tabtwin.lib import seeds
from tabtwin.pipeline import provenance
from tabtwin.protection.rare_values import decode, encode
from tests.benchmarks.making import Job, Made, Peer, Stopwatch, peak_megabytes

PREFIX = "tabtwin-"


@runtime_checkable
class Likely(Protocol):
    """A model that can say how likely rows are, without sampling; most cannot."""

    def log_likelihood(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Nats of encoded rows by column: (rows, columns)."""
        ...


def peers() -> dict[str, Peer]:
    """A peer for every generator that there is."""
    return {
        PREFIX + name: Peer(
            f"**tabtwin's `{name}`**" + (", {epochs} epochs" if name in TORCH else ""),
            lambda job, name=name: make(job, name),
            lambda name=name: versions(name),
            trains=name in TORCH,
            slow=name in TORCH,
        )
        for name in GENERATORS
    }


def make(job: Job, name: str) -> Made:
    """Fit, draw as many rows as there are training rows, and say how likely both halves are, if it can."""
    found = job.table.found
    watch = Stopwatch()
    settings = Settings(epochs=job.epochs, device="cpu", threads=job.threads)
    seed = seeds.derive(job.seed, "benchmark", name)
    model = _generator(name, job).fit(found.encoded, found.encoded_schema, settings, seed, lambda *step: None)
    fitted, _ = watch.read()
    twin = decode(model.sample(0, len(found.encoded), seed), found.schema, found.encoding)
    done, processor = watch.read()
    notes: dict[str, Any] = {"fit": fitted, "sample": done - fitted}
    peak = peak_megabytes()
    if isinstance(model, Likely):
        halves = {"training": found.encoded, "holdout": encode(found.holdout, found.schema, found.encoding)}
        notes["likelihood"] = {
            half: float(model.log_likelihood(rows).sum(axis=1).mean()) for half, rows in halves.items()
        }
    return Made({"twin": twin}, done, processor, peak, notes)


def versions(name: str) -> dict[str, str]:
    """The code and the libraries that a generator's rows hang on."""
    modules = [_module(name), "tabtwin.protection.rare_values"]
    digests = {module: provenance.source_digest(module) for module in modules}
    return provenance.library_versions(modules[0]) | digests


def _generator(name: str, job: Job) -> Generator:
    """The generator; one that has knobs takes the job's options as theirs."""
    if not job.options:
        return generators.find(name)
    module = importlib.import_module(_module(name))
    knobs = module.Knobs.model_validate_strings(dict(job.options))
    return type(generators.find(name))(knobs)


def _module(name: str) -> str:
    return "tabtwin.generators.sdv.synthesizer" if name in TORCH else f"tabtwin.generators.{name}"
