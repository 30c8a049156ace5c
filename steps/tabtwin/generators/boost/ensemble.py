"""Fit one booster's members: the rows of each, the number of trees that all keep, and the best growth.

Each member leaves out one fold of the rows. One stopping round serves a whole booster: the one with the least
sum of its members' left-out losses, which may be 0 trees. A member's categories are put in the order of their
smoothed target mean, of its own rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tabtwin.generators.boost.booster import boost
from tabtwin.generators.boost.forest import Member, Tree
from tabtwin.generators.boost.knobs import SMOOTHING, Growth, Knobs
from tabtwin.lib.seeds import derive


@dataclass(frozen=True)
class Problem:
    """One booster's rows: features, sides, folds, members' first logits, and features' types.

    ``starts`` is float32 (members, rows); ``sizes`` are each feature's codes; ``categories`` are features
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


def fit_booster(
    problem: Problem, growth: Growth, knobs: Knobs
) -> tuple[tuple[Member, ...], tuple[float, float]]:
    """Fit the members of one booster, all of as many trees; return the losses of left-out and own rows, too
    (nats).
    """
    members = range(len(problem.bases))
    fitted = [_fit_member(problem, number, growth, knobs) for number in members]
    curves = np.stack([found.curve for found in fitted])
    total = curves[:, :, 0].sum(axis=0)
    # A tie goes to fewer trees. Two nats of three members are a nat of a whole: see Knobs.restraint.
    best = int(np.argmax(total <= total.min() + knobs.restraint * min(len(members), 2)))
    sharpness = growth.sharpness if len(members) > 1 else 1.0
    kept = tuple(
        _member(float(base), min(best, found.made), found.trees, found.places, sharpness)
        for base, found in zip(problem.bases, fitted, strict=True)
    )
    return kept, (float(total[best]), float(curves[:, best, 1].sum()))


def choose(problem: Problem, growths: Sequence[Growth], knobs: Knobs) -> Growth:
    """Return the growth whose first member loses least on the rows that it leaves out."""
    if len(growths) == 1:
        return growths[0]
    return min(growths, key=lambda growth: _fit_member(problem, 0, growth, knobs).curve[:, 0].min())


class _Grown(NamedTuple):
    """A member as it was grown: its trees (:func:`boost`), their number, its places and losses by round."""

    made: int
    trees: tuple[np.ndarray, ...]
    places: dict[int, np.ndarray]
    curve: np.ndarray


def _fit_member(problem: Problem, number: int, growth: Growth, knobs: Knobs) -> _Grown:
    rounds, nodes = growth.rounds, 2 * growth.leaves - 1
    sizes = np.maximum(problem.sizes, 2)
    at = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    own = (problem.folds != number).astype(np.uint8)
    places = {
        feature: _by_mean(problem.x[:, feature], problem.y, own, int(sizes[feature]), SMOOTHING)
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
    curve = np.zeros((rounds + 1, 2))
    made = boost(
        x, problem.y, own, problem.starts[number].copy(), at, growth.leaves, rounds, growth.rate,
        knobs.l2, knobs.least, knobs.bag, growth.patience, derive(problem.seed, number), *trees, curve,
    )  # fmt: skip
    curve[made + 1 :] = curve[made]
    return _Grown(made, trees, places, curve)


def _member(
    base: float,
    kept: int,
    trees: tuple[np.ndarray, ...],
    places: dict[int, np.ndarray],
    sharpness: float,
) -> Member:
    """Return a member with its first trees, sharpened, without the nodes and maps that these do not use."""
    cut: list[Tree] = []
    used: set[int] = set()
    for number in range(kept):
        size = 1 + 2 * int((trees[0][number] >= 0).sum())
        feature, threshold, child, value = (part[number, :size].copy() for part in trees)
        cut.append((feature, threshold, child, value * np.float32(sharpness)))
        used |= set(feature.tolist())
    return Member(base, tuple(cut), {feature: codes for feature, codes in places.items() if feature in used})


def _by_mean(codes: np.ndarray, y: np.ndarray, own: np.ndarray, size: int, smoothing: float) -> np.ndarray:
    """Return new codes of a feature's codes, uint8 (size,): by their smoothed target mean among own rows."""
    mine = own.astype(bool)
    rows = np.bincount(codes[mine], minlength=size)
    right = np.bincount(codes[mine], y[mine], minlength=size)
    mean = right.sum() / max(rows.sum(), 1)
    order = np.argsort((right + smoothing * mean) / (rows + smoothing), kind="stable")
    places = np.empty(size, np.uint8)
    places[order] = np.arange(size)
    return places
