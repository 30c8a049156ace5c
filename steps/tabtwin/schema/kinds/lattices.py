"""Find lattices: numbers that are all multiples of 25, or all end in .95 or .99."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.grids import Grid

_PRIMES = (2, 3, 5, 7, 11, 13)
_PERIODS = (10, 100, 1000, 10_000, 100_000)
_MOST_ENDINGS = 6
_SHARE_OF_ENDINGS = 0.2
"""Of the last digits that there are, the share that endings may take at most."""
_FINE = 0.2
"""The share of numbers that need the last decimal, at least; where fewer do, most are written less finely."""
_SURE = math.log(1e12)
_TRIED = math.log(1e4)
"""How many lattices are looked for in a column."""
_MOST_OFF = 0.02
"""The share of distinct numbers off a lattice, at most; also fewer than k subjects may hold them."""
_FEWEST = 4
_LARGEST = 2.0**51
_NEAR = 1e-6

Vouch = Callable[[np.ndarray], bool]
Found = tuple[float, int, tuple[int, ...]]
"""The negative log of its chance, the period, and the endings."""


@dataclass(frozen=True)
class Lattice(Grid):
    """Points at some endings of every period, in units of the last decimal.

    Attributes:
        period: How far points of one ending lie apart.
        ends: The endings, from 0 to below ``period``, in order.
    """

    period: int = 1
    ends: tuple[int, ...] = (0,)

    def index(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the point nearest to each value, int64 (n,)."""
        units = np.asarray(values, "float64") * self.per
        block = np.floor(units / self.period)
        around = np.array([self.ends[-1] - self.period, *self.ends, self.ends[0] + self.period], "float64")
        at = np.searchsorted((around[1:] + around[:-1]) / 2, units - block * self.period, side="right")
        return np.asarray(block.astype("int64") * len(self.ends) + at - 1)

    def is_finer_than(self, step: float) -> bool:
        """Return whether there are points between numbers that are ``step`` apart."""
        return step * self.per * len(self.ends) > self.period

    def value(self, index: int) -> float:
        """Return the number at a point."""
        return float(self.values(np.array([index]))[0])

    def values(self, index: np.ndarray) -> np.ndarray:
        """Return the numbers at points (n,)."""
        block, at = np.divmod(index.astype("int64"), len(self.ends))
        # Dividing whole numbers gives the float64 that their text is read as.
        return np.asarray((block * self.period + np.array(self.ends)[at]) / self.per)

    @property
    def unit_of_all(self) -> float:
        """Return what all points are multiples of."""
        common = math.gcd(self.period, *self.ends)
        unit = common / self.per
        # Finer units than 1 are fractions of 1 elsewhere.
        return unit if unit >= 1 or (1 / unit).is_integer() else 1 / self.per


def lattice_of(column: Column) -> Lattice | None:
    """Return the lattice of a column of numbers, if it has one."""
    if not column.step:
        return None
    per = 10.0**column.digits
    period = max(1, round(column.step * per))
    ends = sorted({round(ending * per) % period for ending in column.endings or (0.0,)})
    return Lattice(per, period=period, ends=tuple(ends))


def nearest(values: np.ndarray, lattice: Lattice) -> np.ndarray:
    """Return the nearest numbers of a lattice (n,); missing and huge ones as they are."""
    held = np.abs(values) * lattice.per < _LARGEST
    found = np.array(values, "float64")
    found[held] = lattice.values(lattice.index(found[held])) + 0.0
    return found


def find_lattice(values: np.ndarray, digits: int, vouch: Vouch) -> Lattice | None:
    """Return the lattice that all distinct numbers lie on, except those of fewer than k subjects.

    That numbers lie on it by chance must be less likely than one in 10**12, all that are tried together.

    Args:
        values: Distinct numbers, float64 (n,); NaN where a value does not count.
        digits: With how many decimals they are written.
        vouch: Whether k subjects hold some of them, given bool (n,).
    """
    per = 10.0**digits
    there = np.abs(values) * per < _LARGEST
    if int(there.sum()) < _FEWEST or bool((there != ~np.isnan(values)).any()):
        return None
    units = np.rint(np.where(there, values, 0.0) * per).astype("int64")
    if digits and (units[there] % 10 != 0).mean() < _FINE:
        return None
    off = there & (np.abs(np.where(there, values, 0.0) * per - units) > _NEAR * np.maximum(1, np.abs(units)))
    found = (_by_steps(units, there, off, vouch), _by_endings(units, there, off, vouch))
    chance, period, ends = max((one for one in found if one is not None), default=(0.0, 0, ()))
    return Lattice(per, period=period, ends=ends) if chance > _SURE else None


def _by_steps(units: np.ndarray, there: np.ndarray, off: np.ndarray, vouch: Vouch) -> Found | None:
    """Return the step that all numbers are apart, and where the first is."""
    period, offset = 1, 0
    for prime in _PRIMES:
        while True:
            left = there & ~off
            rest = np.floor_divide(units - offset, period) % prime
            most = int(np.bincount(rest[left], minlength=prime).argmax()) if left.any() else 0
            beyond = off | (there & (rest != most))
            if not _few(beyond, there, vouch):
                break
            off, offset, period = beyond, offset + most * period, period * prime
            if period > _LARGEST or len(np.unique(units[there & ~off])) < _FEWEST:
                return None
    return _unlikely(there, off, math.log(period)), period, (offset % period,)


def _by_endings(units: np.ndarray, there: np.ndarray, off: np.ndarray, vouch: Vouch) -> Found | None:
    """Return the period of numbers with few endings, and these."""
    best: Found | None = None
    for period in _PERIODS:
        rest = units % period
        counts = np.bincount(rest[there & ~off], minlength=period)
        most = min(_MOST_ENDINGS, int(_SHARE_OF_ENDINGS * period))
        likely = np.argsort(-counts, kind="stable")[:most]
        if counts[likely].sum() < (1 - _MOST_OFF) * there.sum():
            continue
        ends = tuple(sorted(int(end) for end in likely if counts[end] and vouch(there & (rest == end))))
        beyond = off | (there & ~np.isin(rest, ends))
        if not ends or not _few(beyond, there, vouch):
            continue
        ways = math.lgamma(period + 1) - math.lgamma(len(ends) + 1) - math.lgamma(period - len(ends) + 1)
        chance = _unlikely(there, beyond, math.log(period / len(ends))) - ways
        if best is None or chance > best[0]:
            best = chance, period, ends
    return best


def _few(off: np.ndarray, there: np.ndarray, vouch: Vouch) -> bool:
    return bool(off.sum() <= _MOST_OFF * there.sum()) and not vouch(off)


def _unlikely(there: np.ndarray, off: np.ndarray, each: float) -> float:
    """Return the negative log of how likely so many numbers lie on a lattice by chance."""
    count, beyond = int(there.sum()), int((there & off).sum())
    choices = math.lgamma(count + 1) - math.lgamma(beyond + 1) - math.lgamma(count - beyond + 1)
    return (count - beyond) * each - choices - _TRIED
