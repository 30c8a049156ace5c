"""Audit: how close is the twin to unseen rows, and is it closer to those that its models saw?

    synthetic, pool, training, holdout, subjects, canaries  ->  audit.json

Nothing is chosen or stopped here; ``report`` judges. If a run continues others, the twin is the rows of all
their releases, and the pool is its own; of more than ``MOST_ROWS`` rows of either, as many are drawn. The
property ``audit`` of ``metrics.schema.json`` documents ``audit.json``: figures have a standard error and a
95 % interval. It holds no cell of a table, only columns' names, counts and rates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.comparison import Comparison, Rows, Tables
from tabtwin.lib import seeds
from tabtwin.pipeline.drawn_rows import MOST_ROWS, draw_rows
from tabtwin.pipeline.params.base import StepParams as Params
from tabtwin.pipeline.pool import pool_refs, read_shards
from tabtwin.pipeline.released_rows import read_released
from tabtwin.pipeline.slice_results import read_refined, slice_refs
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.schema.schema import Schema
from tabtwin.selection.results import AskedShares
from tabtwin.selection.shares import Shares
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.twins import twin_refs

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="training.parquet"),
    Ref(step="ingest", file="holdout.parquet"),
    Ref(step="ingest", file="holdout_subjects.parquet"),
    Ref(step="ingest", file="folds.parquet"),
    Ref(step="ingest", file="canaries.parquet"),
)


def reads(params: Params, run: Run) -> Iterable[Ref]:
    """Return all that is released, the real rows, and the whole pool."""
    return (*READS, *twin_refs(run), *slice_refs(run), *pool_refs(run))


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Read the tables, audit them, and hand over ``audit.json``."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    released, training = read_released(inputs, params.run_seed), inputs.table("ingest", "training.parquet")
    pool = draw_rows(read_shards(inputs), MOST_ROWS, seeds.generator(params.run_seed, "audit", "shards"))
    audit = audit_tables(
        released.table,
        pool.table,
        training,
        inputs.table("ingest", "holdout.parquet"),
        schema,
        seed=params.run_seed,
        threads=params.threads,
        subjects=inputs.table("ingest", "folds.parquet")["subject"].to_numpy(),
        held_subjects=inputs.table("ingest", "holdout_subjects.parquet")["subject"].to_numpy(),
        canaries=inputs.table("ingest", "canaries.parquet"),
        natural=_natural(
            read_refined(inputs).share,
            released.table,
            training,
            schema,
            params.run_seed,
        ),
        counted={"synthetic": sum(released.rows), "pool": sum(pool.counts)},
    )
    outputs.json("audit.json", audit.as_json())
    return {
        "accuracy": audit.accuracy.pooled.overall,
        "accuracy_holdout": audit.accuracy.holdout.overall,
        "discriminator": audit.discriminator.value,
        "dcr_share": audit.dcr.twin.value,
    }


def audit_tables(
    synthetic: pd.DataFrame,
    pool: pd.DataFrame,
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    schema: Schema,
    *,
    seed: int,
    threads: int,
    subjects: np.ndarray | None = None,
    held_subjects: np.ndarray | None = None,
    canaries: pd.DataFrame | None = None,
    natural: np.ndarray | None = None,
    counted: Mapping[str, int] | None = None,
) -> AuditResult:
    """Audit canonical tables.

    Args:
        synthetic: The twin.
        pool: The rows it was chosen from; its own rows if there was no choice.
        training: The rows that the generator saw.
        holdout: Rows of the same source that it did not see.
        schema: Their schema; its learned columns are compared.
        seed: The run's seed.
        threads: Threads to compute with; no figure depends on it.
        subjects: int (training rows,), if several rows may be of one subject.
        held_subjects: int (holdout rows,), for the holdout.
        canaries: Those of :mod:`tabtwin.evaluation.canaries.planting`, if the generator saw some; they are
            not in ``training``.
        natural: int64, rows of ``synthetic`` with the table's own shares, if it has others; its likeness is
            judged by them.
        counted: How many rows the twin (``synthetic``) and the ``pool`` have, if the rows given were drawn
            of them.
    """
    whole = Tables(
        synthetic=synthetic,
        pool=pool,
        training=Rows.of(training, subjects),
        holdout=Rows.of(holdout, held_subjects),
        canaries=canaries,
        natural=natural,
        counted=counted or {},
    )
    return AuditResult.measured(Comparison.of(whole, schema, seed=seed, threads=threads))


def _natural(
    share: AskedShares | None,
    synthetic: pd.DataFrame,
    training: pd.DataFrame,
    schema: Schema,
    seed: int,
) -> np.ndarray | None:
    """Return the rows by which likeness is judged if ``refine`` was given other shares of a column."""
    if share is None:
        return None
    shares = Shares(share.column, share.values)
    twin, real = (shares.values(table, schema) for table in (synthetic, training))
    return shares.natural(twin, real, seeds.generator(seed, "audit", "shares"))


STEP = Step(
    name="audit",
    params=Params,
    reads=reads,
    run=run,
    covers=("evaluation", "protection", "schema", "selection"),
    libraries=("lightgbm", "numba", "numpy", "pandas", "pyarrow", "scipy", "sklearn"),
)
