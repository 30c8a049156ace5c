"""Define prediction tasks: a class or a number, how a model is trained for it and how it is scored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from tabtwin.evaluation.utility.learners import FOLDS, classify, regress, score_classes, score_values
from tabtwin.evaluation.utility.results import TaskKind
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Column, Schema, numbers, target_values

CLASSES = 20
CLASS_ROWS = 10

Scores = dict[str, float | None]


class Task(Protocol):
    """A prediction task; targets are arrays over the rows whose target is known."""

    @property
    def kind(self) -> TaskKind:
        """Return ``classification`` or ``regression``."""
        ...

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the scores by name, the main one first."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know about the target, one line each."""
        ...

    def target(self, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return the known targets of a canonical table, (known,), and which rows they are of, bool
        (rows,).
        """
        ...

    def trainable(self, target: np.ndarray) -> np.ndarray:
        """Return which rows a model can be trained on, bool (known,)."""
        ...

    def predict(self, rows: np.ndarray, target: np.ndarray, among: np.ndarray, seed: int) -> np.ndarray:
        """Train on ``rows`` (known, features) and predict ``among`` (asked, features)."""
        ...

    def baseline(self, target: np.ndarray, asked: int) -> np.ndarray:
        """Return the answers of a predictor that knows ``target`` and uses no feature."""
        ...

    def score(self, truth: np.ndarray, answers: np.ndarray) -> Scores:
        """Return how good answers are, by metric."""
        ...


def task_of(schema: Schema, training: pd.DataFrame) -> Task:
    """Return the task for the schema's target; ``training`` determines the classes."""
    column = schema[schema.target_source or ""]
    if schema.made is None and not is_label(column):
        return Regression(column)
    counts = Counter(target_values(training, schema).dropna())
    common = [name for name in counts if counts[name] >= CLASS_ROWS]
    named = sorted(common, key=lambda name: (-counts[name], name))[:CLASSES]
    return Classification(schema, tuple(named), len(counts) - len(named))


@dataclass(frozen=True)
class Classification:
    """Predict a class: training's commonest by name, and all others, a rare group's token too, as one."""

    schema: Schema
    named: tuple[str, ...]
    grouped: int
    kind: TaskKind = "classification"
    metrics: tuple[str, ...] = ("auc", "accuracy", "f1")

    @property
    def notes(self) -> tuple[str, ...]:
        """Return which classes were grouped."""
        if not self.grouped:
            return ()
        # Not how many: the report would reveal the number of those that few rows hold.
        note = f"classes beyond the {CLASSES} commonest, or of under {CLASS_ROWS} rows: one"
        return (note,)

    def target(self, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return codes into ``named``; one past its end for any other class."""
        cells = target_values(table, self.schema)
        known = cells.notna().to_numpy()
        lookup = {name: code for code, name in enumerate(self.named)}
        return cells[known].map(lookup).fillna(len(self.named)).to_numpy("int64"), known

    def trainable(self, target: np.ndarray) -> np.ndarray:
        """Return rows of classes that every fold of the stacking can hold."""
        enough: np.ndarray = np.bincount(target, minlength=self._classes)[target] >= FOLDS
        return enough

    def predict(self, rows: np.ndarray, target: np.ndarray, among: np.ndarray, seed: int) -> np.ndarray:
        """Return probabilities, (asked, classes)."""
        return classify(rows, target, among, self._classes, seed)

    def baseline(self, target: np.ndarray, asked: int) -> np.ndarray:
        """Return the share of each class, for every row: it always guesses the commonest."""
        shares = np.bincount(target, minlength=self._classes) / max(1, len(target))
        return np.tile(shares, (asked, 1))

    def score(self, truth: np.ndarray, answers: np.ndarray) -> Scores:
        """Return the AUC, accuracy and macro F1."""
        return score_classes(truth, answers)

    @property
    def _classes(self) -> int:
        return len(self.named) + 1


@dataclass(frozen=True)
class Regression:
    """Predict a number, or a date in days."""

    column: Column
    kind: TaskKind = "regression"
    metrics: tuple[str, ...] = ("r2",)
    notes: tuple[str, ...] = ()

    def target(self, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers themselves."""
        values = numbers(table, self.column)
        known = ~np.isnan(values)
        return values[known], known

    def trainable(self, target: np.ndarray) -> np.ndarray:
        """Return all rows."""
        return np.ones(len(target), dtype=bool)

    def predict(self, rows: np.ndarray, target: np.ndarray, among: np.ndarray, seed: int) -> np.ndarray:
        """Return numbers, (asked,)."""
        return regress(rows, target, among, seed)

    def baseline(self, target: np.ndarray, asked: int) -> np.ndarray:
        """Return the mean, for every row."""
        return np.full(asked, target.mean() if len(target) else 0.0)

    def score(self, truth: np.ndarray, answers: np.ndarray) -> Scores:
        """Return R²."""
        return score_values(truth, answers)
