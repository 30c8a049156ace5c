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

from tabtwin.evaluation.attacks.attack import Rows, attack, control
from tabtwin.evaluation.canaries.memorising import tell_apart
from tabtwin.evaluation.distances import closeness
from tabtwin.evaluation.distances.closeness import Closeness
from tabtwin.evaluation.fidelity import likeness
from tabtwin.evaluation.fidelity.accuracy import fit_bins, subsets
from tabtwin.evaluation.fidelity.discriminator import discriminator_auc
from tabtwin.evaluation.fidelity.likeness import Likeness
from tabtwin.evaluation.risks import risks
from tabtwin.evaluation.risks.combinations import combinations
from tabtwin.evaluation.subjects import count, one_each
from tabtwin.lib import seeds
from tabtwin.pipeline.params.base import StepParams as Params
from tabtwin.pipeline.pool import pool_refs, read_pool
from tabtwin.pipeline.releases import read_released, twin_refs
from tabtwin.pipeline.step import Inputs, Outputs, Step
from tabtwin.schema.schema import Schema
from tabtwin.selection.shares import Shares
from tabtwin.store.artifacts import Ref, Run

MAX_ROWS = 100_000
MAX_DISCRIMINATED = 10_000
MAX_ATTACKED = 10_000
FEWEST_ATTACKED = 4
"""Subjects of the holdout: two for each half."""
FEWEST_DISCRIMINATED = 10
"""Subjects for one row of each to be enough: two for each fold; below, all rows are taken."""
ENOUGH_HOLDOUT = 500
"""Holdout subjects from whose rows the discriminator learns enough; below, it takes training rows."""

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
    outputs.json("audit.json", audit)
    return {
        "accuracy": audit["accuracy"]["pooled"]["overall"],
        "accuracy_holdout": audit["accuracy"]["holdout"]["overall"],
        "discriminator": audit["discriminator"]["value"],
        "dcr_share": audit["dcr"]["twin"]["value"],
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
) -> dict[str, Any]:
    """Audit canonical tables; what is returned is what ``audit.json`` holds.

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
    names = [column.name for column in schema.learned]
    tables = {"synthetic": synthetic, "pool": pool, "training": training, "holdout": holdout}
    counts = {name: len(table) for name, table in tables.items()}
    if subjects is None:
        subjects = np.arange(len(training))
    if held_subjects is None:
        held_subjects = np.arange(len(holdout))
    kept = _draw(len(training), MAX_ROWS, seed, "training")
    kept_unseen = _draw(len(holdout), MAX_ROWS, seed, "holdout")
    twin, seen, unseen = (
        _some(synthetic, MAX_ROWS, seed, "synthetic")[names],
        training.iloc[kept][names],
        holdout.iloc[kept_unseen][names],
    )
    alike = twin if natural is None else _some(synthetic.iloc[natural], MAX_ROWS, seed, "natural")[names]
    raw = _some(pool, len(twin), seed, "pool")[names]
    members, others = Rows.of(seen, subjects[kept]), Rows.of(unseen, held_subjects[kept_unseen])
    near = Closeness(
        {"twin": twin, "pool": raw},
        seen,
        unseen,
        schema,
        subjects=members.clusters,
        held_subjects=others.clusters,
        seed=seed,
        threads=threads,
    )
    return {
        "rows": counts | {"caps": _caps()},
        **_likeness(alike, members, others, schema, seed, threads),
        "discriminator": discriminator(alike, members, others, schema, seed, threads),
        "distances": near.trials(),
        "dcr": {name: near.share(name) for name in near.samples},
        "nndr_ratio": {name: near.nndr_ratio(name) for name in near.samples},
        "copies": {name: near.copies(name) for name in near.samples},
        "attacks": _attacks(twin, members, others, schema, seed, threads),
        "risks": _risks(twin, members, others, schema, seed, threads),
        "combinations": combinations(synthetic, training, holdout, schema, (subjects, held_subjects)),
        "canaries": None
        if canaries is None or canaries.empty
        else tell_apart(canaries, _some(pool, MAX_ROWS, seed, "canaries"), seen, schema, threads=threads),
    }


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


def judged_likeness(
    twin: pd.DataFrame, seen: Rows, unseen: Rows, schema: Schema, seed: int, threads: int
) -> Likeness:
    """How close the twin is to training and holdout rows, on bins fitted on both."""
    bins = fit_bins([seen.table, unseen.table], schema)
    codes = [bins.codes(table) for table in (twin, seen.table, unseen.table)]
    return Likeness(
        bins,
        subsets(bins, seed),
        *codes,
        subjects=seen.clusters,
        held_subjects=unseen.clusters,
        seed=seed,
        threads=threads,
    )


def _likeness(
    twin: pd.DataFrame, seen: Rows, unseen: Rows, schema: Schema, seed: int, threads: int
) -> dict[str, Any]:
    judged = judged_likeness(twin, seen, unseen, schema, seed, threads)
    return {
        "accuracy": judged.accuracies(),
        "control": judged.control(),
        "gap": judged.gap(),
        "dependence": judged.dependence(),
    }


def discriminator(
    twin: pd.DataFrame, seen: Rows, unseen: Rows, schema: Schema, seed: int, threads: int
) -> dict[str, Any]:
    """How well a model tells the twin from holdout rows; from training's, where the holdout is small."""
    against = "holdout" if count(unseen.clusters) >= ENOUGH_HOLDOUT else "training"
    known = unseen if against == "holdout" else seen
    if count(known.clusters) >= FEWEST_DISCRIMINATED:
        # A subject's other rows, in other folds, would tell which side its row is of.
        known = known.take(
            one_each(known.clusters, seeds.generator(seed, "audit", "discriminator", "subjects"))
        )
    real = known.table
    rows = min(len(twin), len(real), MAX_DISCRIMINATED)
    found = discriminator_auc(
        _some(twin, rows, seed, "discriminator", "twin"),
        _some(real, rows, seed, "discriminator", "real"),
        schema,
        seed=seed,
        threads=threads,
    )
    return found.as_json() | {"against": against, "rows": rows}


def _attacks(
    twin: pd.DataFrame, seen: Rows, unseen: Rows, schema: Schema, seed: int, threads: int
) -> dict[str, Any] | None:
    if count(unseen.clusters) < FEWEST_ATTACKED:
        return None
    members, others = attacked(seen, unseen, seed)
    found = {
        "twin": attack(twin, members, others, schema, seed=seed, threads=threads),
        "control": control(members, others, schema, seed=seed, threads=threads),
    }
    figures = {
        side: {name: one.as_json() for name, one in attacks.items()} for side, attacks in found.items()
    }
    return figures | {"rows": {"twin": len(twin), "training": len(members), "holdout": len(others)}}


def attacked(seen: Rows, unseen: Rows, seed: int) -> tuple[Rows, Rows]:
    """The training and the holdout rows that attacks ask about: no more than ``MAX_ATTACKED`` of each."""
    return (
        seen.take(_draw(len(seen), MAX_ATTACKED, seed, "attacked", "training")),
        unseen.take(_draw(len(unseen), MAX_ATTACKED, seed, "attacked", "holdout")),
    )


def _risks(
    twin: pd.DataFrame, seen: Rows, unseen: Rows, schema: Schema, seed: int, threads: int
) -> dict[str, Any] | None:
    if count(unseen.clusters) < FEWEST_ATTACKED:
        return None
    return {
        "twin": risks.risks(twin, seen, unseen, schema, seed=seed, threads=threads).as_json(),
        "control": risks.control(seen, unseen, schema, seed=seed, threads=threads).as_json(),
        "rows": {"twin": len(twin), "training": len(seen), "holdout": len(unseen)},
    }


def _caps() -> dict[str, int]:
    return {
        "rows": MAX_ROWS,
        "compared": likeness.MAX_COMPARED,
        "discriminator": MAX_DISCRIMINATED,
        "half": closeness.MAX_HALF,
        "trial": closeness.MAX_TRIAL_ROWS,
        "asked": closeness.MAX_ASKED,
        "training": closeness.MAX_TRAINING,
        "reference": closeness.MAX_REFERENCE,
        "queries": closeness.MAX_QUERIES,
        "ratio": closeness.MAX_RATIO_ROWS,
        "attacked": MAX_ATTACKED,
        "guessed": risks.MAX_ASKED,
    }


def _some(table: pd.DataFrame, rows: int, seed: int, *path: str) -> pd.DataFrame:
    """At most ``rows`` rows, drawn by ``seed``; all of them in their order where there are no more."""
    return table.iloc[_draw(len(table), rows, seed, *path)]


def _draw(length: int, rows: int, seed: int, *path: str) -> np.ndarray:
    if length <= rows:
        return np.arange(length)
    return seeds.generator(seed, "audit", *path).permutation(length)[:rows]


STEP = Step(name="audit", params=Params, reads=reads, run=run)
