"""Compute the likelihood of rows under a model: exact, without sampling.

The sum over parts of log P(code | parts before), along the row's own way down each code tree. It is the
likelihood of codes, so models are comparable where their codes are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.descent import Fork, PartModel, descend
from tabtwin.generators.boost.features import View
from tabtwin.generators.boost.forest import Forest

LEAST = 1e-6


def log_likelihood(
    models: Sequence[PartModel], forest: Forest, parts: Sequence[Part], view: View
) -> np.ndarray:
    """Return the log-likelihood of each row in nats, by part: float64 (rows, parts); 0 for constant parts."""
    found = np.zeros((len(view), len(parts)))
    for model in models:
        way = _ByCodes(view.codes[:, model.part])
        descend(model, forest, parts, view, way)
        found[:, model.part] = way.nats
    return found


class _ByCodes:
    """A decider that follows the codes that rows have, and adds up how likely that was."""

    def __init__(self, codes: np.ndarray) -> None:
        self._codes = codes
        self.nats = np.zeros(len(codes))

    def __call__(self, model: PartModel, fork: Fork) -> tuple[np.ndarray, np.ndarray]:
        tree, codes = model.tree, self._codes[fork.rows]
        node = np.repeat(fork.nodes, np.diff(fork.starts))
        leaf = tree.cut[node] < 0
        right = ~leaf & (codes > tree.cut[node])
        by_counts = tree.counts[codes] / np.maximum(tree.rows[node], 1)
        p = np.where(leaf, by_counts, np.where(right, fork.p, 1 - fork.p))
        self.nats[fork.rows] += np.log(np.clip(p, LEAST, 1))
        return right, codes
