"""Fit one part's boosters (:mod:`ensemble`): all of them, or those of one shard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tabtwin.generators.boost import features
from tabtwin.generators.boost.coding import Part
from tabtwin.generators.boost.ensemble import Problem, choose, fit_booster
from tabtwin.generators.boost.features import Ancestor, View
from tabtwin.generators.boost.forest import Member
from tabtwin.generators.boost.knobs import Growth, Knobs
from tabtwin.generators.boost.node_counts import NodeCounts
from tabtwin.generators.boost.tree import CodeTree
from tabtwin.generators.boost.units import Unit
from tabtwin.lib.seeds import derive


@dataclass(frozen=True)
class FitTask:
    """The input of a part's fit. Rows are those of the sample that trees grow on, if not stated otherwise.

    Attributes:
        target: The part.
        codes: Its codes, int32 (rows,).
        tree: Its code tree, with the counts of all rows.
        counts: All rows by node.
        units: Its boosters.
        view: The rows' other parts.
        parts: All parts.
        predictors: The earlier ones, int64 (predictors,).
        ancestors: The close ones among these.
        folds: The fold of each row, int8 (rows,).
        growths: How boosters of singly fitted nodes may grow; the first such node decides.
        seed: The part's seed.
    """

    target: Part
    codes: np.ndarray
    tree: CodeTree
    counts: NodeCounts
    units: tuple[Unit, ...]
    view: View
    parts: tuple[Part, ...]
    predictors: np.ndarray
    ancestors: tuple[Ancestor, ...]
    folds: np.ndarray
    growths: tuple[Growth, ...]
    seed: int

    @property
    def members(self) -> int:
        """Return how many members its boosters have."""
        return self.counts.members

    def costs(self, knobs: Knobs) -> list[int]:
        """Return the relative cost of each booster."""
        return [unit.cost(knobs, self.growths[0], self.members, len(self.predictors)) for unit in self.units]


@dataclass(frozen=True)
class Fitted:
    """A part's boosters, or some of them.

    Attributes:
        booster: The number of each node's booster among the part's, -1 where its share alone decides, int32
            (nodes,).
        place: Each node's number in its level's pool, or -1 where it was fitted alone, int16 (nodes,).
        starts: Logits at which pooled nodes start, by member, float32 (members, nodes).
        numbers: Which boosters were fitted, int32 (fitted,).
        boosters: Their members.
        losses: What left-out and own rows lose by them, in nats, float64 (fitted, 2).
        rest: The same by all nodes without a booster, float64 (2,).
        rows: What the sums of both are divided by, int64 (2,).
    """

    booster: np.ndarray
    place: np.ndarray
    starts: np.ndarray
    numbers: np.ndarray
    boosters: tuple[tuple[Member, ...], ...]
    losses: np.ndarray
    rest: np.ndarray
    rows: np.ndarray


def fit_part(task: FitTask, numbers: Sequence[int], knobs: Knobs) -> Fitted:
    """Fit the boosters of these ``numbers`` of a part's; what counts alone say is the same for any."""
    nodes = len(task.tree.cut)
    booster, place = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int16)
    starts = np.zeros((task.members, nodes), np.float32)
    for number, unit in enumerate(task.units):
        held = list(unit.nodes)
        booster[held] = number
        if unit.is_pool:
            place[held] = np.arange(len(held))
            starts[:, held] = np.stack([task.counts.bases(node) for node in held], axis=1)
    rest = [task.counts.losses(int(node)) for node in np.flatnonzero(booster < 0)]
    fitted = _fit(task, numbers, starts, knobs) if len(numbers) else []
    return Fitted(
        booster=booster,
        place=place,
        starts=starts,
        numbers=np.array(numbers, np.int32),
        boosters=tuple(members for members, _ in fitted),
        losses=np.array([loss for _, loss in fitted], np.float64).reshape(-1, 2),
        rest=np.array(rest, np.float64).reshape(-1, 2).sum(axis=0),
        rows=task.counts.rows,
    )


def _fit(
    task: FitTask, numbers: Sequence[int], starts: np.ndarray, knobs: Knobs
) -> list[tuple[tuple[Member, ...], tuple[float, float]]]:
    """Return the members of each booster, and what left-out and own rows lose by it, of all rows."""
    rows = _Rows(task, starts, knobs)
    growths = task.growths
    if len(growths) > 1 and not all(task.units[number].is_pool for number in numbers):
        first = next(unit for unit in task.units if not unit.is_pool)
        growths = (choose(rows.problem(first), growths, knobs),)
    found = []
    for number in numbers:
        unit = task.units[number]
        problem = rows.problem(unit)
        members, loss = fit_booster(problem, knobs.pool if unit.is_pool else growths[0], knobs)
        weight = task.tree.rows[list(unit.nodes)].sum() / len(problem.y)
        found.append((members, (weight * loss[0], weight * loss[1])))
    return found


class _Rows:
    """A part's rows in the order of their codes, and their features."""

    def __init__(self, task: FitTask, starts: np.ndarray, knobs: Knobs) -> None:
        self._task, self._starts, self._knobs = task, starts, knobs
        self._order = np.argsort(task.codes, kind="stable")
        self._upto = np.searchsorted(task.codes[self._order], np.arange(task.target.size + 1))
        self._aligned = [ancestor.aligned(task.view, task.target) for ancestor in task.ancestors]
        self._lone = features.alone(task.view, task.predictors, self._aligned)
        self._codes = np.ascontiguousarray(self._lone[:, : len(task.predictors)])
        predictors = [task.parts[part] for part in task.predictors]
        self._sizes = np.array([min(part.size, features.SMALL) for part in predictors], np.int64)
        self._unordered = tuple(
            number for number, part in enumerate(predictors) if not part.ordered and part.size > 2
        )

    def problem(self, unit: Unit) -> Problem:
        """Return what a booster is fitted to."""
        return self._pooled(unit) if unit.is_pool else self._alone(unit)

    def _of(self, node: int) -> np.ndarray:
        tree = self._task.tree
        return self._order[self._upto[tree.first[node]] : self._upto[tree.end[node]]]

    def _alone(self, unit: Unit) -> Problem:
        task, (node,) = self._task, unit.nodes
        some = _thinned(self._of(node), self._knobs.most_rows)
        bases = task.counts.bases(node)
        sizes = np.append(self._sizes, task.target.size) if self._aligned else self._sizes
        return Problem(
            self._lone[some], (task.codes[some] > task.tree.cut[node]).astype(np.uint8), task.folds[some],
            np.repeat(bases[:, None], len(some), axis=1), bases, sizes, self._unordered,
            derive(task.seed, node),
        )  # fmt: skip

    def _pooled(self, unit: Unit) -> Problem:
        task, pool = self._task, list(unit.nodes)
        held = [self._of(node) for node in pool]
        number = np.repeat(np.arange(len(pool)), [len(rows) for rows in held])
        some = _thinned(np.arange(len(number)), self._knobs.most_pooled)
        rows, number = np.concatenate(held)[some], number[some]
        cut = task.tree.cut[pool][number]
        near = [(by_value[rows], by_rank[rows]) for by_value, by_rank in self._aligned]
        sizes = np.concatenate([self._sizes, [len(pool)], [2 * features.REACH + 1] * 2 * len(near)])
        return Problem(
            features.pooled(self._codes[rows], number, cut, near), (task.codes[rows] > cut).astype(np.uint8),
            task.folds[rows], self._starts[:, pool][:, number], np.zeros(task.members, np.float32), sizes,
            self._unordered, derive(task.seed, "pool", unit.level),
        )  # fmt: skip


def _thinned(rows: np.ndarray, most: int) -> np.ndarray:
    """Return at most ``most`` of rows that are in the order of their codes, at even steps."""
    return rows[:: -(-len(rows) // most)]
