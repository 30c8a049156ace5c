"""``make bench NAME=prize``: what screening and choosing cost at the prize's size.

A pool of 2,500,000 rows x 80 columns (60 numbers, 20 categories) for 100,000 wanted, made cheaply: a few
hidden factors, a little off those of the training table. Each part runs in a process of its own: wall time,
processor time, peak memory.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection

import numpy as np
import pandas as pd

from tabtwin.evaluation.distances.neighbours import Gower
from tabtwin.evaluation.distances.screening_rules import measure
from tabtwin.pipeline.pool import BLOCK, COPY, MEMBER
from tabtwin.pipeline.refine import Params, refine
from tabtwin.pipeline.screen import Params as ScreenParams
from tabtwin.pipeline.screen import shortlist
from tabtwin.schema.schema import Column, Schema
from tests.benchmarks.making import Stopwatch, peak_megabytes

NUMBERS, CATEGORIES, FACTORS = 60, 20, 6
SHARD = 50_000
THREADS = 2
WORDS = np.array(["birch", "alder", "maple", "rowan", "hazel", "larch", "aspen", "beech"], dtype=object)
SCHEMA = Schema(
    columns=(
        *(Column(name=f"n{number:02}", kind="decimal", digits=2) for number in range(NUMBERS)),
        *(Column(name=f"c{number:02}", kind="category") for number in range(CATEGORIES)),
    ),
    target="c00",
)


def rows(count: int, seed: int, shift: float) -> pd.DataFrame:
    """A table of hidden factors: ``shift`` moves them."""
    draw = np.random.default_rng(seed)
    loadings = np.random.default_rng(0).normal(size=(FACTORS, NUMBERS + CATEGORIES))
    hidden = draw.normal(shift, 1, (count, FACTORS)) @ loadings + draw.normal(
        size=(count, NUMBERS + CATEGORIES)
    )
    names = [column.name for column in SCHEMA.columns]
    cells: dict[str, np.ndarray] = {names[place]: hidden[:, place].round(2) for place in range(NUMBERS)}
    for place in range(NUMBERS, len(names)):
        cells[names[place]] = WORDS[np.clip(np.rint(hidden[:, place] + 3), 0, len(WORDS) - 1).astype(int)]
    return pd.DataFrame(cells)


def shards(count: int) -> Iterator[pd.DataFrame]:
    """The raw pool, a shard at a time."""
    for number, first in enumerate(range(0, count, SHARD)):
        size = min(SHARD, count - first)
        yield rows(size, 1 + number, 0.1).assign(**{MEMBER: f"m-{1 + number % 5}", BLOCK: np.int32(0)})


def choose(wanted: int, times: int) -> str:
    """Refine from the whole pool."""
    screened = pd.concat(shards(times * wanted), ignore_index=True)
    screened[COPY] = False
    watch = Stopwatch()
    weighed = {"weights": dict.fromkeys(set(screened[MEMBER]), 0.2), "balanced": {}}
    params = Params(rows=wanted, threads=THREADS)
    _, report = refine(screened, shards(times * wanted), None, SCHEMA, weighed, params, wanted=wanted)
    before, after = (report[side]["overall"] for side in ("before", "after"))
    return (
        f"{_cost(watch)}; accuracy {before:.4f} of a draw, {after:.4f} of the twin; tables {report['tables']}"
    )


def compare(wanted: int, times: int) -> str:
    """Screen's neighbours of the shortlist."""
    pool = pd.concat(shards(times * wanted), ignore_index=True)
    training = rows(wanted * 9 // 10, 0, 0.0)
    watch = Stopwatch()
    listed = shortlist(pool, None, SCHEMA, wanted, ScreenParams(rows=wanted, threads=THREADS))
    gower = Gower.fit(training, SCHEMA)
    made, real = gower.features(pool.iloc[listed]), gower.features(training)
    measure(made, real, np.arange(len(training)), THREADS)
    return f"{_cost(watch)}; {len(listed):,} of {len(pool):,} rows compared"


PARTS: dict[str, Callable[[int, int], str]] = {"refine": choose, "screen": compare}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each part."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.prize", description=__doc__)
    parser.add_argument("--wanted", type=int, default=100_000, help="rows of the twin (default 100000)")
    parser.add_argument("--times", type=int, default=25, help="rows of the pool for each (default 25)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="default: both")
    given = parser.parse_args(arguments)
    for part in given.parts:
        ours, theirs = get_context("spawn").Pipe(duplex=False)
        process = get_context("spawn").Process(target=_run, args=(part, given.wanted, given.times, theirs))
        process.start()
        theirs.close()
        try:
            said = ours.recv()
        except EOFError:
            return 1
        process.join()
        sys.stdout.write(f"{part}: {said}\n")
        sys.stdout.flush()
    return 0


def _run(part: str, wanted: int, times: int, to: Connection) -> None:
    to.send(PARTS[part](wanted, times))


def _cost(watch: Stopwatch) -> str:
    wall, processor = watch.read()
    return f"{wall:,.0f} s, {processor:,.0f} s of a core, {peak_megabytes():,.0f} MB at most"


if __name__ == "__main__":
    sys.exit(main())
