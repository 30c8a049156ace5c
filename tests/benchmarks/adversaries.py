"""Twins that give training rows away, or are unlike the source, and honest ones: what the gates must tell.

Each is made from training rows and from *fresh* rows of the same source, which nobody was trained on and
which are not the holdout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit

from tabtwin.evaluation.distances.neighbours import Gower, nearest
from tabtwin.evaluation.fidelity.accuracy import fit_bins, shuffled
from tabtwin.generators.boost import Knobs
from tabtwin.generators.boost.fitting import fit_model
from tabtwin.generators.protocol import Settings
from tabtwin.protection.rare_values import decode, encode
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.registry import is_label, of
from tabtwin.schema.rules.recoding import recoded_schema
from tabtwin.schema.schema import Schema
from tests.benchmarks import cart
from tests.benchmarks.canaries import UNREGULARIZED

OUTLIERS = 0.1
NOISE = 0.02
CROWDED = 0.5
SWAPS = 400_000
TRIED = 8
GAP = "\0"
"""What stands for a missing text where trees know no missing ones."""


@dataclass(frozen=True)
class Case:
    """What a twin is made from.

    Attributes:
        training: The rows that must not be given away, canonical.
        fresh: Other rows of the source, more than twice as many.
        schema: Their schema.
        encoding: What protection leaves of training.
        seed: Draws what is drawn.
    """

    training: pd.DataFrame
    fresh: pd.DataFrame
    schema: Schema
    encoding: Encoding
    seed: int

    @property
    def rows(self) -> int:
        """How many rows the twin has."""
        return len(self.training)

    def rng(self) -> np.random.Generator:
        """Draws, the same for the same case."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Twin:
    """A way of making a twin, and the gates of which one at least must refuse it; none: it must pass."""

    label: str
    make: Callable[[Case], pd.DataFrame]
    gates: tuple[str, ...] = ()


def fresh_rows(case: Case) -> pd.DataFrame:
    """As many rows as training has, that nobody was trained on."""
    return case.fresh.iloc[: case.rows].reset_index(drop=True)


def boosted(case: Case) -> pd.DataFrame:
    """``boost``'s rows, unscreened."""
    return _boosted(case, Knobs())


def half_copies(case: Case) -> pd.DataFrame:
    """Every other row is a training row."""
    return _mixed(case, np.arange(case.rows) % 2 == 0)


def outliers(case: Case) -> pd.DataFrame:
    """The training rows that stand most alone, a tenth of them, among fresh rows."""
    features = Gower.fit(case.training, case.schema).features(case.training)
    distances, _ = nearest(features, features, k=2)
    alone = np.argsort(-distances[:, 1], kind="stable")[: int(OUTLIERS * case.rows)]
    return _mixed(case, np.isin(np.arange(case.rows), alone))


def one_column_changed(case: Case) -> pd.DataFrame:
    """Training rows, in each of which one cell is another row's."""
    rng, twin = case.rng(), case.training.copy()
    changed = rng.integers(len(case.schema.learned), size=case.rows)
    for number, column in enumerate(case.schema.learned):
        rows = np.flatnonzero(changed == number)
        cells = twin[column.name].to_numpy(copy=True)
        cells[rows] = case.training[column.name].to_numpy()[rng.integers(case.rows, size=len(rows))]
        twin[column.name] = cells
    return twin


def noise(case: Case) -> pd.DataFrame:
    """Training rows with normal noise on every number, a fiftieth of the column's spread."""
    rng, twin = case.rng(), case.training.copy()
    for column in case.schema.learned:
        if not of(column).is_number:
            continue
        cells = twin[column.name].to_numpy(float)
        moved = cells + rng.normal(0, NOISE * (np.nanstd(cells) or 1), len(cells))
        twin[column.name] = np.round(moved, column.digits or 0) if of(column).is_whole else moved
    return twin


def smote(case: Case) -> pd.DataFrame:
    """Between a training row and one of its five neighbours: numbers by a random part, others from either."""
    rng = case.rng()
    features = Gower.fit(case.training, case.schema).features(case.training)
    _, around = nearest(features, features, k=6)
    other = around[np.arange(case.rows), rng.integers(1, 6, case.rows)]
    part = rng.random(case.rows)
    cells = {}
    for column in case.schema.learned:
        ours, theirs = case.training[column.name].to_numpy(), case.training[column.name].to_numpy()[other]
        if not of(column).is_number:
            cells[column.name] = np.where(part < 0.5, ours, theirs)
        else:
            between = ours + part * (theirs - ours)
            cells[column.name] = np.round(between) if column.kind == "integer" else between
    return pd.DataFrame(cells)


def overfit(case: Case) -> pd.DataFrame:
    """Trees grown until every leaf holds one training row, whose value is given out."""
    held = {}
    for column in case.schema.learned:
        cells = case.training[column.name]
        missing = GAP if is_label(column) else cells.min() - 1
        held[column.name] = cells.fillna(missing), missing
    table = pd.DataFrame({name: cells for name, (cells, _) in held.items()})
    drawn = cart.synthesize(table, case.rows, 1, case.rng())
    for name, (_, missing) in held.items():
        gaps = drawn[name] == missing
        drawn[name] = drawn[name].where(~gaps, None if missing == GAP else np.nan)
    return drawn


def unregularized(case: Case) -> pd.DataFrame:
    """``boost`` without what keeps it from memorising."""
    return _boosted(case, UNREGULARIZED)


def fitted_to_tables(case: Case) -> pd.DataFrame:
    """Of the fresh rows those whose two-way tables are training's: a leak that no distance sees."""
    bins = fit_bins([case.training, case.fresh], case.schema)
    codes, wanted = bins.codes(case.fresh), bins.codes(case.training)
    rng = case.rng()
    kept = rng.permutation(codes.shape[1])
    width = int(bins.sizes.max())
    _swap(np.ascontiguousarray(codes.T), wanted.T.copy(), kept, case.rows, width, SWAPS, TRIED, rng)
    return case.fresh.iloc[kept[: case.rows]].reset_index(drop=True)


def cut_off(case: Case) -> pd.DataFrame:
    """Fresh rows with an NNDR of at least .5: a hole around every training row."""
    return _far(case, lambda first, second: first >= CROWDED * second)


def pushed_away(case: Case) -> pd.DataFrame:
    """The half of the fresh rows that is furthest from training rows."""
    return _far(case, lambda first, second: first >= np.median(first))


def shuffle(case: Case) -> pd.DataFrame:
    """Training's columns, each permuted on its own."""
    return shuffled(case.training, case.rng())


DISTANCES = ("dcr", "copies", "nndr", "nearest", "near", "density", "learned")
HOLES = ("nndr", "nearest", "near", "learned")
TWINS: Mapping[str, Twin] = {
    "fresh": Twin("fresh rows", fresh_rows),
    "boost": Twin("`boost`, unscreened", boosted),
    "copy": Twin("the training table", lambda case: case.training, ("copies",)),
    "half": Twin("half copies", half_copies, ("copies",)),
    "changed": Twin("copies, one column changed", one_column_changed, DISTANCES),
    "noise": Twin("copies, noise on numbers", noise, DISTANCES),
    "outliers": Twin("copies of outliers alone, a tenth", outliers, ("copies", "dcr", "exposed")),
    "smote": Twin("SMOTE of training rows", smote, DISTANCES),
    "overfit": Twin("an overfit model: CART, a row a leaf", overfit, ("tracing", *DISTANCES)),
    "unregularized": Twin("`boost`, unregularized", unregularized, ("tracing", *DISTANCES)),
    "fitted": Twin("rows chosen to fit training's tables", fitted_to_tables, ("tracing",)),
    "cutoff": Twin("rows cut off by NNDR ≥ .5", cut_off, HOLES),
    "pushed": Twin("rows pushed away from training rows", pushed_away, (*HOLES, "density")),
    "shuffle": Twin("a shuffle of the columns", shuffle, ("likeness",)),
}


def _mixed(case: Case, copied: np.ndarray) -> pd.DataFrame:
    """Fresh rows, with training's where ``copied`` (rows,)."""
    return pd.concat([case.training[copied], case.fresh.iloc[: int((~copied).sum())]], ignore_index=True)


def _boosted(case: Case, knobs: Knobs) -> pd.DataFrame:
    rows = encode(case.training, case.schema, case.encoding)
    model = fit_model(
        rows,
        recoded_schema(case.schema, case.encoding),
        Settings(threads=2),
        knobs,
        case.seed,
        lambda *_: None,
    )
    return decode(model.sample(0, case.rows, case.seed), case.schema, case.encoding)


def _far(case: Case, keeps: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> pd.DataFrame:
    gower = Gower.fit(case.training, case.schema)
    asked = gower.features(case.fresh.iloc[: 3 * case.rows])
    distances, _ = nearest(asked, gower.features(case.training), k=2)
    kept = np.flatnonzero(keeps(distances[:, 0], distances[:, 1]))
    return case.fresh.iloc[kept[: case.rows]].reset_index(drop=True)


@njit(cache=True)
def _swap(
    codes: np.ndarray,
    wanted: np.ndarray,
    order: np.ndarray,
    rows: int,
    width: int,
    swaps: int,
    tried: int,
    rng: np.random.Generator,
) -> None:  # pragma: no cover - compiled
    """Put into ``order[:rows]`` rows whose two-way tables come near those of ``wanted``.

    Each swap takes the best of some random rows in for the best of some random ones out, by the change of the
    summed squared differences of counts.
    """
    columns = codes.shape[1]
    pairs = columns * (columns - 1) // 2
    apart = np.zeros((pairs, width * width), np.int64)
    for row in order[:rows]:
        _add(codes[row], apart, width, 1)
    for row in range(rows):
        _add(wanted[row], apart, width, -1)
    for _ in range(swaps):
        out, best = 0, np.inf
        for _ in range(tried):
            place = rng.integers(0, rows)
            change = _change(codes[order[place]], apart, width, -1)
            if change < best:
                out, best = place, change
        _add(codes[order[out]], apart, width, -1)
        into, gained = out, _change(codes[order[out]], apart, width, 1)
        for _ in range(tried):
            place = rows + rng.integers(0, len(order) - rows)
            change = _change(codes[order[place]], apart, width, 1)
            if change < gained:
                into, gained = place, change
        _add(codes[order[into]], apart, width, 1)
        order[out], order[into] = order[into], order[out]


@njit(cache=True)
def _add(row: np.ndarray, apart: np.ndarray, width: int, sign: int) -> None:  # pragma: no cover - compiled
    pair = 0
    for first in range(len(row)):
        for second in range(first):
            apart[pair, row[first] * width + row[second]] += sign
            pair += 1


@njit(cache=True)
def _change(
    row: np.ndarray, apart: np.ndarray, width: int, sign: int
) -> float:  # pragma: no cover - compiled
    total, pair = 0.0, 0
    for first in range(len(row)):
        for second in range(first):
            total += 2 * sign * apart[pair, row[first] * width + row[second]] + 1
            pair += 1
    return total
