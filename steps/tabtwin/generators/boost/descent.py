"""Walk rows down a part's code tree, level by level; at every node a decider says which go right.

Sampling decides by balanced coins (:mod:`sampling`), likelihood by a row's own code (:mod:`likelihood`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tabtwin.generators.boost import features
from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.distinct import probabilities
from tabtwin.generators.boost.features import Ancestor, View
from tabtwin.generators.boost.forest import Forest
from tabtwin.generators.boost.tree import CodeTree


@dataclass(frozen=True)
class PartModel:
    """The model of one part, given those before it.

    Attributes:
        part: The part's number.
        predictors: The earlier parts that its boosters see, int64 (predictors,).
        ancestors: The close ones among these.
        tree: Its code tree.
        booster: Each node's booster in the model's forest, or -1, int32 (nodes,).
        place: Each node's number in its level's pool, or -1, int16 (nodes,).
        starts: Logits at which pooled nodes start, by member, float32 (members, nodes).
    """

    part: int
    predictors: np.ndarray
    ancestors: tuple[Ancestor, ...]
    tree: CodeTree
    booster: np.ndarray
    place: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True)
class Fork:
    """The rows of one level, by node.

    Attributes:
        nodes: The nodes that have rows, int64 (groups,).
        rows: The rows, those of a node one behind the other, int64.
        starts: Where each node's rows begin, and their number, int64 (groups + 1,).
        p: The probability of each of ``rows`` to go right, float64; 0 in leaves.
    """

    nodes: np.ndarray
    rows: np.ndarray
    starts: np.ndarray
    p: np.ndarray


class Decide(Protocol):
    """A decider of which rows go right."""

    def __call__(self, model: PartModel, fork: Fork) -> tuple[np.ndarray, np.ndarray]:
        """Return whether each of the fork's rows goes right, bool; and the code of those in leaves, int32."""
        ...


def descend(
    model: PartModel, forest: Forest, parts: Sequence[Part], view: View, decide: Decide
) -> np.ndarray:
    """Return the code at which every row arrives, int32 (rows,)."""
    tree, target = model.tree, parts[model.part]
    aligned = [ancestor.aligned(view, target) for ancestor in model.ancestors]
    lone = features.alone(view, model.predictors, aligned)
    codes = np.ascontiguousarray(lone[:, : len(model.predictors)])
    node, found = np.zeros(len(view), np.int64), np.zeros(len(view), np.int32)
    for level in range(len(tree.levels) - 1):
        fork = _fork(tree, level, node)
        _ask(model, forest, fork, lone, codes, aligned)
        right, code = decide(model, fork)
        at = node[fork.rows]
        leaf = tree.cut[at] < 0
        found[fork.rows[leaf]] = code[leaf]
        node[fork.rows] = np.where(leaf, -1, tree.left[at] + right)
    return found


def _fork(tree: CodeTree, level: int, node: np.ndarray) -> Fork:
    """Group rows by node; each node's share is their probability to go right, until a booster is asked."""
    rows = np.flatnonzero(node >= tree.levels[level])
    rows = rows[np.argsort(node[rows], kind="stable")]
    nodes, starts = np.unique(node[rows], return_index=True)
    return Fork(nodes, rows, np.append(starts, len(rows)), tree.share[node[rows]])


def _ask(
    model: PartModel,
    forest: Forest,
    fork: Fork,
    lone: np.ndarray,
    codes: np.ndarray,
    aligned: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    """Fill in the boosters' probabilities."""
    nowhere = np.zeros((1, 0), np.float32)
    pooled = np.zeros(len(fork.rows), bool)
    for node, start, end in zip(fork.nodes, fork.starts[:-1], fork.starts[1:], strict=True):
        if model.booster[node] < 0:
            continue
        if model.place[node] >= 0:
            pooled[start:end] = True
            continue
        x, alike = lone[fork.rows[start:end]], np.zeros(end - start, np.int64)
        fork.p[start:end] = probabilities(forest, model.booster[node], x, nowhere, alike)
    if pooled.any():
        rows = fork.rows[pooled]
        at = np.repeat(fork.nodes, np.diff(fork.starts))[pooled]
        near = [(by_value[rows], by_rank[rows]) for by_value, by_rank in aligned]
        x = features.pooled(codes[rows], model.place[at], model.tree.cut[at], near)
        fork.p[pooled] = probabilities(forest, model.booster[at[0]], x, model.starts[:, at], at)
