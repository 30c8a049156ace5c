"""Our risks beside anonymeter's, of the same twins: ``python -m tests.benchmarks.risks``.

Half of each half of a table: those who were trained on, those who were held out, and fresh rows for twins,
all of one size. anonymeter (Giomi et al. 2023) runs in an environment of its own, which is made when needed,
with our secrets and our deals of columns.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tabtwin import generators
from tabtwin.evaluation.comparison import Rows
from tabtwin.evaluation.risks import inference, linkability
from tabtwin.evaluation.risks.risks import RISKS, risks
from tabtwin.generators.protocol import Settings
from tabtwin.lib import seeds
from tabtwin.preparation.prepare import Ingested
from tabtwin.protection.rare_values import decode
from tests.benchmarks.strangers import SCRIPTS, Environment
from tests.benchmarks.tables import SMALL, TARGETS, halves

ANONYMETER = Environment("giomi.py", ("install anonymeter==1.1.0 pyarrow",))
GUESSES = {"univariate": 1_000, "multivariate": 150}
"""Predicates that anonymeter is asked for: as many as a small twin offers, since it divides by that."""
HEADINGS = ("twin", "risk", "", "training", "holdout", "random", "risk and interval", "guesses")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each table asked for."""
    given = _parser().parse_args(arguments)
    for name in given.tables:
        print(f"{name}, seed {given.seed}\n")  # noqa: T201 - the benchmark's output
        print("\n".join(_lines(name, given.seed)), flush=True)  # noqa: T201
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.risks", description=__doc__)
    parser.add_argument(
        "--tables", nargs="+", choices=TARGETS, default=list(SMALL), help="default: small ones"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the parts and of every guess (default 1)")
    return parser


def _lines(name: str, seed: int) -> list[str]:
    """Both figures of every risk and twin, in Markdown."""
    found = halves(name, seed).found
    training, _ = _parts(found.training, seed, "training")
    holdout, fresh = _parts(found.holdout, seed, "holdout")
    half = len(training) // 2
    twins = {
        "fresh rows": fresh,
        "half a copy": pd.concat([training[:half], fresh[half:]], ignore_index=True),
        "a copy": training,
        "boost, trained on these and as many others": _boost(found, seed),
    }
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---" * len(HEADINGS) + "|"]
    agreeing: list[bool] = []
    for label, twin in twins.items():
        with contextlib.redirect_stdout(sys.stderr):  # where progress goes
            measured = risks(twin, Rows.of(training), Rows.of(holdout), found.schema, seed=seed, threads=2)
        ours = measured.result().model_dump(mode="json")
        theirs = _theirs(twin, training, holdout, seed)
        for risk in RISKS:
            lines += [_line(label, risk, "ours", ours[risk]), _line("", "", "anonymeter", theirs[risk])]
            agreeing += _overlap(ours[risk], theirs[risk])
    return [*lines, f"\nThe intervals of {sum(agreeing)} of {len(agreeing)} risks overlap.\n"]


def _parts(table: pd.DataFrame, seed: int, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    order = seeds.generator(seed, "benchmark", "risks", name).permutation(len(table))
    first, second = (table.iloc[order[side::2]].reset_index(drop=True) for side in (0, 1))
    return first, second


def _boost(found: Ingested, seed: int) -> pd.DataFrame:
    """As many rows of the default generator as it was trained on."""
    model = generators.find("boost").fit(
        found.encoded, found.encoded_schema, Settings(epochs=0, threads=2), seed, lambda *step: None
    )
    return decode(model.sample(0, len(found.encoded), seed), found.schema, found.encoding)


def _theirs(twin: pd.DataFrame, training: pd.DataFrame, holdout: pd.DataFrame, seed: int) -> dict[str, Any]:
    columns = np.array(training.columns)
    dealt = linkability.deals(len(columns), seeds.generator(seed, "risks", "deals"))
    secrets = inference.secrets(len(columns), seeds.generator(seed, "risks", "secrets"))
    asked = {
        "halves": [[columns[half].tolist() for half in deal] for deal in dealt],
        "secrets": columns[secrets].tolist(),
        "guesses": GUESSES,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, rows in {"twin": twin, "training": training, "holdout": holdout}.items():
            rows.to_parquet(folder / f"{part}.parquet", index=False)
        (folder / "asked.json").write_text(json.dumps(asked))
        command = [ANONYMETER.python(), SCRIPTS / ANONYMETER.script, folder, str(seed)]
        subprocess.run(command, check=True, stdout=sys.stderr)
        return json.loads((folder / "anonymeter.json").read_text())


def _overlap(ours: dict[str, Any] | None, theirs: dict[str, Any]) -> list[bool]:
    """Whether the intervals of a risk overlap; empty where we give none."""
    if ours is None or ours["risk"]["value"] is None:
        return []
    (low, high), (least, most) = ((found["risk"]["low"], found["risk"]["high"]) for found in (ours, theirs))
    return [low <= most and least <= high]


def _line(twin: str, risk: str, whose: str, found: dict[str, Any] | None) -> str:
    if found is None:
        return f"| {twin} | {risk} | {whose} |" + " – |" * (len(HEADINGS) - 3)
    rates = [found[side] if isinstance(found[side], float) else found[side]["share"] for side in SIDES]
    value, low, high = (found["risk"][name] for name in ("value", "low", "high"))
    cells = [f"{rate:.3f}" for rate in (*rates, found["baseline"])]
    cells += [f"{value:.3f} ({low:.3f} to {high:.3f})" if value is not None else "–", f"{found['guesses']}"]
    return f"| {twin} | {risk} | {whose} | " + " | ".join(cells) + " |"


SIDES = ("training", "holdout")

if __name__ == "__main__":
    sys.exit(main())
