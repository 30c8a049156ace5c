"""Section 9: bombs, formulas, and what a killed call leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.holes.replay import CAP_SECONDS, Hole, run
from tests.benchmarks.watching import tabtwin, watch

MOST_MEGABYTES = 450.0
_CALL = "import pandas, sys, tabtwin; tabtwin.run(pandas.read_csv(sys.argv[1]), generators='boost:1')"


def replay(folder: Path) -> Iterator[Hole]:
    """A bomb, formulas in cells, and a call that is killed."""
    file = folder / "bomb.parquet"
    cells = pa.array(["x" * 200_000] * 1_000)
    pq.write_table(pa.table({"text": cells, "n": np.arange(1_000)}), file, compression="zstd")
    ended = watch(tabtwin("check", str(file)), folder / "said", CAP_SECONDS)
    yield Hole(
        "9",
        f"check: {file.stat().st_size:,} bytes of Parquet that unpack to 200 MB",
        f"exit {ended.code}, {ended.megabytes:.0f} MB, {ended.errors.strip()!r}",
        ended.code == 2 and ended.megabytes < MOST_MEGABYTES,
    )
    yield from _formulas(folder)
    yield from _killed(folder)


def _formulas(folder: Path) -> Iterator[Hole]:
    rng = np.random.default_rng(4)
    table = pd.DataFrame(
        {
            "note": rng.choice(["=1+1", "@SUM(A1)", "plain", "+cmd"], 400),
            "age": rng.integers(18, 80, 400),
            "left": rng.choice(["yes", "no"], 400),
        }
    )
    file, out = folder / "formulas.csv", folder / "formulas"
    table.to_csv(file, index=False)
    checked = subprocess.run(tabtwin("check", str(file)), capture_output=True, text=True, check=False).stdout
    yield Hole(
        "9",
        "check: cells that begin as formulas do",
        "said" if "formula" in checked else "not said",
        "formula" in checked,
    )
    ended = run(file, out, "--escape-formulas")
    if ended.code == 0:
        twin = pd.read_csv(out / "release" / "synthetic.csv")
        live = int(twin["note"].str.match(r"[=+@-]").sum())
        yield Hole("9", "run --escape-formulas: cells that a spreadsheet would run", f"{live}", not live)
    else:
        yield Hole("9", "run --escape-formulas", str(ended), closed=ended.code == 3)


def _killed(folder: Path) -> Iterator[Hole]:
    """kill -9 of a Python program in the middle of ``tabtwin.run``."""
    rng = np.random.default_rng(8)
    table = pd.DataFrame({"a": rng.normal(size=3_000).round(2), "b": rng.choice(list("xyz"), 3_000)})
    file, temporary = folder / "killed.csv", folder / "tmp"
    table.to_csv(file, index=False)
    temporary.mkdir()
    environment = os.environ | {"TMPDIR": str(temporary)}
    caller = subprocess.Popen(
        [sys.executable, "-c", _CALL, str(file)], env=environment, stderr=subprocess.DEVNULL
    )
    time.sleep(8)
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    time.sleep(5)
    left = [path for path in temporary.rglob("*") if path.is_file()]
    yield Hole("9", "tabtwin.run, killed by kill -9: files in the temporary folder", f"{len(left)}", not left)
