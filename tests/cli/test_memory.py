"""A table larger than the memory that a command may take is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

ROWS, BLOCKS, DRAWN = 50_000, 160, 50_000
MEGABYTES, ALLOWED = 300, 600


def write_large(place: Path) -> None:
    """Write blocks of rows that are equal but for their first and last cells."""
    rng = np.random.default_rng(3)
    columns = [
        rng.normal(40, 9, ROWS).round(1),
        rng.gamma(2, 30, ROWS).round(2),
        rng.integers(0, 12, ROWS),
        rng.choice(["north", "south", "east", "west"], ROWS),
        rng.choice(["gold", "silver", "none"], ROWS),
        rng.normal(0, 1, ROWS).round(4),
        rng.choice(["yes", "no"], ROWS),
    ]
    body = list(map(",".join, zip(*(column.astype(str) for column in columns), strict=True)))
    with place.open("wb") as file:
        file.write(b"batch,age,spent,visits,region,plan,score,paid,bought\n")
        for block in range(BLOCKS):
            start, end = f"{block % 40}00,", f",{block % 3}.5\n"
            file.write((start + (end + start).join(body) + end).encode())


def test_a_large_table_is_checked_in_little_memory(tmp_path: Path) -> None:
    table = tmp_path / "large.csv"
    write_large(table)
    assert table.stat().st_size > MEGABYTES << 20
    command = [sys.executable, "-m", "tabtwin", "check", str(table), "--max-train-rows", "10000"]
    watched = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode;"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched, *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"large.csv: {DRAWN:,} rows drawn of {ROWS * BLOCKS:,}, 9 columns" in done.stdout
    kilobytes = int(done.stdout.splitlines()[-1])
    assert kilobytes << 10 < ALLOWED << 20
