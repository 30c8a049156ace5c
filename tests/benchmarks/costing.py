"""What each measure of an audit costs, by its parts, with caps on rows that are scaled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

from tabtwin.evaluation import comparison
from tabtwin.evaluation.attacks import attack, nearest_rows
from tabtwin.evaluation.attacks import measure as attacks
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.comparison import Comparison, Tables
from tabtwin.evaluation.distances import closeness
from tabtwin.evaluation.distances.closeness import Closeness
from tabtwin.evaluation.fidelity import likeness
from tabtwin.evaluation.fidelity import measure as fidelity
from tabtwin.evaluation.fidelity.likeness import Likeness
from tabtwin.evaluation.risks import risks, singling_out
from tabtwin.evaluation.validity import finding
from tabtwin.evaluation.validity import measure as validity
from tabtwin.pipeline import utility
from tabtwin.schema.schema import Schema
from tests.benchmarks.making import Stopwatch

UTILITY = "Utility"
"""No measure but a step, timed like one: a model that learns real rows, and one that learns the twin."""

Function = tuple[Any, str]
"""A function, by the module or class that it is called from."""

PARTS: Mapping[str, Mapping[str, tuple[Function, ...]]] = {
    "LikenessMeasure": {
        "accuracies": ((Likeness, "accuracies"),),
        "its control": ((Likeness, "control"),),
        "gap": ((Likeness, "gap"),),
        "dependence": ((Likeness, "dependence"),),
    },
    "ClosenessMeasure": {
        "nearest rows": ((closeness, "nearest"),),
        "copies": ((Closeness, "copies"),),
    },
    "AttacksMeasure": {
        "the twin": ((attacks, "attack"),),
        "its control": ((attacks, "control"),),
        "in both: nearest rows": (
            (attack, "nearest"),
            (nearest_rows, "towards"),
            (attack, "relative_distances"),
        ),
        "in both: tracing": ((attack, "trace"),),
        "in both: learned": ((attack, "learned_scores"),),
    },
    "RisksMeasure": {
        "the twin": ((risks, "risks"),),
        "its control": ((risks, "control"),),
        "in both: singling out": ((risks, "_singled_out"),),
        "in both: linkability": ((risks, "_linked"),),
        "in both: inference": ((risks, "_inferred"),),
    },
    "ValidityMeasure": {"finding rules": ((validity, "find_rules"),)},
}
"""The functions whose time is a part's, by measure; a part may lie within another."""

CAPS: Mapping[str, tuple[tuple[ModuleType, str], ...]] = {
    "SizesMeasure": ((comparison, "MAX_ROWS"),),
    "LikenessMeasure": ((likeness, "MAX_COMPARED"),),
    "DiscriminatorMeasure": ((fidelity, "MAX_DISCRIMINATED"),),
    "ClosenessMeasure": (
        (closeness, "MAX_REFERENCE"),
        (closeness, "MAX_ASKED"),
        (closeness, "MAX_TRAINING"),
        (closeness, "MAX_COPIED"),
    ),
    "AttacksMeasure": (
        (attacks, "MAX_ATTACKED"),
        (attacks, "FEW_MEMBERS"),
        (attack, "MAX_MEMBERS"),
        (attack, "MAX_TWIN"),
    ),
    "RisksMeasure": ((risks, "MAX_ASKED"), (singling_out, "MAX_GUESSES")),
    "ValidityMeasure": ((validity, "MAX_ROWS"), (finding, "_MOST_CELLS")),
    UTILITY: ((utility, "ROWS"),),
}
"""The caps on rows that each measure uses, where they are read."""


@dataclass(frozen=True)
class Cost:
    """What one measure costs: processor seconds, those of its parts, and its caps."""

    seconds: float
    parts: Mapping[str, float]
    caps: Mapping[str, int]


def costs(compared: Comparison) -> tuple[AuditResult, dict[str, Cost]]:
    """Audit and judge utility; return the figures, and what each measure costs, by its name."""
    found: dict[str, Cost] = {}
    figures: dict[str, Any] = {}
    for measure in AuditResult.measures():
        name = measure.__name__
        with _timed(PARTS.get(name, {})) as parts:
            watch = Stopwatch()
            part = measure.measured(compared)
            found[name] = Cost(watch.read()[1], parts, _caps(name))
        figures |= dict(part)
    watch = Stopwatch()
    tables = {"real": compared.whole.training.table, "synthetic": compared.whole.synthetic}
    held = compared.whole.holdout
    utility.judge(
        tables, held.table, compared.schema, compared.seed, compared.threads, held_subjects=held.clusters
    )
    found[UTILITY] = Cost(watch.read()[1], {}, _caps(UTILITY))
    return AuditResult(**figures), found


def compared_with(whole: Tables, schema: Schema, seed: int, threads: int) -> Comparison:
    """Return what an audit compares."""
    return Comparison.of(whole, schema, seed=seed, threads=threads)


def few(whole: Tables, rows: int) -> Tables:
    """Return the first rows of every table, to compile what is compiled once."""
    first = np.arange(rows)
    return replace(
        whole,
        synthetic=whole.synthetic.head(rows),
        pool=whole.synthetic.head(rows),
        training=whole.training.take(first),
        holdout=whole.holdout.take(first),
    )


@contextmanager
def scaled(factor: float) -> Iterator[None]:
    """Have all caps on rows multiplied, meanwhile."""
    with ExitStack() as stack:
        for module, name in (cap for caps in CAPS.values() for cap in caps):
            stack.enter_context(patch.object(module, name, max(1, round(getattr(module, name) * factor))))
        yield


@contextmanager
def _timed(parts: Mapping[str, tuple[Function, ...]]) -> Iterator[dict[str, float]]:
    """Add up the processor seconds of parts, meanwhile."""
    spent = dict.fromkeys(parts, 0.0)

    def timed(label: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            watch = Stopwatch()
            try:
                return function(*given, **more)
            finally:
                spent[label] += watch.read()[1]

        return call

    with ExitStack() as stack:
        for label, functions in parts.items():
            for owner, name in functions:
                stack.enter_context(patch.object(owner, name, timed(label, getattr(owner, name))))
        yield spent


def _caps(measure: str) -> dict[str, int]:
    return {name: getattr(module, name) for module, name in CAPS.get(measure, ())}
