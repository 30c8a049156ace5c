"""How a step runs: resolve its inputs, skip it where its output stands, do it, vouch for it.

A step module holds ``STEP = Step(...)``: its name, its ``Params`` (the single source of its options), the
files it reads and a ``run`` that gets them verified. Nothing else in a step touches the store.
"""

from __future__ import annotations

import inspect
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import pandas as pd
from pydantic import BaseModel, JsonValue

from tabtwin.lib import frames, log
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline import provenance
from tabtwin.pipeline.params.base import StepParams
from tabtwin.store import disk_space
from tabtwin.store.artifacts import (
    File,
    Frozen,
    Manifest,
    Pointer,
    Ref,
    fingerprint,
    read_file,
    read_manifest,
    sha256,
    spell_ref,
    stands_whole,
    task,
    write_output,
)
from tabtwin.store.run import Run
from tabtwin.store.sources import uploaded
from tabtwin.store.store import MissingObjectError, Store

P = TypeVar("P", bound=StepParams)
M = TypeVar("M", bound=BaseModel)

Figures = Mapping[str, JsonValue]
"""What a step tells of its work, by names of its own: for its manifest and the log; no cell of a table."""
SEED = Ref(step="ingest", file="seed.json")
"""The run's seed, and whether the signing key made it. Private: with it, a guess at a row can be tried."""
KIB_IN_MIB = 1024 if sys.platform == "linux" else 1024**2
"""By what the system's figure of a process's peak memory is divided: it counts KiB, on macOS bytes."""


class RunSeed(Frozen):
    """A run's seed, and whether the signing key made it."""

    seed: int
    keyed: bool


class Inputs:
    """The files that a step declared, verified as they are read."""

    def __init__(self, run: Run, refs: Iterable[Ref]) -> None:
        self.run = run
        self.refs = tuple(refs)

    def read(self, step: str, file: str, name: str = "", run: str = "") -> bytes:
        """A declared file.

        Raises:
            IntegrityError: if it is not what its manifest vouches for.
        """
        ref = Ref(step=step, file=file, name=name, run=run)
        assert ref in self.refs, f"{ref} is read but not declared"
        return self.run.read(ref)

    def table(self, step: str, file: str, name: str = "", run: str = "") -> pd.DataFrame:
        """A declared Parquet file."""
        return frames.from_parquet(self.read(step, file, name, run))

    def json(self, step: str, file: str, name: str = "", run: str = "") -> Any:
        """A declared JSON file."""
        return json.loads(self.read(step, file, name, run))

    def parsed(self, kind: type[M], step: str, file: str, name: str = "", run: str = "") -> M:
        """A declared JSON file as the model of what it holds."""
        return kind.model_validate(self.json(step, file, name, run))

    def names(self, step: str) -> list[str]:
        """The tasks of ``step`` among the declared files, in their order."""
        return list(dict.fromkeys(ref.name for ref in self.refs if ref.step == step))


@dataclass
class Outputs:
    """What a step hands over: files, and figures for its manifest, the log and the report."""

    files: dict[str, bytes] = field(default_factory=dict)

    def table(self, file: str, table: pd.DataFrame) -> None:
        """Hand over a Parquet file."""
        self.files[file] = frames.to_parquet(table)

    def json(self, file: str, value: object) -> None:
        """Hand over a JSON file."""
        self.files[file] = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"

    def write(self, file: str, data: bytes) -> None:
        """Hand over any other file."""
        self.files[file] = data


@dataclass(frozen=True)
class Step(Generic[P]):
    """A step: ``run(params, inputs, outputs)`` returns its figures.

    Attributes:
        name: One word, the same in ``argo/``, ``images/``, the store and the logs.
        params: Its options.
        reads: The files it reads, given its options and the run.
        run: All of its work.
        emits: Parameter files for Argo, by flag: ``{"models": "models.json"}``.
        extra: More that decides the output, by name, such as the digest of a source outside the run.
        seed: How the run's seed follows from those digests where none is chosen, of the step that makes it;
            all others read what that one left.
        publish: Called after the outputs stand, done anew or skipped; raising here ends the run.
    """

    name: str
    params: type[P]
    reads: Callable[[P, Run], Iterable[Ref]]
    run: Callable[[P, Inputs, Outputs], Figures]
    emits: Mapping[str, str] = field(default_factory=dict)
    extra: Callable[[P, Run], Mapping[str, str]] = lambda params, run: {}
    seed: Callable[[Mapping[str, str]], int] | None = None
    publish: Callable[[P, Run, Manifest], None] | None = None

    @property
    def module(self) -> str:
        """The module that defines the step."""
        return inspect.getmodule(self.run).__name__  # type: ignore[union-attr] # every step's run is a module's function


def execute(
    step: Step[P], params: P, store: Store, run: str, name: str, emit: Mapping[str, Path]
) -> Manifest:
    """Run one task of a run, or skip it where its output stands whole.

    Args:
        step: What to run.
        params: Its settings.
        store: Where its inputs and outputs stand.
        run: The run's name.
        name: The task's name where the step fans out, else empty.
        emit: Where to write the parameter files that ``step.emits`` names.

    Raises:
        TabtwinError: as the step ends; other exceptions are ours.
    """
    started = time.monotonic()
    view = Run(store, run)
    view.own()
    inputs = Inputs(view, _reads(step, params, view))
    digests = {spell_ref(ref): _digest(view, ref) for ref in inputs.refs} | dict(step.extra(params, view))  # noqa: S610 - no Django here
    settings = params.model_dump(mode="json") | {"name": name}
    uploads = uploaded(store, params)
    is_keyed = params.seed is None
    params = _seeded(step, params, inputs, digests)
    assert params.seed is not None, "a run without a seed would have everybody's"
    if step.seed:
        digests["seed"] = str(params.run_seed)
    versions = provenance.library_versions(step.module)
    code = provenance.source_digest(step.module)
    mark = fingerprint(step.name, code, settings, digests, versions)
    manifest = _finished(store, step.name, mark)
    skipped = manifest is not None
    if manifest is None:
        view.forget(step.name, name)
        outputs = Outputs()
        figures = dict(step.run(params, inputs, outputs))
        if step.seed:
            outputs.json(SEED.file, RunSeed(seed=params.run_seed, keyed=is_keyed).model_dump())
        manifest = Manifest(
            step=step.name,
            fingerprint=mark,
            files={file: File(sha256=sha256(data), size=len(data)) for file, data in outputs.files.items()},
            figures=figures,
            settings=settings,
            inputs=digests,
            versions=versions,
        )
        write_output(store, manifest, outputs.files)
    refs = {spell_ref(ref): digests[spell_ref(ref)] for ref in inputs.refs}
    view.point(Pointer(step=step.name, name=name, fingerprint=mark, inputs=refs, uploads=uploads))
    for flag, path in emit.items():
        listed = read_file(store, manifest, step.emits[flag])
        with disk_space.writing(path.parent, len(listed)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(listed)
    if step.publish:
        step.publish(params, view, manifest)
    seconds = round(time.monotonic() - started, 3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_IN_MIB
    said = {"task": task(step.name, name), "skipped": skipped, "seconds": seconds, "peak_mib": peak}
    log.logger().info("step.done", **(_flat(manifest.figures) | said))
    return manifest


def _reads(step: Step[P], params: P, view: Run) -> list[Ref]:
    """What a step reads; of a run without a chosen seed, the seed that its first step made too."""
    refs = list(step.reads(params, view))
    return refs if params.seed is not None or step.seed or SEED in refs else [*refs, SEED]


def _seeded(step: Step[P], params: P, inputs: Inputs, digests: Mapping[str, str]) -> P:
    """The settings with the run's seed."""
    if params.seed is not None:
        return params
    seed = step.seed(digests) if step.seed else inputs.parsed(RunSeed, SEED.step, SEED.file).seed
    return params.model_copy(update={"seed": seed})


def _digest(view: Run, ref: Ref) -> str:
    digest = view.digest(ref)
    if digest is None:
        raise InputError(
            f"run {view.run} has no current {ref.file} of {task(ref.step, ref.name)}; "
            "run that step first, with the same --run"
        )
    return digest


def _finished(store: Store, step: str, mark: str) -> Manifest | None:
    """The manifest of an output that stands whole; one that is not ours, or damaged, is made again."""
    try:
        manifest = read_manifest(store, step, mark)
        return manifest if stands_whole(store, manifest) else None
    except (MissingObjectError, IntegrityError):
        return None


def _flat(figures: Figures) -> dict[str, float | str]:
    """The scalar figures, for the log line; nested ones stand in the manifest."""
    return {key: value for key, value in figures.items() if isinstance(value, (int, float, str, bool))}
