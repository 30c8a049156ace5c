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
_SURE = math.log(1e5)
_TRIED = math.log(100)
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

    That numbers lie on it by chance must be less likely than one in 10**5, all that are tried together. By
    chance, numbers have as many decimals as they have: those with one are no evidence of steps of .05.

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
    off = there & (np.abs(np.where(there, values, 0.0) * per - units) > _NEAR * np.maximum(1, np.abs(units)))
    coarse = _trailing_zeros(units, digits)
    found = (_by_steps(units, coarse, there, off, vouch), _by_endings(units, coarse, there, off, vouch))
    chance, period, ends = max((one for one in found if one is not None), default=(0.0, 0, ()))
    return Lattice(per, period=period, ends=ends) if chance > _SURE else None


def _by_steps(
    units: np.ndarray, coarse: np.ndarray, there: np.ndarray, off: np.ndarray, vouch: Vouch
) -> Found | None:
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
    ends = (offset % period,)
    # One number says where the lattice begins.
    return _unlikely(coarse, there, off, period, ends) - math.log(period), period, ends


def _by_endings(
    units: np.ndarray, coarse: np.ndarray, there: np.ndarray, off: np.ndarray, vouch: Vouch
) -> Found | None:
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
        chance = _unlikely(coarse, there, beyond, period, ends) - ways
        if best is None or chance > best[0]:
            best = chance, period, ends
    return best


def _few(off: np.ndarray, there: np.ndarray, vouch: Vouch) -> bool:
    return bool(off.sum() <= _MOST_OFF * there.sum()) and not vouch(off)


def _unlikely(
    coarse: np.ndarray, there: np.ndarray, off: np.ndarray, period: int, ends: tuple[int, ...]
) -> float:
    """Return the negative log of how likely so many numbers lie on a lattice by chance.

    Args:
        coarse: How many zeros each number ends in, within its decimals; by chance it has as many.
        there: Which numbers count.
        off: Which do not lie on it.
        period: The lattice's.
        ends: Its endings.
    """
    most = int(coarse.max(initial=0))
    dense = [_density(10**zeros, period, ends) for zeros in range(most + 1)]
    shares = np.array(
        [
            *((dense[at] - dense[at + 1]) / (0.9 * 10.0**-at) for at in range(most)),
            dense[most] * 10.0**most,
        ]
    )
    on = there & ~off
    with np.errstate(divide="ignore"):
        each = -np.log(np.clip(shares[coarse[on]], 1e-300, 1.0))
    count, beyond = int(there.sum()), int((there & off).sum())
    choices = math.lgamma(count + 1) - math.lgamma(beyond + 1) - math.lgamma(count - beyond + 1)
    return float(each.sum()) - choices - _TRIED


def _density(step: int, period: int, ends: tuple[int, ...]) -> float:
    """Return the share of all whole numbers that are multiples of a step and lie on a lattice."""
    common = math.gcd(step, period)
    return sum(end % common == 0 for end in ends) / (period // common * step)


def _trailing_zeros(units: np.ndarray, digits: int) -> np.ndarray:
    """Return how many zeros numbers end in, at most ``digits``, int (n,)."""
    return np.asarray(sum((units % 10**zeros == 0).astype(int) for zeros in range(1, digits + 1)) + 0 * units)
