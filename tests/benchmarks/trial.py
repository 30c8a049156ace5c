"""What a generator's twin scores: closeness to unseen rows, what attacks learn, what it is good for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.evaluation.attacks.attack import attack, control
from tabtwin.evaluation.attacks.figures import Found
from tabtwin.evaluation.comparison import Rows
from tabtwin.evaluation.fidelity.accuracy import accuracy, fit_bins, subsets
from tabtwin.evaluation.fidelity.discriminator import discriminator_auc
from tabtwin.evaluation.utility.results import Utility
from tabtwin.lib import seeds
from tabtwin.pipeline import utility as useful
from tests.benchmarks.judge import Figures
from tests.benchmarks.tables import Halves

MAX_DISCRIMINATED = 10_000


def likeness(twin: pd.DataFrame, table: Halves, seed: int, threads: int) -> Figures:
    """acc(H), the training rows' own, how short of it the twin is, the gap, and the discriminator's AUC."""
    found = table.found
    bins = fit_bins([found.training, found.holdout], found.schema)
    tables = subsets(bins, seed)
    drawn, seen, unseen = (bins.codes(part) for part in (twin, found.training, found.holdout))
    pairs = {"holdout": (drawn, unseen), "training": (drawn, seen), "own": (seen, unseen)}
    acc = {name: accuracy(*pair, tables, threads=threads).overall for name, pair in pairs.items()}
    rows = min(len(twin), len(found.holdout), MAX_DISCRIMINATED)
    rng = seeds.generator(seed, "benchmark", "discriminator")
    sides = [part.iloc[rng.permutation(len(part))[:rows]] for part in (twin, found.holdout)]
    auc = discriminator_auc(*sides, found.schema, seed=seed, threads=threads)
    return {
        "acc_holdout": acc["holdout"],
        "acc_training": acc["training"],
        "acc_own": acc["own"],
        "short": acc["own"] - acc["holdout"],
        "gap": acc["training"] - acc["holdout"],
        "auc": auc.value,
    }


def fresh_likeness(table: Halves, seed: int, threads: int) -> Figures:
    """The same of training rows, which are fresh to the holdout; for them there is no gap."""
    return likeness(table.found.training, table, seed, threads) | {"acc_training": None, "gap": None}


def attacks(twin: pd.DataFrame, table: Halves, seed: int, threads: int) -> Figures:
    """AUC of each attack, its standard error, and among the rows that stand most alone; ends of the ROC."""
    found = table.found
    members, others = Rows.of(found.training), Rows.of(found.holdout)
    return _flat(attack(twin, members, others, found.schema, seed=seed, threads=threads))


def fresh_attacks(table: Halves, seed: int, threads: int) -> Figures:
    """The same of half of the holdout taken as a twin."""
    found = table.found
    members, others = Rows.of(found.training), Rows.of(found.holdout)
    return _flat(control(members, others, found.schema, seed=seed, threads=threads))


def utility(twin: pd.DataFrame, table: Halves, seed: int, threads: int) -> Figures:
    """What a model trained on the twin scores on the holdout, and by what part that is short of real rows."""
    tables = {"real": table.found.training, "synthetic": twin}
    report = _judged(tables, table, seed, threads)
    ours, real = (_main(report, name) for name in ("synthetic", "real"))
    return {"utility": ours, "utility_short": None if ours is None or not real else 1 - ours / real}


def fresh_utility(table: Halves, seed: int, threads: int) -> Figures:
    """What a model trained on real rows scores."""
    report = _judged({"real": table.found.training}, table, seed, threads)
    return {"utility": _main(report, "real"), "utility_short": 0.0}


def _judged(tables: dict[str, pd.DataFrame], table: Halves, seed: int, threads: int) -> Utility:
    """Models of each table, judged on the holdout, every row of which is a subject."""
    held = table.found.holdout
    return useful.judge(tables, held, table.found.schema, seed, threads, held_subjects=np.arange(len(held)))


def _main(report: Utility, name: str) -> float | None:
    """The main score (AUC, or R²) of what was trained on a table."""
    return report.scored(name)


def _flat(found: dict[str, Found]) -> Figures:
    figures: Figures = {}
    for name, attacked in found.items():
        figures[name] = attacked.auc.value
        figures[f"{name}_se"] = attacked.auc.se
        figures[f"{name}_exposed"] = attacked.exposed.value if attacked.exposed else None
        for side, ends in (("above", attacked.above), ("below", attacked.below)):
            figures |= {f"{name}_{side}_{rate}": end.value if end else None for rate, end in ends.items()}
    return figures
