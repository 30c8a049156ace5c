"""The swap attack: both halves of a table are trained on, and which of the two twins knows a row better?

    python -m tests.benchmarks.swap

Where training twice is affordable, an attacker needs no reference rows: the twin of the other half is the
reference of the same scores. So do attacks by shadow twins, of which those on joint tables are the nearest
(Golob, Pentyala, Maratkhan and De Cock, "Privacy vulnerabilities in marginals-based synthetic data", 2024:
MAMA-MIA). It is stronger than what the audit can run: the other half's rows stand out in their own twin as
training's do in theirs. The plain attack beside it holds real rows, half of the other half.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.evaluation.attacks.attack import attack
from tabtwin.evaluation.attacks.figures import DENSITY, TRACING
from tabtwin.evaluation.attacks.joint_tables import trace
from tabtwin.evaluation.attacks.nearest_rows import density_ratios, towards
from tabtwin.evaluation.attacks.roc import Ranked, auc
from tabtwin.evaluation.comparison import Rows
from tabtwin.evaluation.distances.neighbours import Gower
from tabtwin.evaluation.intervals import Estimate
from tabtwin.generators.boost import Knobs
from tabtwin.generators.boost.fitting import fit_model
from tabtwin.generators.protocol import Settings
from tabtwin.lib import log
from tabtwin.preparation.prepare import Ingested
from tabtwin.protection.rare_values import decode, encode
from tabtwin.schema.rules.recoding import recoded_schema
from tests.benchmarks.tables import TARGETS, halves

SHOWN = (*TRACING, "density_1")
THREADS = 2
Maker = Callable[[pd.DataFrame, Ingested, int], pd.DataFrame]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the AUC of each attack, plain and swapped, by table and twin: means of seeds."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.swap", description=__doc__)
    parser.add_argument(
        "--tables",
        nargs="+",
        choices=TARGETS,
        default=["modeldata.wa_churn", "Ecdat.Computers"],
        help="default: modeldata.wa_churn Ecdat.Computers",
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3], help="default: 1 2 3")
    given = parser.parse_args(arguments)
    _say("| table, twin, attack | " + " | ".join(SHOWN) + " |")
    _say("| --- |" + " --: |" * len(SHOWN))
    for name in given.tables:
        for label, make in MAKERS.items():
            found = [attacked(halves(name, seed).found, make, seed) for seed in given.seeds]
            for way in ("plain", "swapped"):
                cells = [_mean([one[way][shown] for one in found]) for shown in SHOWN]
                _say(f"| {name}, {label}, {way} | " + " | ".join(cells) + " |")
    return 0


def boosted(rows: pd.DataFrame, found: Ingested, seed: int) -> pd.DataFrame:
    """As many rows of ``boost``, trained on canonical ``rows``."""
    known = encode(rows, found.schema, found.encoding)
    model = fit_model(
        known,
        recoded_schema(found.schema, found.encoding),
        Settings(threads=THREADS),
        Knobs(),
        seed,
        lambda *_: None,
    )
    return decode(model.sample(0, len(rows), seed), found.schema, found.encoding)


def copied(rows: pd.DataFrame, found: Ingested, seed: int) -> pd.DataFrame:
    """The rows themselves: how far each attack reaches."""
    return rows


MAKERS: Mapping[str, Maker] = {"`boost`": boosted, "a copy": copied}


def attacked(found: Ingested, make: Maker, seed: int) -> dict[str, dict[str, Estimate]]:
    """The attacks on training's twin: *plain* as the audit runs them, *swapped* with the holdout's twin."""
    twin, other = make(found.training, found, seed), make(found.holdout, found, seed)
    members, others = Rows.of(found.training), Rows.of(found.holdout)
    with log.silence():
        plain = attack(twin, members, others, found.schema, seed=seed, threads=THREADS)
    swapped = zip(*(_scores(rows, twin, other, found, seed) for rows in (members, others)), strict=True)
    ranked = {
        name: Ranked(*pair, members.clusters, others.clusters)
        for name, pair in zip(SHOWN, swapped, strict=True)
    }
    return {
        "plain": {name: plain[name].auc for name in SHOWN},
        "swapped": {name: auc([one]) for name, one in ranked.items()},
    }


def _scores(
    rows: Rows, twin: pd.DataFrame, other: pd.DataFrame, found: Ingested, seed: int
) -> list[np.ndarray]:
    """The score of each row by :data:`SHOWN`: (rows,) each."""
    (traced,) = trace(twin, other, [rows.table], found.schema, seed=seed, threads=THREADS)
    gower = Gower.fit(twin, found.schema)
    asked = gower.features(rows.table)
    near = [towards(asked, gower.features(table), threads=THREADS) for table in (twin, other)]
    ratios = density_ratios(*near)
    return [*traced.T, ratios[:, DENSITY.index("density_1")]]


def _mean(found: Sequence[Estimate]) -> str:
    value = np.mean([one.value for one in found])
    error = np.sqrt(np.sum([one.se**2 for one in found])) / len(found)
    return f"{value:.3f} ± {error:.3f}"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the benchmark's output


if __name__ == "__main__":
    sys.exit(main())
