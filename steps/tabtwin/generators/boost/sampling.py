"""Draw a block of rows: the parts in their order, each given the earlier ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabtwin.generators.boost.balance import throw
from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.descent import Fork, PartModel, descend
from tabtwin.generators.boost.features import View
from tabtwin.generators.boost.forest import Forest
from tabtwin.generators.boost.knobs import CALIBRATED_FROM, GROUPS, PAIRS
from tabtwin.generators.boost.numbers import Numbers


def draw_block(
    models: Sequence[PartModel],
    forest: Forest,
    parts: Sequence[Part],
    rows: int,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Return the values of every part, (rows,) each: float64 with NaN, or object.

    A block is balanced as a whole; a part of it is only a random part.
    """
    view = View.empty(rows, parts)
    nothing = np.zeros(rows, np.int32)
    constant = (number for number, part in enumerate(parts) if part.size == 1)
    drawn = {number: parts[number].draw(nothing, rng.random(rows)) for number in constant}
    coarse = np.zeros((rows, len(parts)), np.uint8)
    done: list[int] = []
    for model in models:
        part = parts[model.part]
        coins = _Coins(view, coarse, done, rng)
        codes = descend(model, forest, parts, view, coins)
        values = part.draw(codes, _positions(codes, part.size, rng))
        view.put(model.part, codes, values if isinstance(part, Numbers) else None)
        coarse[:, model.part] = coarse_groups(model.tree.counts, GROUPS)[codes]
        drawn[model.part] = values
        done.append(model.part)
    return [drawn[part] for part in range(len(parts))]


def coarse_groups(counts: np.ndarray, groups: int) -> np.ndarray:
    """Return the coarse group of each code, uint8 (codes,): of about equal mass, in the codes' order."""
    if len(counts) <= groups:
        return np.arange(len(counts)).astype(np.uint8)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    return np.asarray(np.minimum(middle * groups, groups - 1).astype(np.uint8))


class _Coins:
    """A decider by balanced coins, and in leaves by counts, as evenly as whole rows allow."""

    def __init__(self, view: View, coarse: np.ndarray, done: list[int], rng: np.random.Generator) -> None:
        self._fine = np.ascontiguousarray(view.small[:, done])
        self._coarse = np.ascontiguousarray(coarse[:, done])
        first, second = np.triu_indices(len(done), 1)
        if len(first) > PAIRS:
            some = rng.choice(len(first), PAIRS, replace=False)
            first, second = first[some], second[some]
        self._pairs = first.astype(np.int64), second.astype(np.int64)
        self._rng = rng

    def __call__(self, model: PartModel, fork: Fork) -> tuple[np.ndarray, np.ndarray]:
        leaf = model.tree.cut[fork.nodes] < 0
        right, codes = np.zeros(len(fork.rows), bool), np.zeros(len(fork.rows), np.int32)
        for at in np.flatnonzero(leaf):
            start, end = fork.starts[at], fork.starts[at + 1]
            codes[start:end] = self._by_counts(model, fork.nodes[at], end - start)
        if leaf.all():
            return right, codes
        sizes = np.diff(fork.starts)
        inner = np.repeat(~leaf, sizes)
        nodes = fork.nodes[~leaf]
        count = int(inner.sum())
        right[inner] = throw(
            fork.p[inner], fork.rows[inner], np.concatenate([[0], np.cumsum(sizes[~leaf])]),
            model.tree.share[nodes],
            (model.booster[nodes] >= 0) & (sizes[~leaf] >= CALIBRATED_FROM),
            self._rng.random(count), self._rng.random(count),
            self._fine, self._coarse, *self._pairs, GROUPS,
        )  # fmt: skip
        return right, codes

    def _by_counts(self, model: PartModel, node: int, rows: int) -> np.ndarray:
        """Return codes of a leaf (rows,), in any order, each in proportion to its count to within one."""
        first, end = model.tree.first[node], model.tree.end[node]
        if end - first == 1:
            return np.full(rows, first, np.int32)
        upto = np.cumsum(model.tree.counts[first:end])
        at = (np.arange(rows) + self._rng.random()) * upto[-1] / rows
        codes = first + np.minimum(np.searchsorted(upto, at, side="right"), end - first - 1)
        return self._rng.permutation(codes).astype(np.int32)


def _positions(codes: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return each row's position in its code, float64 in [0, 1) (rows,): a code's rows are evenly spread."""
    order = np.lexsort((rng.random(len(codes)), codes))
    counts = np.bincount(codes, minlength=size)
    rank = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    positions = np.empty(len(codes))
    positions[order] = (rank + rng.random(len(codes))) / np.repeat(counts, counts)
    return positions
