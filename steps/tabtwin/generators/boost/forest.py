"""Keep fitted boosters as flat arrays, and compute their probabilities.

A *booster* is a set of members whose logits are averaged; a member is a base logit, the codes of its
categories' places, and trees. In a model, the boosters of all columns follow one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np
from numba import njit

from tabtwin.generators.boost.walking import BLOCK, walk


class Forest(NamedTuple):
    """Boosters.

    Attributes:
        feature: The feature that a node tests, or -1 in a leaf, int16 (nodes,).
        threshold: The last code that goes left, uint8 (nodes,).
        child: The place of the left child in its tree, int16 (nodes,); the right one follows it.
        value: What a leaf adds to the logit, float32 (nodes,).
        tree: Where each tree begins in the nodes, and their number, int64 (trees + 1,).
        member: Where each member begins in the trees, and their number, int64 (members + 1,).
        base: Each member's logit before its trees, float32 (members,).
        booster: Where each booster begins and ends in the members, int64 (boosters, 2).
        mapped: Features whose codes a member puts in another order, int16 (maps,).
        map: Where each such feature's new codes begin, and their number, int64 (maps + 1,).
        places: New codes, uint8.
        maps: Where each member begins in the maps, and their number, int64 (members + 1,).
    """

    feature: np.ndarray
    threshold: np.ndarray
    child: np.ndarray
    value: np.ndarray
    tree: np.ndarray
    member: np.ndarray
    base: np.ndarray
    booster: np.ndarray
    mapped: np.ndarray
    map: np.ndarray
    places: np.ndarray
    maps: np.ndarray


Tree = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""A tree's feature, threshold, child and value."""


@dataclass(frozen=True)
class Member:
    """One member before it is stored.

    Attributes:
        base: Its logit before its trees.
        trees: Its trees, (nodes,) each.
        places: New codes of a category's codes, by feature, uint8 (codes,).
    """

    base: float
    trees: tuple[Tree, ...]
    places: dict[int, np.ndarray]


def store(boosters: Sequence[Sequence[Member]]) -> Forest:
    """Return boosters, each a sequence of members, as flat arrays."""
    members = [member for booster in boosters for member in booster]
    trees = [tree for member in members for tree in member.trees]
    maps = [(feature, codes) for member in members for feature, codes in sorted(member.places.items())]

    def joined(parts: list[np.ndarray], dtype: type) -> np.ndarray:
        return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype)

    def starts(sizes: list[int]) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    ends = starts([len(booster) for booster in boosters])
    return Forest(
        feature=joined([tree[0] for tree in trees], np.int16),
        threshold=joined([tree[1] for tree in trees], np.uint8),
        child=joined([tree[2] for tree in trees], np.int16),
        value=joined([tree[3] for tree in trees], np.float32),
        tree=starts([len(tree[0]) for tree in trees]),
        member=starts([len(member.trees) for member in members]),
        base=np.array([member.base for member in members], np.float32),
        booster=np.stack([ends[:-1], ends[1:]], axis=1),
        mapped=np.array([feature for feature, _ in maps], np.int16),
        map=starts([len(codes) for _, codes in maps]),
        places=joined([codes for _, codes in maps], np.uint8),
        maps=starts([len(member.places) for member in members]),
    )


def cut(forest: Forest, first: int, end: int) -> Forest:
    """Return boosters ``first`` to ``end`` alone."""
    upto = np.append(0, forest.booster[:, 1])
    of = slice(upto[first], upto[end])
    trees = slice(forest.member[of.start], forest.member[of.stop])
    nodes = slice(forest.tree[trees.start], forest.tree[trees.stop])
    maps = slice(forest.maps[of.start], forest.maps[of.stop])
    places = slice(forest.map[maps.start], forest.map[maps.stop])

    def starts(values: np.ndarray, at: slice) -> np.ndarray:
        return np.asarray(values[at.start : at.stop + 1] - values[at.start])

    return Forest(
        feature=forest.feature[nodes],
        threshold=forest.threshold[nodes],
        child=forest.child[nodes],
        value=forest.value[nodes],
        tree=starts(forest.tree, trees),
        member=starts(forest.member, of),
        base=forest.base[of],
        booster=forest.booster[first:end] - upto[first],
        mapped=forest.mapped[maps],
        map=starts(forest.map, maps),
        places=forest.places[places],
        maps=starts(forest.maps, of),
    )


def chain(forests: Sequence[Forest]) -> Forest:
    """Return the boosters of all forests, one after another."""

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(forest, name) for forest in forests])

    def starts(name: str) -> np.ndarray:
        sizes = [np.diff(getattr(forest, name)) for forest in forests]
        return np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)

    before = np.cumsum([0, *(len(forest.base) for forest in forests[:-1])])
    return Forest(
        **{name: joined(name) for name in ("feature", "threshold", "child", "value")},
        **{name: joined(name) for name in ("base", "mapped", "places")},
        **{name: starts(name) for name in ("tree", "member", "map", "maps")},
        booster=np.concatenate(
            [forest.booster + members for forest, members in zip(forests, before, strict=True)]
        ),
    )


@njit(cache=True, nogil=True)
def probabilities(
    forest: Forest, booster: int, x: np.ndarray, start: np.ndarray
) -> np.ndarray:  # pragma: no cover - compiled
    """Return each row's probability to go right, float64 (rows,).

    Args:
        forest: The boosters.
        booster: Which of them.
        x: Codes, uint8 (rows, features).
        start: Logits that are added to each member's base, float32 (members, rows), or (members, 0).
    """
    rows, columns = x.shape
    total = np.zeros(rows)
    most = min(rows, BLOCK)
    codes, some = np.empty((columns, most), np.uint8), np.empty((columns, most), np.uint8)
    node, z = np.empty(most, np.uint8), np.empty(most, np.float32)
    first, end = forest.booster[booster]
    for begin in range(0, rows, BLOCK):
        count = min(most, rows - begin)
        codes[:, :count] = x[begin : begin + count].T
        some[:] = codes
        for which in range(first, end):
            for entry in range(forest.maps[which], forest.maps[which + 1]):
                places, column = forest.places[forest.map[entry] :], forest.mapped[entry]
                for row in range(count):
                    some[column, row] = places[codes[column, row]]
            z[:] = forest.base[which]
            if start.shape[1]:
                z[:count] += start[which - first, begin : begin + count]
            for number in range(forest.member[which], forest.member[which + 1]):
                of = slice(forest.tree[number], forest.tree[number + 1])
                value = forest.value[of]
                walk(some, 0, count, forest.feature[of], forest.threshold[of], forest.child[of], node)
                for row in range(count):
                    z[row] += value[node[row]]
            total[begin : begin + count] += z[:count]
            for entry in range(forest.maps[which], forest.maps[which + 1]):
                some[forest.mapped[entry]] = codes[forest.mapped[entry]]
    for row in range(rows):
        total[row] = 1.0 / (1.0 + exp(-total[row] / max(end - first, 1)))
    return total
