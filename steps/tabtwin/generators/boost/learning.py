"""Fitting one part's boosters, node by node of its code tree.

Each member leaves out one fold of the rows. One stopping round serves a whole booster: the one with the least
sum of its members' left-out losses, which may be 0 trees. A member's categories are put in the order of their
smoothed target mean, of its own rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.generators.boost import features
from tabtwin.generators.boost.booster import boost
from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.features import Ancestor, View
from tabtwin.generators.boost.forest import Member, Tree
from tabtwin.generators.boost.knobs import Growth, Knobs
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
class Task:
    """All that a part's fit goes by.

    Attributes:
        target: The part.
        codes: Its codes, int32 (rows,).
        tree: Its code tree.
        view: The rows' other parts.
        parts: All parts.
        predictors: Which of them come before, int64 (predictors,).
        ancestors: The close ones among these.
        folds: The fold of each row, int8 (rows,).
        growth: How boosters of singly fitted nodes grow.
        members: How many members these have.
        seed: Of the part.
    """

    target: Part
    codes: np.ndarray
    tree: CodeTree
    view: View
    parts: tuple[Part, ...]
    predictors: np.ndarray
    ancestors: tuple[Ancestor, ...]
    folds: np.ndarray
    growth: Growth
    members: int
    seed: int


@dataclass(frozen=True)
class Problem:
    """One booster's rows: features, sides, folds, where each member starts, and what features are.

    ``starts`` is float32 (members, rows); ``sizes`` are codes of each feature; ``categories`` are features
    whose codes have no order.
    """

    x: np.ndarray
    y: np.ndarray
    folds: np.ndarray
    starts: np.ndarray
    bases: np.ndarray
    sizes: np.ndarray
    categories: tuple[int, ...]
    seed: int


class _Losses:
    """Sums of losses, and what they are divided by."""

    def __init__(self, folds: np.ndarray, members: int) -> None:
        self.left_out = self.own = 0.0
        held = np.array([(folds == member).sum() for member in range(members)])
        self.rows = (max(int(held.sum()), 1), max(int((len(folds) - held).sum()), 1))

    def add(self, pair: tuple[float, float]) -> None:
        self.left_out += pair[0]
        self.own += pair[1]

    def by_row(self) -> tuple[float, float]:
        return self.left_out / self.rows[0], self.own / self.rows[1]


def fit_part(task: Task, knobs: Knobs) -> Fitted:
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
    pools = task.target.ordered and task.target.size > knobs.many_codes
    members = task.members
    booster, place = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int16)
    starts = np.zeros((members, nodes), np.float32)
    made: list[tuple[Member, ...]] = []
    losses = _Losses(task.folds, members)

    def rows_of(node: int) -> np.ndarray:
        return order[upto[tree.first[node]] : upto[tree.end[node]]]

    for level in range(len(tree.levels) - 1):
        pool: list[int] = []
        for node in range(tree.levels[level], tree.levels[level + 1]):
            rows = rows_of(node)
            if tree.cut[node] < 0:
                losses.add(_leaf_loss(task.codes[rows], task.folds[rows], tree, node, members))
                continue
            if pools and len(rows) < knobs.pooled_below:
                pool.append(node)
                continue
            y = (task.codes[rows] > tree.cut[node]).astype(np.uint8)
            bases = _bases(y, task.folds[rows], members)
            right = int(y.sum())
            if min(right, len(y) - right) < knobs.least_side or not len(task.predictors):
                losses.add(_base_loss(y, task.folds[rows], bases))
                continue
            starting = np.repeat(bases[:, None], len(rows), axis=1)
            problem = Problem(
                lone[rows], y, task.folds[rows], starting, bases, lone_sizes, unordered,
                derive(task.seed, node),
            )  # fmt: skip
            found, loss = fit_booster(problem, task.growth, knobs)
            losses.add(loss)
            booster[node] = len(made)
            made.append(found)
        if pool:
            rows = np.concatenate([rows_of(node) for node in pool])
            lengths = [len(rows_of(node)) for node in pool]
            number = np.repeat(np.arange(len(pool)), lengths)
            cut = tree.cut[pool][number]
            y = (task.codes[rows] > cut).astype(np.uint8)
            near = [(by_value[rows], by_rank[rows]) for by_value, by_rank in aligned]
            x = features.pooled(codes[rows], number, cut, near)
            ends = np.cumsum(lengths)
            for node, start, end in zip(pool, ends - lengths, ends, strict=True):
                starts[:, node] = _bases(y[start:end], task.folds[rows[start:end]], members)
            pooled_sizes = np.concatenate([sizes, [len(pool)], [2 * features.REACH + 1] * 2 * len(near)])
            problem = Problem(
                x, y, task.folds[rows], starts[:, pool][:, number], np.zeros(members, np.float32),
                pooled_sizes, unordered, derive(task.seed, "pool", level),
            )  # fmt: skip
            found, loss = fit_booster(problem, knobs.pool, knobs)
            losses.add(loss)
            booster[pool], place[pool] = len(made), np.arange(len(pool))
            made.append(found)
    left_out, own = losses.by_row()
    trees = sum(len(member.trees) for members_of in made for member in members_of)
    return Fitted(booster, place, starts, tuple(made), left_out, own, trees)


def fit_booster(
    problem: Problem, growth: Growth, knobs: Knobs
) -> tuple[tuple[Member, ...], tuple[float, float]]:
    """The members of one booster, all of as many trees; and the losses of left-out and own rows, in nats."""
    members, rounds, nodes = len(problem.bases), growth.rounds, 2 * growth.leaves - 1
    sizes = np.maximum(problem.sizes, 2)
    at = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    fitted, curves = [], np.zeros((members, rounds + 1, 2))
    for number in range(members):
        own = (problem.folds != number).astype(np.uint8)
        places = {
            feature: _by_mean(problem.x[:, feature], problem.y, own, int(sizes[feature]), knobs.smoothing)
            for feature in problem.categories
        }
        x = problem.x.copy() if places else problem.x
        for feature, codes in places.items():
            x[:, feature] = codes[x[:, feature]]
        trees = (
            np.full((rounds, nodes), -1, np.int16),
            np.zeros((rounds, nodes), np.uint8),
            np.zeros((rounds, nodes), np.int16),
            np.zeros((rounds, nodes), np.float32),
        )
        made = boost(
            x, problem.y, own, problem.starts[number].copy(), at, growth.leaves, rounds, growth.rate,
            knobs.l2, knobs.least, knobs.bag, growth.patience, derive(problem.seed, number), *trees,
            curves[number],
        )  # fmt: skip
        curves[number, made + 1 :] = curves[number, made]
        fitted.append((made, trees, places))
    total = curves[:, :, 0].sum(axis=0)
    # A tie goes to fewer trees. Two nats of three members are a nat of a whole: see Knobs.restraint.
    best = int(np.argmax(total <= total.min() + knobs.restraint * min(members, 2)))
    kept = tuple(
        _member(float(base), min(best, made), trees, places)
        for base, (made, trees, places) in zip(problem.bases, fitted, strict=True)
    )
    return kept, (float(total[best]), float(curves[:, best, 1].sum()))


def _member(base: float, kept: int, trees: tuple[np.ndarray, ...], places: dict[int, np.ndarray]) -> Member:
    """A member with its first trees, without the nodes and maps that these do not use."""
    cut: list[Tree] = []
    used: set[int] = set()
    for number in range(kept):
        size = 1 + 2 * int((trees[0][number] >= 0).sum())
        feature, threshold, child, value = (part[number, :size].copy() for part in trees)
        cut.append((feature, threshold, child, value))
        used |= set(feature.tolist())
    return Member(base, tuple(cut), {feature: codes for feature, codes in places.items() if feature in used})


def _by_mean(codes: np.ndarray, y: np.ndarray, own: np.ndarray, size: int, smoothing: float) -> np.ndarray:
    """New codes of a feature's codes, uint8 (size,): by their smoothed target mean among own rows."""
    mine = own.astype(bool)
    rows = np.bincount(codes[mine], minlength=size)
    right = np.bincount(codes[mine], y[mine], minlength=size)
    mean = right.sum() / max(rows.sum(), 1)
    order = np.argsort((right + smoothing * mean) / (rows + smoothing), kind="stable")
    places = np.empty(size, np.uint8)
    places[order] = np.arange(size)
    return places


def _bases(y: np.ndarray, folds: np.ndarray, members: int) -> np.ndarray:
    """Each member's logit of the share of its own rows that go right, float32 (members,)."""
    right = np.array([y[folds != member].sum() for member in range(members)]) + STARTS_SHIFT
    rows = np.array([(folds != member).sum() for member in range(members)]) + 2 * STARTS_SHIFT
    return np.log(right / (rows - right)).astype(np.float32)


def _base_loss(y: np.ndarray, folds: np.ndarray, bases: np.ndarray) -> tuple[float, float]:
    """Losses of a node where each member knows the share of its own rows alone."""
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
    """Losses of a leaf where each member knows the counts of its own rows alone."""
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
