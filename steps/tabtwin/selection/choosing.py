"""Choose the rows of the twin under quotas.

Rows are chosen within *strata*, each with a quota: the values of a column whose shares are set, and, within
each, copies of training rows, of which no larger share may be taken than was screened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tabtwin.lib.log import progress
from tabtwin.selection.layout import Layout
from tabtwin.selection.shares import holding
from tabtwin.selection.swapping import Choice

FILL_TRIES = 32
SWAP_TRIES = 8
ROUNDS = 16
"""Rounds in which strata are filled in turn, so that none is filled against a table without the others."""
LEAST_GAIN = 1e-2
"""Swaps end once fewer than this share of a round's steps finds a better row."""

Stop = Literal["nothing to swap", "steps used up", "no better rows found"]


@dataclass(frozen=True)
class Stratum:
    """Rows from which a number is chosen.

    Attributes:
        rows: int64, places in the screened pool.
        quota: How many are chosen, at most as many as there are.
    """

    rows: np.ndarray
    quota: int

    def at_most(self) -> Stratum:
        """Return the same rows with a quota that can be met."""
        return Stratum(self.rows, min(self.quota, len(self.rows)))


@dataclass(frozen=True)
class Chosen:
    """The outcome of choosing.

    Attributes:
        rows: int64 (wanted,), ascending.
        kept: How many of the starting rows are among them, before any swap.
        swaps: Rows that were swapped for better ones.
        steps: Swaps that were tried.
        stopped: Why no more were.
        distances: Total variation of each table from the target: float64 (tables,).
    """

    rows: np.ndarray
    kept: int
    swaps: int
    steps: int
    stopped: Stop
    distances: np.ndarray


def strata(values: np.ndarray | None, quotas: dict[object, int], copies: np.ndarray) -> list[Stratum]:
    """Return strata by value and by whether a row copies a training row.

    Args:
        values: The value of each row, for which there are quotas; ``None`` for one quota of all rows.
        quotas: Rows wanted of each value; of ``None`` if there are no values.
        copies: Which rows equal a training row: bool (rows,).
    """
    found = []
    for value, quota in quotas.items():
        own = np.ones(len(copies), bool) if values is None else holding(values, value)
        among = int(own.sum())
        most = int(quota * (copies & own).sum() // among) if among else 0
        rest = int((own & ~copies).sum())
        of_copies = max(most, quota - rest)
        found.append(Stratum(np.flatnonzero(own & copies), of_copies))
        found.append(Stratum(np.flatnonzero(own & ~copies), quota - of_copies))
    return found


def choose(
    codes: np.ndarray,
    layout: Layout,
    target: np.ndarray,
    groups: list[Stratum],
    start: np.ndarray,
    rounds: int,
    rng: np.random.Generator,
    threads: int,
    tries: int = FILL_TRIES,
) -> Chosen:
    """Choose each stratum's quota so that the tables come near the target.

    Args:
        codes: uint8 (columns, rows) of the screened pool.
        layout: The tables.
        target: float64 (cells,): each table's cells sum to the rows wanted.
        groups: The strata: no row in two, quotas that can be met.
        start: int64, rows to start from; a stratum keeps as many as its quota, drawn.
        rounds: The most swaps to try, as a multiple of the rows wanted.
        rng: The source of randomness.
        threads: Threads to count with; no choice depends on it.
        tries: Rows to look at for each that is filled in.
    """
    wanted = sum(group.quota for group in groups)
    choice = Choice(codes, layout, target, threads)
    begun = np.zeros(codes.shape[1], bool)
    begun[start] = True
    for group in groups:
        own = group.rows[begun[group.rows]]
        begun[rng.permutation(own)[group.quota :]] = False
    choice.take(np.flatnonzero(begun))
    _fill(choice, groups, tries, rng)
    kept, swaps, steps = int(begun.sum()), 0, 0
    stopped: Stop = "nothing to swap"
    for number in range(rounds):
        progress(number, rounds, "swap")
        found = sum(choice.swap(group.quota, group.rows, SWAP_TRIES, rng) for group in groups)
        swaps, steps, stopped = swaps + found, steps + wanted, "steps used up"
        if found < LEAST_GAIN * wanted:
            stopped = "no better rows found"
            break
    if rounds:
        progress(rounds, rounds, "swap")
    distances = layout.tvd(choice.residual, wanted)
    return Chosen(np.flatnonzero(choice.chosen), kept, swaps, steps, stopped, distances)


def _fill(choice: Choice, groups: list[Stratum], tries: int, rng: np.random.Generator) -> None:
    lacking = [group.quota - int(choice.chosen[group.rows].sum()) for group in groups]
    for part in range(1, ROUNDS + 1):
        for group, lack in zip(groups, lacking, strict=True):
            count = lack * part // ROUNDS - lack * (part - 1) // ROUNDS
            if count:
                choice.fill(count, group.rows, tries, rng)
