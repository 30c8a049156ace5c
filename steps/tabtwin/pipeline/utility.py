"""Utility: does a model learn as much from the twin as from the real rows?

    training, synthetic, hybrid, holdout -> utility

The same stacked model is trained on each table and judged on the sealed holdout, beside one that always
predicts the commonest class (or the mean). The interval of a score is that of the holdout, by a jackknife
over its subjects: the luck of the twin and of the model is not included. A made target's source column is not
a feature, since it gives the target away.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tabtwin.evaluation.comparison import drawn
from tabtwin.evaluation.intervals import GROUPS, Figure, jackknife
from tabtwin.evaluation.subjects import count, subject_groups
from tabtwin.evaluation.utility.features import Features
from tabtwin.evaluation.utility.learners import FOLDS
from tabtwin.evaluation.utility.results import Trained, Utility
from tabtwin.evaluation.utility.tasks import Task, task_of
from tabtwin.lib import log
from tabtwin.lib.seeds import derive, generator
from tabtwin.pipeline.params.base import StepParams as Params
from tabtwin.pipeline.released_rows import read_released
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.protection.small_counts import about
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.twins import twin_refs

ROWS = 20_000
"""Rows that each model is trained on, and judged on, at most: an AUC of .7 is then known to .004."""

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="training.parquet"),
    Ref(step="ingest", file="holdout.parquet"),
    Ref(step="ingest", file="holdout_subjects.parquet"),
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
        "synthetic": read_released(inputs, params.run_seed).table,
        "hybrid": inputs.table("balance", "hybrid.parquet"),
    }
    report = judge(
        tables,
        inputs.table("ingest", "holdout.parquet"),
        schema,
        params.run_seed,
        params.threads,
        held_subjects=inputs.table("ingest", "holdout_subjects.parquet")["subject"].to_numpy(),
    )
    outputs.json("utility.json", report.model_dump(mode="json"))
    scores = {name: report.scored(name) for name, result in report.trained_on.items() if result}
    return {"task": report.task, "metric": report.main, **scores}


def judge(
    tables: Mapping[str, pd.DataFrame],
    holdout: pd.DataFrame,
    schema: Schema,
    seed: int,
    threads: int,
    *,
    held_subjects: np.ndarray,
) -> Utility:
    """Return the scores on ``holdout`` of models trained on each of ``tables``.

    Args:
        tables: Canonical tables by name, ``real`` among them.
        holdout: The rows that models are judged on, canonical.
        schema: Their schema.
        seed: Draws rows if there are more than ``ROWS``, and decides the models' subsamples.
        threads: Models to train side by side; no score depends on it.
        held_subjects: The subject of each row of the holdout (rows,).
    """
    columns = [
        column for column in schema.learned if column.name not in {schema.target, schema.target_source}
    ]
    reason = _skipped(schema, len(columns))
    if reason:
        return Utility(target=schema.target, notes=(reason,))
    task = task_of(schema, tables["real"])
    features = Features.fit(tables["real"], columns)
    truth, known = task.target(holdout)
    if len(truth) < 2:
        return Utility(
            target=schema.target, notes=("skipped: fewer than two rows of the holdout have a target",)
        )
    judged = drawn(len(truth), ROWS, generator(seed, "utility", "holdout"))
    asked = features.matrix(holdout[known].iloc[judged])
    truth, subjects = truth[judged], held_subjects[known][judged]
    groups = subject_groups(subjects, generator(seed, "utility", "groups"))
    floor = 1 / count(subjects)
    guess = task.baseline(task.target(tables["real"])[0], len(truth))
    lessons = {name: _lesson(name, table, task, seed) for name, table in tables.items()}
    learned = [name for name, lesson in lessons.items() if lesson.can_be_learned]

    def answers(name: str) -> np.ndarray:
        lesson = lessons[name]
        rows = features.matrix(tables[name].iloc[lesson.rows])
        return task.predict(rows, lesson.target, asked, derive(seed, "utility") >> 1)

    with ThreadPoolExecutor(threads) as pool:
        found = dict(
            zip(learned, log.counted(pool.map(answers, learned), len(learned), "utility"), strict=True)
        )
    trained = {
        name: Trained(rows=lesson.told, score=_scores(truth, found[name], groups, task, floor))
        if name in found
        else None
        for name, lesson in lessons.items()
    }
    notes = [*task.notes, *(note for lesson in lessons.values() for note in lesson.notes)]
    return Utility(
        target=schema.target,
        task=task.kind,
        metrics=tuple(task.metrics),
        holdout_rows=int(known.sum()),
        baseline=task.score(truth, guess),
        trained_on=trained,
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Lesson:
    """What a model can learn of one table.

    Attributes:
        rows: Places of the rows to train on, int (n,).
        target: Their targets (n,).
        told: How many rows are reported: with those whose target is missing, since a count without them could
            reveal a single one.
        notes: What a reader must know.
    """

    rows: np.ndarray
    target: np.ndarray
    told: int
    notes: tuple[str, ...]

    @property
    def can_be_learned(self) -> bool:
        """Return whether the rows hold two values of the target, and enough for each fold."""
        return len(np.unique(self.target)) >= 2 and len(self.target) >= 2 * FOLDS


def _lesson(name: str, table: pd.DataFrame, task: Task, seed: int) -> _Lesson:
    """Choose the rows of ``table`` that a model is trained on."""
    target, known = task.target(table)
    rows = np.flatnonzero(known)
    notes = []
    if len(rows) > ROWS:
        chosen = np.sort(generator(seed, "utility", name).choice(len(rows), ROWS, replace=False))
        rows, target = rows[chosen], target[chosen]
        notes.append(f"{name}: trained on {ROWS} rows drawn from {about(int(known.sum()))}")
    fit = task.trainable(target)
    if not fit.all():
        notes.append(
            f"{name}: {about(int((~fit).sum()))} rows of classes with fewer than {FOLDS} rows were left out"
        )
    told = min(ROWS, len(table)) - int((~fit).sum())
    lesson = _Lesson(rows[fit], target[fit], told, tuple(notes))
    if lesson.can_be_learned:
        return lesson
    none = f"{name}: no model, since its rows hold fewer than two values of the target"
    return replace(lesson, notes=(*notes, none))


def _scores(
    truth: np.ndarray, answers: np.ndarray, groups: np.ndarray, task: Task, floor: float
) -> dict[str, Figure | None]:
    """Return the scores of a model's answers, with a jackknife over groups of the holdout."""
    of_all = task.score(truth, answers)
    without = [
        task.score(truth[groups != group], answers[groups != group])
        for group in range(GROUPS)
        if (groups != group).sum() > 1
    ]
    found: dict[str, Figure | None] = {}
    for metric, value in of_all.items():
        left = np.array([score[metric] for score in without], float)  # None becomes NaN
        found[metric] = None if value is None else jackknife(value, left, floor).figure()
    return found


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
