"""Audit: how close is the twin to rows that nobody trained on, and closer still to those that it saw?

    synthetic, pool, training, holdout, subjects, canaries  ->  audit.json

Nothing is chosen here, and nothing is stopped; ``report`` judges. Where a run goes on from others, the twin
is the rows of all their releases, and the pool its own. The property ``audit`` of ``metrics.schema.json``,
beside this module, documents ``audit.json``: figures have a standard error and a 95 % interval. No cell of a
table is in it: columns' names, counts and rates only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.comparison import Comparison, Rows, Tables
from tabtwin.lib import seeds
from tabtwin.pipeline.params.base import StepParams as Params
from tabtwin.pipeline.pool import pool_refs, read_pool
from tabtwin.pipeline.releases import read_released
from tabtwin.pipeline.step import Inputs, Outputs, Step
from tabtwin.schema.schema import Schema
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
    Ref(step="refine", file="refine.json"),
)


def reads(params: Params, run: Run) -> Iterable[Ref]:
    """All that is released, the real rows, and the whole pool."""
    return (*READS, *twin_refs(run), *pool_refs(run))


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Mapping[str, Any]:
    """Read the tables, audit them, hand ``audit.json`` over."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    synthetic, training = read_released(inputs), inputs.table("ingest", "training.parquet")
    audit = audit_tables(
        synthetic,
        read_pool(inputs),
        training,
        inputs.table("ingest", "holdout.parquet"),
        schema,
        seed=params.run_seed,
        threads=params.threads,
        subjects=inputs.table("ingest", "folds.parquet")["subject"].to_numpy(),
        held_subjects=inputs.table("ingest", "holdout_subjects.parquet")["subject"].to_numpy(),
        canaries=inputs.table("ingest", "canaries.parquet"),
        natural=_natural(
            inputs.json("refine", "refine.json")["share"], synthetic, training, schema, params.run_seed
        ),
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
) -> AuditResult:
    """Audit canonical tables.

    Args:
        synthetic: The twin.
        pool: The rows it was chosen from; its own rows where there was no choice.
        training: The rows that the generator saw.
        holdout: Rows of the same source that it did not see.
        schema: Their schema; its learned columns are compared.
        seed: The run's seed.
        threads: Threads to compute with; no figure depends on it.
        subjects: int (training rows,), where several rows may be of one subject.
        held_subjects: int (holdout rows,), likewise.
        canaries: As :mod:`tabtwin.evaluation.canaries.planting` has them, where the generator saw some; those
            are not in ``training``.
        natural: int64, rows of ``synthetic`` that have the table's own shares, where it has others; by them
            its likeness is judged.
    """
    whole = Tables(
        synthetic=synthetic,
        pool=pool,
        training=Rows.of(training, subjects),
        holdout=Rows.of(holdout, held_subjects),
        canaries=canaries,
        natural=natural,
    )
    return AuditResult.measured(Comparison.of(whole, schema, seed=seed, threads=threads))


def _natural(
    share: Mapping[str, Any] | None,
    synthetic: pd.DataFrame,
    training: pd.DataFrame,
    schema: Schema,
    seed: int,
) -> np.ndarray | None:
    """The rows by which likeness is judged where ``refine`` was asked for other shares of a column."""
    if share is None:
        return None
    shares = Shares(share["column"], share["values"])
    twin, real = (shares.values(table, schema) for table in (synthetic, training))
    return shares.natural(twin, real, seeds.generator(seed, "audit", "shares"))


STEP = Step(name="audit", params=Params, reads=reads, run=run)
