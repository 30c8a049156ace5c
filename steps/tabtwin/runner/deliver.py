"""Copy the results of a run from the store to the output folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from tabtwin import generators
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline.finish import Ending
from tabtwin.pipeline.plan import planned_parts
from tabtwin.pipeline.pool import BLOCK, MEMBER, pool_refs
from tabtwin.pipeline.releases import released_files
from tabtwin.runner.failure import failure_page
from tabtwin.runner.folder import Folder
from tabtwin.store.artifacts import Ref
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run

SCHEMA = Ref(step="ingest", file="schema.json")


POOL_ROWS = 5_000_000
"""The most rows of a raw pool that are delivered as CSV; a larger one stays in the store."""
POOL = "pool"
"""The first word of an order to a fork server that is no step: to write the raw pool as it is delivered."""


def deliver(
    run: Run, folder: Folder, ended: Ending | None, *, private: bool = True, pool: bytes | None = None
) -> int:
    """Copy the results of a run that has ended to the output folder; return the exit code.

    Args:
        run: The run.
        folder: The output folder.
        ended: The task that ended it, or ``None`` if it succeeded.
        private: Whether to copy more of the private side than the report: the pool, the hybrid, the models.
        pool: The raw pool as :func:`write_pool` writes it, if a process did.

    Raises:
        IntegrityError: if a released file is not what its manifest vouches for.
    """
    _deliver_private(run, folder, pool, everything=private)
    if ended is None:
        _deliver_release(run, folder)
        return 0
    folder.supersede("")
    if run.manifest("report") is None:
        folder.write(folder.delivered / "report.html", failure_page(ended, run.failures()))
    return ended.code if ended.code > 0 else 1


def pool_words(store: str, run: str, to: Path) -> list[str]:
    """Return the words that have a fork server's child write a run's raw pool."""
    return ["tabtwin", POOL, store, run, str(to)]


def write_pool(store: str, run: str, to: Path) -> None:
    """Write a run's raw pool as CSV: every row that was sampled, before anything was dropped.

    Raises:
        InputError: if nothing was sampled, or too much for one CSV.
        IntegrityError: if a part of it does not match its manifest.
    """
    to.write_bytes(_pool(Run(open_store(store), run)))


def _deliver_private(run: Run, folder: Folder, pool: bytes | None, *, everything: bool) -> None:
    """Copy private files; what the run lacks, or does not match its manifest, is left out, and what an
    earlier run delivered in its place is removed.
    """
    delivered = []
    for name, make in _private_files(run, pool, everything=everything).items():
        with suppress(IntegrityError, InputError):
            folder.write(folder.delivered / name, make())
            delivered.append(name)
    folder.keep_only(delivered)


def _deliver_release(run: Run, folder: Folder) -> None:
    """Copy the release from the run's own store: what is published may lie in one that only the release step
    has keys for.

    Raises:
        IntegrityError: if there is none, or a file is not what the manifest vouches for.
    """
    manifest = run.manifest("release")
    if manifest is None:
        raise IntegrityError(f"run {run.run} has no release that its records vouch for; run again")
    folder.publish(run.run, released_files(run.store, manifest))


def _private_files(run: Run, pool: bytes | None, *, everything: bool) -> dict[str, Callable[[], bytes]]:
    """Return what may be delivered under ``private/``, and how to get each."""
    refs = {
        "report.html": Ref(step="report", file="report_private.html"),
        "metrics.json": Ref(step="report", file="metrics_private.json"),
    }
    if everything:
        refs["hybrid.parquet"] = Ref(step="balance", file="hybrid.parquet")
    files: dict[str, Callable[[], bytes]] = {name: partial(run.read, ref) for name, ref in refs.items()}
    if everything:
        files |= {
            f"models/{name}.bin": partial(_model, run, name, parts) for name, parts in _planned(run).items()
        }
        files["syn_up.csv"] = partial(_pool, run) if pool is None else lambda: pool
    return files


def _planned(run: Run) -> dict[str, list[str]]:
    try:
        return planned_parts(run)
    except (InputError, IntegrityError):
        return {}


def _model(run: Run, name: str, parts: Sequence[str]) -> bytes:
    """Return a model's whole file: its parts joined, if it was fitted in several."""
    stored = [run.read(Ref(step="train", file="model.bin", name=part)) for part in parts]
    if len(stored) == 1:
        return stored[0]
    generator = generators.find(name.rpartition("-")[0])
    return generator.join([generator.load(data) for data in stored]).save()


def _pool(run: Run) -> bytes:
    """Return the raw pool as CSV: every row that was sampled, before anything was dropped."""
    # Loaded late: a driver does without, where a process that has them loaded writes the file.
    import pandas as pd

    from tabtwin.io.writing import to_csv
    from tabtwin.lib import frames
    from tabtwin.schema.schema import Schema

    schema = Schema.model_validate_json(run.read(SCHEMA))
    shards: list[pd.DataFrame] = []
    for ref in pool_refs(run):
        shards += [frames.from_parquet(run.read(ref))] if ref.step == "sample" else []
        if sum(map(len, shards)) > POOL_ROWS:
            raise InputError(
                f"expected at most {POOL_ROWS:,} rows in the pool, found more; read them in the store"
            )
    if not shards:
        raise InputError("expected rows that were sampled, found none; run again")
    return to_csv(pd.concat(shards, ignore_index=True).drop(columns=[MEMBER, BLOCK]), schema)
