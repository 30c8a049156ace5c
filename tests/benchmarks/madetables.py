"""Tables of any size, made by a seed: mixed kinds, columns that depend on one another, gaps, and a target.

Each row has a few hidden factors. A column's score is a mixture of them with some noise, and its cells are
that score spelled as one of ten kinds; a region is fixed by the city before it, and cells are missing where
a factor is large. Rows are made and written a block at a time, so that a file of any size takes the memory
of one block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

BLOCK = 200_000
"""Rows that are made at a time."""
FACTORS, NOISE = 4, 0.5
FIRST_DAY, DAYS = 18_262, 1_826
"""Dates: from the first of January 2020, in days since 1970, so many days."""
REGIONS = np.array(["north", "east", "south", "west", "coast", "hills", "lakes", "plain"])
CITIES = np.array([f"{region}{number}" for region in REGIONS for number in range(1, 6)])
GRADES, YES_NO = np.array(["A", "B", "C", "D", "E"]), np.array(["no", "yes"])
TARGET = "bought"
MISSING = 0.05
"""The share of cells that are missing, in every column that has gaps."""

KINDS = ("amount", "count", "city", "region", "flag", "date", "share", "grade", "age", "payment")
"""Kinds of the columns, in turn; the last column is the target."""
WITH_GAPS = ("count", "grade", "payment")


@dataclass(frozen=True)
class Shape:
    """A table: its number of rows and of columns, the target included, and its seed."""

    rows: int
    columns: int
    seed: int = 1

    @property
    def names(self) -> list[str]:
        """The names of the columns: their kinds, numbered, and the target."""
        last = self.columns - 1
        return [f"{KINDS[place % len(KINDS)]}_{place + 1}" for place in range(last)] + [TARGET]


def write(shape: Shape, path: Path) -> None:
    """Write a table as a CSV, whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.parent.mkdir(parents=True, exist_ok=True)
    options = csv.WriteOptions(quoting_style="none")
    made = blocks(shape)
    first = next(made)
    with csv.CSVWriter(draft, first.schema, write_options=options) as writer:
        writer.write(first)
        for block in made:
            writer.write(block)
    draft.replace(path)


def blocks(shape: Shape) -> Iterator[pa.Table]:
    """Make the rows, a block at a time; each depends on its number and the seed alone."""
    loadings = np.random.default_rng(shape.seed).normal(size=(FACTORS, shape.columns))
    loadings /= np.linalg.norm(loadings, axis=0)
    for number, first in enumerate(range(0, shape.rows, BLOCK)):
        rng = np.random.default_rng([shape.seed, number])
        yield _block(min(BLOCK, shape.rows - first), shape.names, loadings, rng)


def _block(rows: int, names: list[str], loadings: np.ndarray, rng: np.random.Generator) -> pa.Table:
    factors = rng.normal(size=(rows, FACTORS))
    scores = (factors @ loadings + NOISE * rng.normal(size=(rows, len(names)))) / np.hypot(1, NOISE)
    cells: dict[str, pa.Array] = {}
    for place, name in enumerate(names):
        kind = name.partition("_")[0]
        # A region is that of the city in the column before it.
        score = scores[:, place - 1 if kind == "region" else place]
        gaps = rng.random(rows) < 2 * MISSING * (factors[:, 0] > 0) if kind in WITH_GAPS else None
        cells[name] = SPELLED[kind](score, gaps)
    return pa.table(cells)


def _amount(score: np.ndarray, gaps: np.ndarray | None) -> pa.Array:
    return pa.array(np.round(np.exp(3 + 0.8 * score), 2), mask=gaps)


def _count(score: np.ndarray, gaps: np.ndarray | None) -> pa.Array:
    return pa.array(np.exp(1 + score).astype(np.int64), mask=gaps)


def _share(score: np.ndarray, gaps: np.ndarray | None) -> pa.Array:
    return pa.array(np.round(1 / (1 + np.exp(-score)), 3), mask=gaps)


def _age(score: np.ndarray, gaps: np.ndarray | None) -> pa.Array:
    return pa.array(np.clip(45 + 15 * score, 18, 95).astype(np.int64), mask=gaps)


def _date(score: np.ndarray, gaps: np.ndarray | None) -> pa.Array:
    days = FIRST_DAY + (_even(score) * DAYS).astype(np.int32)
    return pa.array(days, pa.date32(), mask=gaps)


def _words(words: np.ndarray, each: int = 1) -> Callable[[np.ndarray, np.ndarray | None], pa.Array]:
    """Spell scores as words, each of ``each`` equal ranks."""

    def spelled(score: np.ndarray, gaps: np.ndarray | None) -> pa.Array:
        ranks = (_even(score) * len(words) * each).astype(np.int64) // each
        return pa.array(words).take(pa.array(ranks, mask=gaps))

    return spelled


def _even(score: np.ndarray) -> np.ndarray:
    """Spread scores over 0 to 1, without its end."""
    return np.clip(1 / (1 + np.exp(-1.7 * score)), 0, 1 - 1e-9)


SPELLED: Mapping[str, Callable[[np.ndarray, np.ndarray | None], pa.Array]] = {
    "amount": _amount,
    "count": _count,
    "city": _words(CITIES),
    "region": _words(REGIONS, each=len(CITIES) // len(REGIONS)),
    "flag": _words(YES_NO),
    "date": _date,
    "share": _share,
    "grade": _words(GRADES),
    "age": _age,
    "payment": _amount,
    TARGET: _words(YES_NO),
}
"""How a kind's cells are spelled: scores and gaps (rows,) each."""
