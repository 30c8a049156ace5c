"""Digests of what some runs and audits release: ``python -m tests.benchmarks.released``.

A change that moves code and means to change no byte prints the same digests before and after. They hold for
one machine's libraries, so they are compared, never kept::

    python -m tests.benchmarks.released > before
    ... the change ...
    python -m tests.benchmarks.released --against before
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.watching import KEY, tabtwin
from tests.small import small_table


@dataclass(frozen=True)
class Case:
    """A run whose releases are digested: the table, how it is stored, and options of ``tabtwin run``."""

    name: str
    table: Callable[[], pd.DataFrame]
    options: str
    suffix: str = ".csv"


def _customers() -> pd.DataFrame:
    return small_table(300)


def _few() -> pd.DataFrame:
    return small_table()


def _many() -> pd.DataFrame:
    return small_table(900)


def _shop() -> pd.DataFrame:
    """Dates with times, a sum, an order, what fixes what, decimals of all sorts, marks of missing cells."""
    rng = np.random.default_rng(3)
    rows = 320
    net = np.round(rng.lognormal(3, 1, rows), 2)
    start = pd.Timestamp("2021-03-01") + pd.to_timedelta(rng.integers(0, 5_000_000, rows), unit="s")
    town = rng.choice(["Bern", "Basel", "Chur", "Genf"], rows)
    return pd.DataFrame(
        {
            "start": start.strftime("%d.%m.%Y %H:%M"),
            "end": (start + pd.to_timedelta(rng.integers(60, 90_000, rows), unit="s")).strftime(
                "%d.%m.%Y %H:%M"
            ),
            "net": net,
            "tax": np.round(net * 0.08, 2),
            "gross": np.round(net + np.round(net * 0.08, 2), 2),
            "town": town,
            "canton": pd.Series(town).map({"Bern": "BE", "Basel": "BS", "Chur": "GR", "Genf": "GE"}),
            "score": np.where(rng.random(rows) < 0.2, "n/a", rng.integers(1, 11, rows).astype(str)),
            "class": rng.choice(["A", "B", "C"], rows, p=[0.6, 0.3, 0.1]),
        }
    )


def _visits() -> pd.DataFrame:
    """Rows of 120 patients, three each."""
    rng = np.random.default_rng(4)
    who = np.repeat(np.arange(120), 3)
    return pd.DataFrame(
        {
            "patient": [f"P-{number * 37 + 1_000}" for number in who],
            "sex": rng.choice(["f", "m"], 120)[who],
            "born": rng.integers(1940, 2000, 120)[who],
            "pulse": rng.normal(70, 9, len(who)).round(),
            "cost": rng.lognormal(4, 1, len(who)).round(2),
        }
    )


def _people() -> pd.DataFrame:
    """Customers with a column of e-mail addresses."""
    table = small_table(260)
    return table.assign(mail=[f"user{number}@example.org" for number in range(len(table))])


def _measurements() -> pd.DataFrame:
    """Numbers alone."""
    rng = np.random.default_rng(6)
    base = rng.normal(size=(300, 2))
    mixed = base @ rng.normal(size=(2, 5)) + 0.3 * rng.normal(size=(300, 5))
    return pd.DataFrame(mixed.round(4), columns=list("abcde")).assign(high=mixed[:, 0] > 0)


CASES = (
    Case("boost", _customers, "--target bought --generators boost:1"),
    Case("two boosts, Parquet", _customers, "--target bought --generators boost:2", ".parquet"),
    Case("tvae", _few, "--target bought --generators tvae:2 --epochs 2 --oversample 3"),
    Case("ctgan and boost", _customers, "--target bought --generators ctgan:1,boost:1 --epochs 2"),
    Case("dates, rules, marks", _shop, "--target class --generators boost:1"),
    Case("a subject", _visits, "--entity patient --generators boost:1"),
    Case("replaced", _people, "--replace mail --target bought --generators boost:1"),
    Case("dropped", _people, "--drop mail,id --target bought --generators boost:1", ".csv.gz"),
    Case("numbers", _measurements, "--target high --generators boost:1 --min-subjects 3"),
    Case("a made target", _measurements, "--target a>=0 --generators boost:1 --rows 500"),
    Case("shares", _customers, "--target bought --rebalance bought=yes:0.5 --generators boost:1"),
    Case("fitted", _customers, "--target bought --training-weight 0.3 --screen cutoff --generators boost:1"),
    Case(
        "restrained groups", _shop, "--target class --regularization 4 --column-groups 2 --generators boost:1"
    ),
    Case("canaries", _many, "--target bought --canaries 12 --release-canaries --generators boost:1"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each file; with ``--against``, only what differs, and 1 where something does."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.released", description=__doc__)
    parser.add_argument("--against", type=Path, help="what an earlier call printed")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        lines = _digests(Path(folder))
    if not given.against:
        print("\n".join(lines))  # noqa: T201 - what the command is for
        return 0
    before, after = set(given.against.read_text().splitlines()), set(lines)
    for line in sorted(before ^ after, key=lambda line: line.split("  ")[::-1]):
        print("-" if line in before else "+", line)  # noqa: T201 - likewise
    print(f"{len(before & after)} of {len(before)} files are the same")  # noqa: T201 - likewise
    return 1 if before != after else 0


def _digests(folder: Path) -> list[str]:
    os.environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "TABTWIN_SIGNING_KEY": KEY}
    lines = []
    for number, case in enumerate(CASES):
        table, out = folder / f"table{number}{case.suffix}", folder / f"out{number}"
        _write(case.table(), table)
        lines += _run(
            case.name,
            out / "release",
            "run",
            str(table),
            "--out",
            str(out),
            "--seed",
            "1",
            *case.options.split(),
        )
    first = folder / "out0"
    lines += _run("sample", first / "release", "sample", "--run", str(first))
    lines += _audits(folder)
    return lines


def _audits(folder: Path) -> list[str]:
    """Twins that nothing of ours made: a shuffle of each column, and noise that fits no column."""
    rows = _customers().drop(columns="id")
    rng = np.random.default_rng(8)
    shuffled = rows.apply(lambda cells: cells.sample(frac=1, random_state=1).to_numpy())
    noisy = shuffled.assign(
        age=rows["age"] + rng.normal(size=len(rows)).round(2), region=rng.choice(["moon", "sun"], len(rows))
    )
    _write(rows[:200], folder / "training.csv")
    _write(rows[200:], folder / "holdout.csv")
    lines = []
    for name, twin in {"shuffled": shuffled, "noisy": noisy}.items():
        file, out = folder / f"{name}.csv", folder / f"audit {name}"
        _write(twin[:200], file)
        words = [
            "--synthetic",
            file,
            "--training",
            folder / "training.csv",
            "--holdout",
            folder / "holdout.csv",
        ]
        lines += _run(
            f"audit, {name}", out, "audit", *map(str, words), "--target", "bought", "--out", str(out)
        )
    return lines


def _run(name: str, results: Path, *words: str) -> list[str]:
    """The exit code, and a digest of each file of the results."""
    done = subprocess.run(tabtwin(*words, "--log", "json"), capture_output=True, text=True, check=False)
    print(name, done.returncode, done.stderr, file=sys.stderr)  # noqa: T201 - how far it is
    found = sorted(path for path in results.rglob("*") if path.is_file())
    return [
        f"{done.returncode}  {name}  exit code",
        *(f"{_digest(path)}  {name}  {path.relative_to(results)}" for path in found),
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False) if path.suffix == ".parquet" else table.to_csv(path, index=False)


if __name__ == "__main__":
    sys.exit(main())
