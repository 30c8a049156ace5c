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
from pydantic import Field

from tabtwin.lib import frames, log, provenance, room
from tabtwin.lib.contract import (
    File,
    Frozen,
    Manifest,
    Pointer,
    Ref,
    Run,
    fingerprint,
    output_key,
    read_file,
    read_manifest,
    sha256,
    spell_ref,
    stands_whole,
    task,
    write_output,
)
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.lib.signing import sign, signature_key, verify
from tabtwin.lib.store import MissingObjectError, Store

P = TypeVar("P", bound="StepParams")

KIB_IN_MIB = 1024 if sys.platform == "linux" else 1024**2
"""By what the system's figure of a process's peak memory is divided: it counts KiB, on macOS bytes."""


class StepParams(Frozen):
    """Settings that every step has; each field is a ``--flag``, and all decide the output's fingerprint."""

    seed: int = Field(1, ge=0, description="the run's seed, from which every draw derives its own")
    threads: int = Field(2, ge=1, le=64, description="threads a step computes with (torch always uses one)")


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

    def signed(self, step: str, file: str, name: str = "") -> bytes:
        """A declared file whose signature is verified as well, fit to be unpickled.

        Raises:
            IntegrityError: if the file was not signed with this key.
        """
        data = self.read(step, file, name)
        manifest = self.run.manifest(step, name)
        assert manifest is not None
        _verify(self.run.store, manifest, file, data)
        return data

    def names(self, step: str) -> list[str]:
        """The tasks of ``step`` among the declared files, in their order."""
        return list(dict.fromkeys(ref.name for ref in self.refs if ref.step == step))


@dataclass
class Outputs:
    """What a step hands over: files, and figures for its manifest, the log and the report."""

    files: dict[str, bytes] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)

    def table(self, file: str, table: pd.DataFrame) -> None:
        """Hand over a Parquet file."""
        self.files[file] = frames.to_parquet(table)

    def json(self, file: str, value: object) -> None:
        """Hand over a JSON file."""
        self.files[file] = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"

    def write(self, file: str, data: bytes, *, signed: bool = False) -> None:
        """Hand over any other file; ``signed`` where it will be unpickled."""
        self.files[file] = data
        if signed:
            self.signed.add(file)


@dataclass(frozen=True)
class Step(Generic[P]):
    """A step: ``run(params, inputs, outputs)`` returns its figures (JSON values, no cell of the table).

    Attributes:
        name: One word, the same in ``argo/``, ``images/``, the store and the logs.
        params: Its options.
        reads: The files it reads, given its options and the run.
        run: All of its work.
        emits: Parameter files for Argo, by flag: ``{"models": "models.json"}``.
        extra: More that decides the output, by name, such as the digest of a source outside the run.
        publish: Called after the outputs stand, done anew or skipped; raising here ends the run.
    """

    name: str
    params: type[P]
    reads: Callable[[P, Run], Iterable[Ref]]
    run: Callable[[P, Inputs, Outputs], Mapping[str, Any]]
    emits: Mapping[str, str] = field(default_factory=dict)
    extra: Callable[[P, Run], Mapping[str, str]] = lambda params, run: {}
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
    inputs = Inputs(view, step.reads(params, view))
    digests = {spell_ref(ref): _digest(view, ref) for ref in inputs.refs} | dict(step.extra(params, view))  # noqa: S610 - no Django here
    settings = params.model_dump(mode="json") | {"name": name}
    versions = provenance.library_versions(step.module)
    code = provenance.source_digest(step.module)
    mark = fingerprint(step.name, code, settings, digests, versions)
    manifest = _finished(store, step.name, mark)
    skipped = manifest is not None
    if manifest is None:
        view.forget(step.name, name)
        outputs = Outputs()
        figures = dict(step.run(params, inputs, outputs))
        manifest = Manifest(
            step=step.name,
            fingerprint=mark,
            files={file: File(sha256=sha256(data), size=len(data)) for file, data in outputs.files.items()},
            signed=tuple(sorted(outputs.signed)),
            figures=figures,
            settings=settings,
            inputs=digests,
            versions=versions,
        )
        for file in outputs.signed:
            where = output_key(step.name, mark, file)
            store.put(signature_key(where), sign(outputs.files[file], where))
        write_output(store, manifest, outputs.files)
    refs = {spell_ref(ref): digests[spell_ref(ref)] for ref in inputs.refs}
    view.point(Pointer(step=step.name, name=name, fingerprint=mark, inputs=refs))
    for flag, path in emit.items():
        listed = store.get(output_key(step.name, mark, step.emits[flag]))
        with room.wanted(path.parent, len(listed)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(listed)
    if step.publish:
        step.publish(params, view, manifest)
    seconds = round(time.monotonic() - started, 3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB_IN_MIB
    said = {"task": task(step.name, name), "skipped": skipped, "seconds": seconds, "peak_mib": peak}
    log.logger().info("step.done", **(_flat(manifest.figures) | said))
    return manifest


def _digest(view: Run, ref: Ref) -> str:
    digest = view.digest(ref)
    if digest is None:
        raise InputError(
            f"run {view.run} has no current {ref.file} of {task(ref.step, ref.name)}; "
            "run that step first, with the same --run"
        )
    return digest


def _finished(store: Store, step: str, mark: str) -> Manifest | None:
    """The manifest of an output that stands whole, signatures included."""
    try:
        manifest = read_manifest(store, step, mark)
        if not stands_whole(store, manifest):
            return None
        for file in manifest.signed:
            _verify(store, manifest, file, read_file(store, manifest, file))
        return manifest
    except (MissingObjectError, IntegrityError):
        return None


def _verify(store: Store, manifest: Manifest, file: str, data: bytes) -> None:
    """Check a file's signature.

    Raises:
        IntegrityError: if there is none, or it was made with another key.
    """
    where = output_key(manifest.step, manifest.fingerprint, file)
    try:
        signature = store.get(signature_key(where))
    except MissingObjectError:
        raise IntegrityError(f"{where} bears no signature; run again to make it anew") from None
    verify(data, signature, where)


def _flat(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The scalar figures, for the log line; nested ones stand in the manifest."""
    return {key: value for key, value in figures.items() if isinstance(value, (int, float, str, bool))}
