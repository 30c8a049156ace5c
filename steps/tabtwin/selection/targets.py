"""Build the target of chosen rows' tables: the raw pool's own, training's, or a mixture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.schema import Schema
from tabtwin.selection.choosing import Stratum, strata
from tabtwin.selection.coding import Coder
from tabtwin.selection.layout import Layout, plan
from tabtwin.selection.shares import Shares


@dataclass(frozen=True)
class Aim:
    """Tables, and the cells of a target in them.

    Attributes:
        coder: The codes of rows.
        layout: The tables.
        target: float64 (cells,): each table's cells sum to 1.
    """

    coder: Coder
    layout: Layout
    target: np.ndarray


def aim_at(
    rows: pd.DataFrame,
    pool: Iterable[pd.DataFrame],
    training: pd.DataFrame | None,
    schema: Schema,
    *,
    fit: float,
    shares: Shares | None,
    seed: int,
    threads: int,
) -> Aim:
    """Lay tables out, and count the target.

    Args:
        rows: Those to choose from; bins are fitted to them if training is not given.
        pool: The raw pool, part by part.
        training: Protected training rows, canonical; ``None`` if ``fit`` is 0.
        schema: Their schema.
        fit: The weight of training in the target.
        shares: Set shares of a column, if any.
        seed: The run's.
        threads: Threads to count with.
    """
    names = [column.name for column in schema.learned]
    coder = Coder.fit(rows[names] if training is None else training[names], schema)
    layout = plan(coder, coder.row_of(schema.target_source), seed)
    target = _tables(pool, coder, layout, shares, schema, threads)
    if training is not None:
        target = (1.0 - fit) * target + fit * _tables([training], coder, layout, shares, schema, threads)
    return Aim(coder, layout, target)


def quotas(
    rows: pd.DataFrame, copies: np.ndarray, schema: Schema, shares: Shares | None, wanted: int
) -> list[Stratum]:
    """Return the strata of some rows, by shares and copies; a quota may exceed the rows there are."""
    if shares is None:
        return strata(None, {None: wanted}, copies)
    values = shares.values(rows, schema)
    return strata(values, shares.quotas(values, wanted), copies)


def _tables(
    parts: Iterable[pd.DataFrame],
    coder: Coder,
    layout: Layout,
    shares: Shares | None,
    schema: Schema,
    threads: int,
) -> np.ndarray:
    """Return the tables of some rows, each summing to 1: float64 (cells,); parts are read one at a time.

    If shares are set, all parts are read first, since the weight of a row depends on them.
    """
    if shares is not None:
        whole = pd.concat(parts, ignore_index=True)
        weights = shares.weights(shares.values(whole, schema))
        return np.asarray(layout.counts(coder.codes(whole), weights, threads) / weights.sum())
    counted = np.zeros(layout.offsets[-1])
    rows = 0
    for part in parts:
        counted += layout.counts(coder.codes(part), threads=threads)
        rows += len(part)
    return np.asarray(counted / rows)
