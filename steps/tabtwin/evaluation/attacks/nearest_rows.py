"""Compute scores from the rows near a row: nearest twin row, density ratio, least relative distance.

Distances are Gower's (:mod:`tabtwin.evaluation.distances.neighbours`), with the twin's ranges, which the
attacker has. d_k is the distance to the k-th nearest row.

- *nearest*: −d_1(x, twin), the oldest attack: Chen et al., "GAN-Leaks" (CCS 2020), eq. 6. It mistakes a row
  in a crowd for a member.
- *density ratio*: log d_k(x, reference) − log d_k(x, twin), DOMIAS (van Breugel et al., "Membership inference
  attacks against synthetic data through overfitting detection", AISTATS 2023, eq. 2) with k-nearest-neighbor
  densities, p ∝ k / d_k^dimensions. A larger k blurs: on a verbatim copy k = 5 misses most, k = 1 nothing.
- *relative distance*: −log of the least over twin rows s of d(x, s) / d_1(s, reference), which is 0 at a
  copy, and 1 where no twin row is nearer to x than to a fresh row. Sharp for copies and for holes.

Two equal rows are at distance 0, so every distance gets ``TINY`` before its logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabtwin.evaluation.distances.neighbours import Features, nearest

NEIGHBOURS = (1, 2, 5, 10)
"""The grid of k."""
TINY = 1e-6
EXPOSED = 0.1
"""The share of rows that are most isolated among fresh rows, which an average hides."""
NEAR = 0.1
"""A relative distance below this is nearly a copy."""


@dataclass(frozen=True)
class Towards:
    """Distances of rows to one table: float64 (rows, len(NEIGHBOURS)); infinite if it has too few rows."""

    distances: np.ndarray

    @property
    def logs(self) -> np.ndarray:
        """Return finite logarithms, (rows, len(NEIGHBOURS))."""
        return np.asarray(np.log(np.minimum(self.distances, 1.0) + TINY))

    def take(self, rows: np.ndarray) -> Towards:
        """Return some of the rows, by index or mask."""
        return Towards(self.distances[rows])


def towards(rows: Features, table: Features, *, threads: int) -> Towards:
    """Return distances of ``rows`` to their k-th nearest rows of ``table``, for every k of the grid."""
    found, _ = nearest(rows, table, max(NEIGHBOURS), threads=threads)
    return Towards(found[:, np.array(NEIGHBOURS) - 1].astype(float))


def density_ratios(to_twin: Towards, to_reference: Towards) -> np.ndarray:
    """Return the density ratio of each row for every k: float64 (rows, len(NEIGHBOURS)), highest for
    members.
    """
    return np.asarray(to_reference.logs - to_twin.logs)


def relative_distances(rows: Features, twin: Features, reach: np.ndarray, *, threads: int) -> np.ndarray:
    """Return the least over twin rows s of d(x, s) / ``reach`` of s, its distance to the reference: float64
    (rows,).

    A twin row that equals a reference row says nothing about others, so it is skipped; infinity if none is
    left.
    """
    found, _ = nearest(rows, twin, 1, reach=reach, threads=threads)
    return found[:, 0].astype(float)
