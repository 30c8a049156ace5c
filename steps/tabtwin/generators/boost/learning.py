"""Fit one part's boosters (:mod:`ensemble`), node by node of its code tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.generators.boost import features
from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.ensemble import Problem, choose, fit_booster
from tabtwin.generators.boost.features import Ancestor, View
from tabtwin.generators.boost.forest import Member
from tabtwin.generators.boost.knobs import MANY_CODES, POOLED_BELOW, Growth, Knobs
from tabtwin.generators.boost.tree import CodeTree
from tabtwin.lib.seeds import derive

FOLDS = 5
STARTS_SHIFT = 0.5


@dataclass(frozen=True)
class Fitted:
    """A part's boosters.

    Attributes:
        booster: Each node's booster, or -1 where its share alone decides, int32 (nodes,).
        place: Each node's number in its level's pool, or -1 where it was fitted alone, int16 (nodes,).
        starts: Logits at which pooled nodes start, by member, float32 (members, nodes).
        boosters: Their members.
        left_out: Negative log-likelihood of left-out rows, nats per row.
        own: The same of the rows that each member was fitted to.
        trees: How many trees all members have.
    """

    booster: np.ndarray
    place: np.ndarray
    starts: np.ndarray
    boosters: tuple[tuple[Member, ...], ...]
    left_out: float
    own: float
    trees: int


@dataclass(frozen=True)
class FitTask:
    """The input of a part's fit.

    Attributes:
        target: The part.
        codes: Its codes, int32 (rows,).
        tree: Its code tree.
        view: The rows' other parts.
        parts: All parts.
        predictors: The earlier ones, int64 (predictors,).
        ancestors: The close ones among these.
        folds: The fold of each row, int8 (rows,).
        growths: How boosters of singly fitted nodes may grow; the first such node decides.
        members: How many members these have.
        seed: The part's seed.
    """

    target: Part
    codes: np.ndarray
    tree: CodeTree
    view: View
    parts: tuple[Part, ...]
    predictors: np.ndarray
    ancestors: tuple[Ancestor, ...]
    folds: np.ndarray
    growths: tuple[Growth, ...]
    members: int
    seed: int


class _Losses:
    """Sums of losses, and their divisors."""

    def __init__(self, folds: np.ndarray, members: int) -> None:
        self.left_out = self.own = 0.0
        held = np.array([(folds == member).sum() for member in range(members)])
        self.rows = (max(int(held.sum()), 1), max(int((len(folds) - held).sum()), 1))

    def add(self, pair: tuple[float, float], weight: float = 1.0) -> None:
        self.left_out += weight * pair[0]
        self.own += weight * pair[1]

    def by_row(self) -> tuple[float, float]:
        return self.left_out / self.rows[0], self.own / self.rows[1]


def fit_part(task: FitTask, knobs: Knobs) -> Fitted:
    """Fit the boosters of every node of a part's code tree that has enough rows."""
    tree, nodes = task.tree, len(task.tree.cut)
    order, upto = np.argsort(task.codes, kind="stable"), tree.upto
    aligned = [ancestor.aligned(task.view, task.target) for ancestor in task.ancestors]
    lone = features.alone(task.view, task.predictors, aligned)
    codes = np.ascontiguousarray(lone[:, : len(task.predictors)])
    sizes = np.array([min(task.parts[part].size, features.SMALL) for part in task.predictors], np.int64)
    unordered = tuple(
        number for number, part in enumerate(task.predictors) if _is_unordered(task.parts[part])
    )
    lone_sizes = np.append(sizes, task.target.size) if aligned else sizes
    pools = task.target.ordered and task.target.size > MANY_CODES
    members = task.members
    booster, place = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int16)
    starts = np.zeros((members, nodes), np.float32)
    made: list[tuple[Member, ...]] = []
    losses = _Losses(task.folds, members)
    growths = task.growths

    def rows_of(node: int) -> np.ndarray:
        return order[upto[tree.first[node]] : upto[tree.end[node]]]

    for level in range(len(tree.levels) - 1):
        pool: list[int] = []
        for node in range(tree.levels[level], tree.levels[level + 1]):
            rows = rows_of(node)
            if tree.cut[node] < 0:
                losses.add(_leaf_loss(task.codes[rows], task.folds[rows], tree, node, members))
                continue
            if pools and len(rows) < POOLED_BELOW:
                pool.append(node)
                continue
            y = (task.codes[rows] > tree.cut[node]).astype(np.uint8)
            bases = _bases(y, task.folds[rows], members)
            right = int(y.sum())
            if min(right, len(y) - right) < knobs.least_side or not len(task.predictors):
                losses.add(_base_loss(y, task.folds[rows], bases))
                continue
            some = _thinned(rows, knobs.most_rows)
            starting = np.repeat(bases[:, None], len(some), axis=1)
            problem = Problem(
                lone[some], (task.codes[some] > tree.cut[node]).astype(np.uint8), task.folds[some], starting,
                bases, lone_sizes, unordered, derive(task.seed, node),
            )  # fmt: skip
            growths = (choose(problem, growths, knobs),)
            found, loss = fit_booster(problem, growths[0], knobs)
            losses.add(loss, len(rows) / len(some))
            booster[node] = len(made)
            made.append(found)
        if pool:
            held = [rows_of(node) for node in pool]
            for node, rows in zip(pool, held, strict=True):
                y = (task.codes[rows] > tree.cut[node]).astype(np.uint8)
                starts[:, node] = _bases(y, task.folds[rows], members)
            lengths = [len(rows) for rows in held]
            number = np.repeat(np.arange(len(pool)), lengths)
            some = _thinned(np.arange(len(number)), knobs.most_pooled)
            rows, number = np.concatenate(held)[some], number[some]
            cut = tree.cut[pool][number]
            near = [(by_value[rows], by_rank[rows]) for by_value, by_rank in aligned]
            pooled_sizes = np.concatenate([sizes, [len(pool)], [2 * features.REACH + 1] * 2 * len(near)])
            problem = Problem(
                features.pooled(codes[rows], number, cut, near), (task.codes[rows] > cut).astype(np.uint8),
                task.folds[rows], starts[:, pool][:, number], np.zeros(members, np.float32), pooled_sizes,
                unordered, derive(task.seed, "pool", level),
            )  # fmt: skip
            found, loss = fit_booster(problem, knobs.pool, knobs)
            losses.add(loss, sum(lengths) / len(some))
            booster[pool], place[pool] = len(made), np.arange(len(pool))
            made.append(found)
    left_out, own = losses.by_row()
    trees = sum(len(member.trees) for members_of in made for member in members_of)
    return Fitted(booster, place, starts, tuple(made), left_out, own, trees)


def _thinned(rows: np.ndarray, most: int) -> np.ndarray:
    """Return at most ``most`` of rows that are in the order of their codes, at even steps."""
    return rows[:: -(-len(rows) // most)]


def _bases(y: np.ndarray, folds: np.ndarray, members: int) -> np.ndarray:
    """Return each member's logit of the share of its own rows that go right, float32 (members,)."""
    right = np.array([y[folds != member].sum() for member in range(members)]) + STARTS_SHIFT
    rows = np.array([(folds != member).sum() for member in range(members)]) + 2 * STARTS_SHIFT
    return np.log(right / (rows - right)).astype(np.float32)


def _base_loss(y: np.ndarray, folds: np.ndarray, bases: np.ndarray) -> tuple[float, float]:
    """Return the losses of a node where each member knows only the share of its own rows."""
    losses = [0.0, 0.0]
    for member, base in enumerate(bases):
        p = 1 / (1 + np.exp(-float(base)))
        loss = np.where(y, -np.log(p), -np.log(1 - p))
        held = folds == member
        losses[0] += float(loss[held].sum())
        losses[1] += float(loss[~held].sum())
    return losses[0], losses[1]


def _leaf_loss(
    codes: np.ndarray, folds: np.ndarray, tree: CodeTree, node: int, members: int
) -> tuple[float, float]:
    """Return the losses of a leaf where each member knows only the counts of its own rows."""
    first, size = tree.first[node], tree.end[node] - tree.first[node]
    if size == 1:
        return 0.0, 0.0
    losses = [0.0, 0.0]
    for member in range(members):
        held = folds == member
        counts = np.bincount(codes[~held] - first, minlength=size) + STARTS_SHIFT
        loss = -np.log(counts / counts.sum())[codes - first]
        losses[0] += float(loss[held].sum())
        losses[1] += float(loss[~held].sum())
    return losses[0], losses[1]


def _is_unordered(part: Part) -> bool:
    return not part.ordered and part.size > 2
