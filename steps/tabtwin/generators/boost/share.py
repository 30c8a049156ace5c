"""A share of a model: what one task fitted of it, and how its file keeps that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

_ARRAYS = ("numbers", "losses", "rest", "rows")


@dataclass(frozen=True)
class Place:
    """The place of a share in a work that is divided twice.

    Attributes:
        group: The group of columns, from 1.
        groups: How many there are.
        shard: The shard of the group's rows, from 1.
        shards: How many each group has.
    """

    group: int = 1
    groups: int = 1
    shard: int = 1
    shards: int = 1

    def __str__(self) -> str:
        of_group = f"{self.group} of {self.groups}"
        return of_group if self.shards == 1 else f"{of_group} ({self.shard} of {self.shards})"


@dataclass(frozen=True)
class Piece:
    """What a share has of a part.

    Attributes:
        place: The part's place in the whole's sequence.
        numbers: Which of the part's boosters it has, int32 (boosters,).
        losses: What left-out and own rows lose by these, in nats, float64 (boosters, 2).
        rest: The same by all nodes without a booster, float64 (2,).
        rows: What the sums of both are divided by, int64 (2,).
    """

    place: int
    numbers: np.ndarray
    losses: np.ndarray
    rest: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True)
class Share:
    """What a task fitted of a whole model.

    Attributes:
        place: Its place among the others.
        pieces: What it has of each part of its columns.
        origin: A digest of all that determines the whole: the same in all of its shares, and in no others.
    """

    place: Place
    pieces: tuple[Piece, ...]
    origin: str


class ShareState(TypedDict):
    """A share as the model's file keeps it, beside arrays."""

    group: int
    groups: int
    shard: int
    shards: int
    places: Sequence[int]
    origin: str


def state(share: Share) -> tuple[ShareState, dict[str, np.ndarray]]:
    """Return what a file keeps of a share, as JSON values and arrays."""
    about: ShareState = {
        "group": share.place.group,
        "groups": share.place.groups,
        "shard": share.place.shard,
        "shards": share.place.shards,
        "places": [piece.place for piece in share.pieces],
        "origin": share.origin,
    }
    arrays = {
        f"{number}.{name}": getattr(piece, name)
        for number, piece in enumerate(share.pieces)
        for name in _ARRAYS
    }
    return about, arrays


def load(about: ShareState, arrays: Mapping[str, np.ndarray]) -> Share:
    """Return the share that :func:`state` described."""
    pieces = (
        Piece(place, **{name: arrays[f"{number}.{name}"] for name in _ARRAYS})
        for number, place in enumerate(about["places"])
    )
    place = Place(about["group"], about["groups"], about["shard"], about["shards"])
    return Share(place, tuple(pieces), about["origin"])
