"""Boost trees on many rows: each tree looks at as many as its leaves need, and all rows have their turn.

How many these are follows from what a split is chosen among. Of 20 features of 128 codes, the best split of
pure noise seems to gain ln(2,560) nats over all rows that are looked at: 2.4e-4 nats for each of 32,768. A
tree of four leaves that gains more is found among them. Splits by noise do little harm: the learning rate
takes three tenths of their step, so that a tenth of those nats is lost, and the next trees, which look at
other rows, take it back. Where an interaction was weak, half as many rows cost .005 nats, and these .0003.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tabtwin.generators.boost.growing import MOST_ROWS, grow
from tabtwin.generators.boost.logistic import losses, next_number, sigmoid, weight
from tabtwin.generators.boost.walking import add_values

LEAF_ROWS = 1 << 13
"""Rows of a tree for each of its leaves."""


@njit(cache=True, nogil=True)
def boost_in_turns(
    x: np.ndarray,
    y: np.ndarray,
    own: np.ndarray,
    score: np.ndarray,
    at: np.ndarray,
    leaves: int,
    rounds: int,
    rate: float,
    l2: float,
    least: float,
    patience: int,
    state: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    child: np.ndarray,
    value: np.ndarray,
    curves: np.ndarray,
) -> int:  # pragma: no cover - compiled
    """Fit one member, and return the number of its trees.

    The arguments are those of :func:`booster.boost`, with the ``state`` of a generator (:func:`next_number`).
    It has more rows of its own than a tree looks at. Losses of its own are those of as many of them,
    multiplied.
    """
    order, mine = _shuffled(own, state), int(own.sum())
    turn = min(LEAF_ROWS * leaves, MOST_ROWS - 1)
    x, y, own, z = x[order], y[order], own[order], score[order]
    columns = np.ascontiguousarray(x.T)
    p, weights = np.empty(len(y), np.float32), np.empty(len(y), np.int64)
    rows, spare, inside = np.empty(turn, np.int32), np.empty(turn, np.int32), np.zeros(len(y), np.bool_)
    cells = np.empty((leaves, at[-1]), np.int64)
    begin, made = 0, 0
    curves[0, 0], curves[0, 1] = _told(z, p, y, own, mine, turn)
    best, best_round = curves[0, 0], 0
    while made < rounds:
        first = min(turn, mine - begin)
        sigmoid(z[begin : begin + first], p[begin : begin + first])
        sigmoid(z[: turn - first], p[: turn - first])
        for place in range(turn):
            row = begin + place if place < first else place - first
            rows[place], inside[row] = row, True
            weights[row] = weight(p[row], y[row], next_number(state))
        nodes = grow(
            x, weights, rows, spare, turn, at, cells, rate, l2, least, z,
            feature[made], threshold[made], child[made], value[made],
        )  # fmt: skip
        add_values(
            columns, feature[made, :nodes], threshold[made, :nodes], child[made, :nodes], value[made, :nodes],
            z, inside,
        )  # fmt: skip
        inside[rows] = False
        begin = (begin + turn) % mine
        made += 1
        curves[made, 0], curves[made, 1] = _told(z, p, y, own, mine, turn)
        if curves[made, 0] < best:
            best, best_round = curves[made, 0], made
        elif made - best_round >= patience or nodes == 1:
            break
    score[order] = z
    return made


@njit(cache=True, nogil=True)
def _shuffled(own: np.ndarray, state: np.ndarray) -> np.ndarray:  # pragma: no cover - compiled
    """Return a member's own rows in a random order, then the others, int64 (rows,)."""
    order = np.concatenate((np.flatnonzero(own == 1), np.flatnonzero(own == 0)))
    for place in range(int(own.sum()) - 1, 0, -1):
        other = np.int64(next_number(state) % np.uint64(place + 1))
        order[place], order[other] = order[other], order[place]
    return order


@njit(cache=True, nogil=True)
def _told(
    z: np.ndarray, p: np.ndarray, y: np.ndarray, own: np.ndarray, mine: int, some: int
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Return the losses of the rows left out, and of a member's own by the first ``some`` of them."""
    sigmoid(z[mine:], p[mine:])
    left_out, _ = losses(p[mine:], y[mine:], own[mine:])
    sigmoid(z[:some], p[:some])
    _, told = losses(p[:some], y[:some], own[:some])
    return left_out, told * mine / some
