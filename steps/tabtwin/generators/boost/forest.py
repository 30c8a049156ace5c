"""Fitted boosters as flat arrays, and the probabilities that they give.

A *booster* is a set of members whose probabilities are averaged; a member is a base logit, the codes of its
categories' places, and trees. In a model all boosters of all columns stand one behind the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import exp

import numpy as np
from numba import njit


@dataclass(frozen=True)
class Forest:
    """Boosters.

    Attributes:
        feature: The feature that a node asks for, or -1 in a leaf, int16 (nodes,).
        threshold: The last code that goes left, uint8 (nodes,).
        child: Where in its tree the left child stands, int16 (nodes,); the right one stands behind it.
        value: What a leaf adds to the logit, float32 (nodes,).
        tree: Where each tree begins in the nodes, and their number, int64 (trees + 1,).
        member: Where each member begins in the trees, and their number, int64 (members + 1,).
        base: Each member's logit before its trees, float32 (members,).
        booster: Where each booster begins in the members, and their number, int64 (boosters + 1,).
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

    def arrays(self) -> dict[str, np.ndarray]:
        """By name, as a file keeps them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def probabilities(self, booster: int, x: np.ndarray, start: np.ndarray) -> np.ndarray:
        """How likely rows go right, float64 (rows,).

        Args:
            booster: Which booster.
            x: Codes, uint8 (rows, features).
            start: Logits that are added to each member's base, float32 (members, rows), or (members, 0).
        """
        return np.asarray(
            _probabilities(
                x, start, self.booster[booster], self.booster[booster + 1], self.base, self.member,
                self.tree, self.feature, self.threshold, self.child, self.value,
                self.maps, self.mapped, self.map, self.places,
            )  # fmt: skip
        )


@dataclass(frozen=True)
class Member:
    """One member before it is stored.

    Attributes:
        base: Its logit before its trees.
        trees: Nodes of each tree: feature, threshold, child and value (nodes,).
        places: New codes of a category's codes, by feature, uint8 (codes,).
    """

    base: float
    trees: tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], ...]
    places: dict[int, np.ndarray]


def store(boosters: Sequence[Sequence[Member]]) -> Forest:
    """Boosters, each a sequence of members, as flat arrays."""
    members = [member for booster in boosters for member in booster]
    trees = [tree for member in members for tree in member.trees]
    maps = [(feature, codes) for member in members for feature, codes in sorted(member.places.items())]

    def joined(parts: list[np.ndarray], dtype: type) -> np.ndarray:
        return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype)

    def starts(sizes: list[int]) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    return Forest(
        feature=joined([tree[0] for tree in trees], np.int16),
        threshold=joined([tree[1] for tree in trees], np.uint8),
        child=joined([tree[2] for tree in trees], np.int16),
        value=joined([tree[3] for tree in trees], np.float32),
        tree=starts([len(tree[0]) for tree in trees]),
        member=starts([len(member.trees) for member in members]),
        base=np.array([member.base for member in members], np.float32),
        booster=starts([len(booster) for booster in boosters]),
        mapped=np.array([feature for feature, _ in maps], np.int16),
        map=starts([len(codes) for _, codes in maps]),
        places=joined([codes for _, codes in maps], np.uint8),
        maps=starts([len(member.places) for member in members]),
    )


@njit(cache=True, nogil=True)
def _probabilities(
    x: np.ndarray,
    start: np.ndarray,
    first: int,
    end: int,
    base: np.ndarray,
    member: np.ndarray,
    tree: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    child: np.ndarray,
    value: np.ndarray,
    maps: np.ndarray,
    mapped: np.ndarray,
    map_start: np.ndarray,
    places: np.ndarray,
) -> np.ndarray:  # pragma: no cover - compiled
    rows, columns = x.shape
    total = np.zeros(rows)
    codes = np.empty(columns, np.uint8)
    for which in range(first, end):
        for row in range(rows):
            for column in range(columns):
                codes[column] = x[row, column]
            for entry in range(maps[which], maps[which + 1]):
                column = mapped[entry]
                codes[column] = places[map_start[entry] + codes[column]]
            z = base[which]
            if start.shape[1]:
                z += start[which - first, row]
            for number in range(member[which], member[which + 1]):
                root = tree[number]
                node = root
                while feature[node] >= 0:
                    right = codes[feature[node]] > threshold[node]
                    node = root + child[node] + right
                z += value[node]
            total[row] += 1.0 / (1.0 + exp(-z))
    return total / max(end - first, 1)
