"""Hold what every measure gets: a twin, and the real rows that it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tabtwin.lib import seeds
from tabtwin.schema.schema import Schema

MAX_ROWS = 100_000
"""The most rows of each table that any measure uses."""


@dataclass(frozen=True)
class Rows:
    """Rows of one table and the cluster of each, int (rows,), the same for one subject's rows."""

    table: pd.DataFrame
    clusters: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame, clusters: np.ndarray | None = None) -> Rows:
        """Return the rows of a canonical table, each its own subject unless clusters say otherwise."""
        return cls(
            table.reset_index(drop=True), np.arange(len(table)) if clusters is None else np.asarray(clusters)
        )

    def __len__(self) -> int:
        return len(self.table)

    def take(self, rows: np.ndarray) -> Rows:
        """Return some of the rows, by index or mask."""
        return Rows(self.table.iloc[rows].reset_index(drop=True), self.clusters[rows])


@dataclass(frozen=True)
class Tables:
    """The complete canonical tables of an audit.

    Attributes:
        synthetic: The twin.
        pool: The rows it was chosen from; its own rows if there was no choice.
        training: The rows that the generator saw.
        holdout: Rows of the same source that it did not see.
        canaries: Those of :mod:`tabtwin.evaluation.canaries.planting`, if the generator saw some; they are
            not in ``training``.
        natural: int64, rows of ``synthetic`` with the table's own shares, if it has others; its likeness is
            judged by them.
        counted: How many rows the twin (``synthetic``) and the ``pool`` have, if those here were drawn of
            them.
    """

    synthetic: pd.DataFrame
    pool: pd.DataFrame
    training: Rows
    holdout: Rows
    canaries: pd.DataFrame | None = None
    natural: np.ndarray | None = None
    counted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """A twin and the real rows that it is compared with, within the audit's caps.

    Attributes:
        twin: The twin's learned columns.
        seen: Training rows.
        unseen: Holdout rows.
        schema: Their schema; its learned columns are compared.
        seed: The run's seed.
        threads: Threads to compute with; no figure depends on it.
        alike: The rows of the twin by which its likeness is judged.
        raw: As many rows of the pool as the twin has.
        whole: The tables without caps.
    """

    twin: pd.DataFrame
    seen: Rows
    unseen: Rows
    schema: Schema
    seed: int
    threads: int
    alike: pd.DataFrame
    raw: pd.DataFrame
    whole: Tables

    @classmethod
    def of(cls, whole: Tables, schema: Schema, *, seed: int, threads: int) -> Comparison:
        """Draw from each table the rows that are compared."""
        names = [column.name for column in schema.learned]

        def some(table: pd.DataFrame, rows: int, name: str) -> pd.DataFrame:
            return table.iloc[drawn(len(table), rows, draw_of(seed, name))][names]

        def real(rows: Rows, name: str) -> Rows:
            kept = rows.take(drawn(len(rows), MAX_ROWS, draw_of(seed, name)))
            return Rows(kept.table[names], kept.clusters)

        twin = some(whole.synthetic, MAX_ROWS, "synthetic")
        natural = whole.natural
        return cls(
            twin=twin,
            seen=real(whole.training, "training"),
            unseen=real(whole.holdout, "holdout"),
            schema=schema,
            seed=seed,
            threads=threads,
            alike=twin if natural is None else some(whole.synthetic.iloc[natural], MAX_ROWS, "natural"),
            raw=some(whole.pool, len(twin), "pool"),
            whole=whole,
        )

    @property
    def is_own_pool(self) -> bool:
        """Return whether there was no choice, so that figures of the twin are those of its pool."""
        return self.whole.pool is self.whole.synthetic


def draw_of(seed: int, *path: str) -> np.random.Generator:
    """Return the generator of one draw of an audit."""
    return seeds.generator(seed, "audit", *path)


def drawn(length: int, rows: int, rng: np.random.Generator) -> np.ndarray:
    """Return at most ``rows`` of ``length`` rows, drawn at random; if that is all, in their order.

    They are in the order drawn, so that any part of them is a random sample, too.
    """
    return np.arange(length) if length <= rows else rng.permutation(length)[:rows]
