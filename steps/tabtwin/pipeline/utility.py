"""Utility: does a model learn as much from the twin as from the real rows?

    training, synthetic, hybrid, holdout -> utility

The same stacked model is trained on each table and judged on the sealed holdout, beside one that always
predicts the commonest class (or the mean). The spread is over three seeds of the model: it includes neither
the luck of the holdout nor that of the twin. A made target's source column is not a feature, since it gives
the target away.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tabtwin.evaluation.utility.features import Features
from tabtwin.evaluation.utility.learners import FOLDS
from tabtwin.evaluation.utility.results import Trained, Utility
from tabtwin.evaluation.utility.tasks import Task, task_of
from tabtwin.lib import log
from tabtwin.lib.seeds import derive, generator
from tabtwin.pipeline.params.base import StepParams as Params
from tabtwin.pipeline.releases import read_released
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.protection.small_counts import about
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.twins import twin_refs

SEEDS = 3
ROWS = 50_000

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="training.parquet"),
    Ref(step="ingest", file="holdout.parquet"),
    Ref(step="balance", file="hybrid.parquet"),
)


def reads(params: Params, run: Run) -> list[Ref]:
    """Return the real rows, the hybrid table, and all that is released."""
    return [*READS, *twin_refs(run)]


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Train on each table and judge on the holdout."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    tables = {
        "real": inputs.table("ingest", "training.parquet"),
        "synthetic": read_released(inputs),
        "hybrid": inputs.table("balance", "hybrid.parquet"),
    }
    report = judge(tables, inputs.table("ingest", "holdout.parquet"), schema, params.run_seed, params.threads)
    outputs.json("utility.json", report.model_dump(mode="json"))
    scores = {name: report.scored(name) for name, result in report.trained_on.items() if result}
    return {"task": report.task, "metric": report.main, **scores}


def judge(
    tables: Mapping[str, pd.DataFrame], holdout: pd.DataFrame, schema: Schema, seed: int, threads: int
) -> Utility:
    """Return the scores on ``holdout`` of models trained on each of ``tables`` (``real`` among them)."""
    columns = [
        column for column in schema.learned if column.name not in {schema.target, schema.target_source}
    ]
    reason = _skipped(schema, len(columns))
    if reason:
        return Utility(target=schema.target, seeds=SEEDS, notes=(reason,))
    task = task_of(schema, tables["real"], threads)
    features = Features.fit(tables["real"], columns)
    truth, known = task.target(holdout)
    if len(truth) < 2:
        few = "skipped: fewer than two rows of the holdout have a target"
        return Utility(target=schema.target, seeds=SEEDS, notes=(few,))
    asked = features.matrix(holdout[known])
    guess = task.baseline(task.target(tables["real"])[0], len(truth))
    trained, notes = {}, list(task.notes)
    for name, table in log.counted(tables.items(), len(tables), "utility"):
        result, note = _trained_on(name, table, task, features, asked, truth, seed)
        trained[name] = result
        notes += note
    return Utility(
        target=schema.target,
        task=task.kind,
        metrics=tuple(task.metrics),
        holdout_rows=len(truth),
        seeds=SEEDS,
        baseline=task.score(truth, guess),
        trained_on=trained,
        notes=tuple(notes),
    )


def _trained_on(
    name: str,
    table: pd.DataFrame,
    task: Task,
    features: Features,
    asked: np.ndarray,
    truth: np.ndarray,
    seed: int,
) -> tuple[Trained | None, list[str]]:
    """Return the mean and spread over seeds of a model trained on ``table``, and notes; ``None`` without a
    model.
    """
    target, known = task.target(table)
    rows = np.flatnonzero(known)
    notes = []
    if len(rows) > ROWS:
        chosen = np.sort(generator(seed, "utility", name).choice(len(rows), ROWS, replace=False))
        rows, target = rows[chosen], target[chosen]
        notes.append(f"{name}: trained on {ROWS} rows drawn from {about(int(known.sum()))}")
    fit = task.trainable(target)
    rows, target = rows[fit], target[fit]
    if not fit.all():
        notes.append(
            f"{name}: {about(int((~fit).sum()))} rows of classes with fewer than {FOLDS} rows were left out"
        )
    if len(np.unique(target)) < 2 or len(target) < 2 * FOLDS:
        return None, [*notes, f"{name}: no model, since its rows hold fewer than two values of the target"]
    matrix = features.matrix(table.iloc[rows])
    scores = [
        task.score(truth, task.predict(matrix, target, asked, derive(seed, "utility", turn) >> 1))
        for turn in range(SEEDS)
    ]
    found = Trained(
        # Including those whose target is missing: a count without them could reveal a single one.
        rows=min(ROWS, len(table)) - int((~fit).sum()),
        mean={metric: _mean(scores, metric) for metric in task.metrics},
        spread={metric: _spread(scores, metric) for metric in task.metrics},
        each={metric: tuple(score[metric] for score in scores) for metric in task.metrics},
    )
    return found, notes


def _mean(scores: list[dict[str, float | None]], metric: str) -> float | None:
    values = [score[metric] for score in scores]
    return None if None in values else float(np.mean([value for value in values if value is not None]))


def _spread(scores: list[dict[str, float | None]], metric: str) -> float | None:
    """Return the standard deviation over seeds."""
    values = [value for score in scores if (value := score[metric]) is not None]
    return float(np.std(values, ddof=1)) if len(values) == len(scores) else None


def _skipped(schema: Schema, features: int) -> str | None:
    """Return why there is nothing to judge, or ``None``."""
    if schema.target is None:
        return "skipped: the table has no target to predict; name one with --target"
    if schema.target_source is None or not of(schema[schema.target_source]).is_learned:
        return "skipped: the target is a column that the twin does not learn"
    return None if features else "skipped: no column is left to predict the target from"


STEP = Step(
    name="utility",
    params=Params,
    reads=reads,
    run=run,
    covers=("evaluation", "protection", "schema"),
    libraries=("lightgbm", "numpy", "pandas", "pyarrow", "scipy", "sklearn", "xgboost"),
)
