"""A small table for tests that run the pipeline, and the command that runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tabtwin.store.artifacts import canonical, sha256
from tabtwin.store.signing import seal, unseal
from tabtwin.store.store import Store

QUICK = (
    "--target",
    "bought",
    "--generators",
    "boost:1",
    "--oversample",
    "3",
    "--seed",
    "1",
    "--log",
    "json",
)


def small_table(rows: int = 240, seed: int = 5) -> pd.DataFrame:
    """Customers: a key, numbers with missing cells, categories, a boolean, a date, a two-valued target."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    income = np.round(rng.lognormal(10, 0.5, rows), 2)
    return pd.DataFrame(
        {
            "id": [f"C{number:05d}" for number in rng.permutation(90_000)[:rows] + 1_000],
            "age": age,
            "income": np.where(rng.random(rows) < 0.1, np.nan, income),
            "region": rng.choice(["north", "south", "east", "west"], rows, p=[0.4, 0.3, 0.2, 0.1]),
            "member": rng.random(rows) < 0.3,
            "since": pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 3000, rows), unit="D"),
            "bought": np.where(rng.random(rows) < age / 100, "yes", "no"),
        }
    )


HURRIED = Path(__file__).with_name("hurried.py")


def command(table: Path, out: Path, *options: str, hurried: bool = False) -> list[str]:
    """``tabtwin run`` on a table, quickly; ``hurried``: with no pause before a step is tried again."""
    tabtwin = [str(HURRIED)] if hurried else ["-m", "tabtwin"]
    return [sys.executable, *tabtwin, "run", str(table), "--out", str(out), *QUICK, *options]


def run(words: Sequence[str], **environment: str) -> tuple[int, list[dict[str, object]], str]:
    """Run a command; its exit code, its JSON lines, and its stderr."""
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | environment, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def copy_records(store: Store, run: str, copy: str) -> None:
    """Let another run have used what this one did: its records, each signed for its new place."""
    for key in store.list(f"private/runs/{run}/"):
        if key.endswith(".json") and "/failed/" not in key:
            place = key.replace(f"/{run}/", f"/{copy}/")
            store.put(place, canonical(seal(unseal(json.loads(store.get(key)), key), place)))


def digests(out: Path) -> dict[str, str]:
    """The digest of every file that a run delivered, by its path in the output folder."""
    delivered = [
        path for folder in ("release", "private") for path in (out / folder).rglob("*") if path.is_file()
    ]
    kept = [path for path in delivered if "store" not in path.parts and path.name not in {"lock"}]
    return {str(path.relative_to(out)): sha256(path.read_bytes()) for path in kept}
