"""anonymeter's risks of a twin: FOLDER SEED. Runs in an environment of its own.

FOLDER holds twin.parquet, training.parquet and holdout.parquet, and asked.json: the columns' halves for
linkability, the columns that are secrets, and how many predicates are wanted. Writes anonymeter.json there.
"""

import json
import random
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator
from anonymeter.stats.confidence import EvaluationResults, residual_success

NEIGHBOURS = (1, 10)
folder, seed = Path(sys.argv[1]), int(sys.argv[2])
warnings.simplefilter("ignore")
random.seed(seed)
np.random.seed(seed)  # noqa: NPY002 - what pandas draws from
syn, ori, control = (
    pd.read_parquet(folder / f"{name}.parquet").astype(object).infer_objects()
    for name in ("twin", "training", "holdout")
)
asked = json.loads((folder / "asked.json").read_text())
size = min(len(ori), len(control), 1_000)


def figures(parts):
    """Success on training and holdout, and the risk, of evaluations taken together."""
    attacks = sum(part.n_attacks_ori for part in parts)
    together = EvaluationResults(
        attacks,
        *(sum(getattr(part, name) for part in parts) for name in ("n_success", "n_baseline", "n_control")),
    )
    risk = residual_success(together.attack_rate, together.control_rate)
    return {
        "training": together.n_success / attacks,
        "holdout": together.n_control / attacks,
        "baseline": together.n_baseline / attacks,
        "risk": {"value": risk.value, "low": risk.value - risk.error, "high": risk.value + risk.error},
        "guesses": attacks,
    }


def singled_out(mode):
    """Predicates in one column, or in three."""
    guesses = asked["guesses"][mode]
    evaluator = SinglingOutEvaluator(
        ori, syn, n_attacks=guesses, n_cols=3, control=control, max_attempts=200_000, seed=seed
    )
    evaluator.evaluate(mode=mode)
    return figures([evaluator.results()])


def linked():
    """Every deal of the columns, with its part of the guesses."""
    part = size // len(asked["halves"])
    evaluators = [
        LinkabilityEvaluator(ori, syn, halves, part, max(NEIGHBOURS), control).evaluate(n_jobs=1)
        for halves in asked["halves"]
    ]
    return {
        f"linkability_{near}": figures([one.results(n_neighbors=near) for one in evaluators])
        for near in NEIGHBOURS
    }


def inferred():
    """Every secret, from all other columns."""
    found = []
    for secret in asked["secrets"]:
        others = [name for name in ori.columns if name != secret]
        one = InferenceEvaluator(ori, syn, others, secret, n_attacks=size, control=control)
        found.append(one.evaluate(n_jobs=1).results())
    return figures(found)


result = {f"singling_out_{mode}": singled_out(mode) for mode in ("univariate", "multivariate")}
result |= linked() | {"inference": inferred()}
(folder / "anonymeter.json").write_text(json.dumps(result))
