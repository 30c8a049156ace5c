"""Run a step: resolve its inputs, skip it if its output exists, run it, and sign its output."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from tabtwin.lib import log
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline import provenance
from tabtwin.pipeline.params.base import StepParams
from tabtwin.pipeline.process import used
from tabtwin.pipeline.step import SEED, Figures, Inputs, Outputs, RunSeed, Step
from tabtwin.store import disk_space
from tabtwin.store.artifacts import (
    Manifest,
    Pointer,
    Ref,
    fingerprint,
    output_key,
    read_file,
    read_manifest,
    spell_ref,
    stands_whole,
    task,
    write_output,
)
from tabtwin.store.run import Run
from tabtwin.store.sources import uploaded
from tabtwin.store.store import MissingObjectError, Store

P = TypeVar("P", bound=StepParams)


def execute(
    step: Step[P], params: P, store: Store, run: str, name: str, emit: Mapping[str, Path]
) -> Manifest:
    """Run one task of a run, or skip it if its output exists and is complete.

    Args:
        step: What to run.
        params: Its settings.
        store: The store of its inputs and outputs.
        run: The run's name.
        name: The task's name if the step fans out, otherwise empty.
        emit: Where to write the parameter files that ``step.emits`` names.

    Raises:
        TabtwinError: if the step fails; other exceptions are bugs.
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
    assert params.seed is not None, "a run without a seed would have the same draws as all others"
    if step.seed:
        digests["seed"] = str(params.run_seed)
    code = provenance.source_digest(step.module, step.covers)
    counted = provenance.counted_versions(step.libraries)
    mark = fingerprint(step.name, code, settings, digests, counted)
    manifest = _finished(store, step.name, mark)
    skipped = manifest is not None
    if manifest is None:
        view.forget(step.name, name)
        outputs = Outputs(keep=lambda file, data: store.put(output_key(step.name, mark, file), data))
        figures = dict(step.run(params, inputs, outputs))
        if step.seed:
            outputs.json(SEED.file, RunSeed(seed=params.run_seed, keyed=is_keyed).model_dump())
        manifest = Manifest(
            step=step.name,
            fingerprint=mark,
            files=outputs.entries,
            figures=figures,
            settings=settings,
            inputs=digests,
            versions=provenance.library_versions(step.module),
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
    said = {"task": task(step.name, name), "skipped": skipped, "seconds": seconds}
    log.logger().info("step.done", **(_flat(manifest.figures) | said | used()))
    return manifest


def look_up(step: Step[Any]) -> None:
    """Look up what every task of a step is made from; processes that are forked afterwards know it."""
    provenance.source_digest(step.module, step.covers)
    provenance.counted_versions(step.libraries)
    provenance.library_versions(step.module)


def _reads(step: Step[P], params: P, view: Run) -> list[Ref]:
    """Return what a step reads; in a run without a chosen seed, also the seed that its first step made."""
    refs = list(step.reads(params, view))
    return refs if params.seed is not None or step.seed or SEED in refs else [*refs, SEED]


def _seeded(step: Step[P], params: P, inputs: Inputs, digests: Mapping[str, str]) -> P:
    """Return the settings with the run's seed."""
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
    """Return the manifest of a complete output; ``None`` if it is another owner's or damaged, and made
    again.
    """
    try:
        manifest = read_manifest(store, step, mark)
        return manifest if stands_whole(store, manifest) else None
    except (MissingObjectError, IntegrityError):
        return None


def _flat(figures: Figures) -> dict[str, float | str]:
    """Return the scalar figures, for the log line; nested ones are in the manifest."""
    return {key: value for key, value in figures.items() if isinstance(value, (int, float, str, bool))}
