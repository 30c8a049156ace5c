"""``make bench NAME=reading``: what reading a large CSV costs: ``python -m tests.benchmarks.reading``.

A table is made and kept: numbers, dates, words and identifiers, no block of rows like another. Each reader
counts its rows and keeps a sample of them as text, in a process of its own; DuckDB and Polars have an
environment of their own, which is made when needed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks import rendering
from tests.benchmarks.cells import BENCH
from tests.benchmarks.rendering import Columns, Row
from tests.benchmarks.runner import say
from tests.benchmarks.strangers import SCRIPTS, Environment

FOLDER = BENCH / "reading"
ROWS, BLOCK, SEED = 10_000_000, 100_000, 1
PEERS = Environment("read_large.py", ("install duckdb==2.0.0 polars==2.1.0",))
SCRIPT = SCRIPTS / PEERS.script
COLUMNS: Columns = {
    "processor": ("seconds of processor time", ",.1f"),
    "seconds": ("seconds, wall time", ",.1f"),
    "megabytes": ("peak memory, MB", ",.0f"),
}
READERS: dict[str, tuple[str, Callable[[], str | Path]]] = {
    "tabtwin": ("**tabtwin** (Arrow in blocks), which also digests all rows", lambda: sys.executable),
    "duckdb": ("DuckDB, a reservoir sample", PEERS.python),
    "polars": ("Polars, all rows and a sample", PEERS.python),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the table with each reader, and print what that cost."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of the table; default: {ROWS}")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS), help="default: all")
    given = parser.parse_args(arguments)
    table = made(given.rows)
    rows = []
    for name in given.readers:
        label, python = READERS[name]
        rows.append(Row(label, measured([str(python()), str(SCRIPT), name, str(table)], given.rows)))
    size = f"{given.rows:,} rows of {len(_block(0).columns)} columns, {table.stat().st_size / 1e6:,.0f} MB"
    say(rendering.markdown(size, rows, COLUMNS))
    return 0


def measured(command: Sequence[str], expected: int) -> dict[str, float]:
    """What a command costs that prints how many rows it read."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read().split()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or int(said[-1]) != expected:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}, having read {said[-1:]} rows")
    return {
        "seconds": time.perf_counter() - begun,
        "processor": usage.ru_utime + usage.ru_stime,
        "megabytes": usage.ru_maxrss / 1024,
    }


def made(rows: int) -> Path:
    """A CSV of so many rows; made once and kept."""
    path = FOLDER / f"{rows}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            for number in range(-(-rows // BLOCK)):
                block = _block(number)[: rows - number * BLOCK]
                file.write(block.to_csv(index=False, header=number == 0).encode())
        draft.rename(path)
    return path


def _block(number: int) -> pd.DataFrame:
    rng = np.random.default_rng([SEED, number])
    start = np.datetime64("2015-01-01")
    return pd.DataFrame(
        {
            "id": [f"C{at:09d}" for at in rng.integers(0, 10**9, BLOCK)],
            "age": rng.integers(18, 90, BLOCK),
            "income": np.where(rng.random(BLOCK) < 0.1, np.nan, rng.lognormal(10, 0.5, BLOCK).round(2)),
            "region": rng.choice(["north", "south", "east", "west"], BLOCK),
            "plan": rng.choice(["gold", "silver, or so", "none"], BLOCK),
            "since": (start + rng.integers(0, 3_000, BLOCK)).astype(str),
            "score": rng.normal(0, 1, BLOCK).round(4),
            "visits": rng.poisson(4, BLOCK),
            "spent": rng.gamma(2, 30, BLOCK).round(2),
            "bought": rng.choice(["yes", "no"], BLOCK),
        }
    )


if __name__ == "__main__":
    sys.exit(main())
