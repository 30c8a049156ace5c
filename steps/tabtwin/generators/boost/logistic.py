"""Compute what logistic loss needs of rows: probabilities, losses, and gradients in whole numbers."""

from __future__ import annotations

from math import log

import numpy as np
from numba import njit

from tabtwin.generators.boost.growing import GRADIENT, HALF, HESSIAN

SMALLEST = 1e-7
IN_A_PRODUCT = 16

BITS = np.uint64(16)
MASK = np.uint64((1 << 16) - 1)


@njit(cache=True, nogil=True, error_model="numpy")  # a division that may raise is not vectorized
def sigmoid(z: np.ndarray, p: np.ndarray) -> None:  # pragma: no cover - compiled
    """Compute 1 / (1 + e^-z), float32, to about 1e-7, by the branch-free rational function of Eigen's
    ``ptanh``.
    """
    for row in range(len(z)):
        x = z[row] * np.float32(0.5)
        x = np.float32(-7.9) if x < np.float32(-7.9) else x  # a choice of values is vectorized, min is not
        x = np.float32(7.9) if x > np.float32(7.9) else x
        s = x * x
        top = np.float32(-2.76076847742355e-16)
        top = top * s + np.float32(2.00018790482477e-13)
        top = top * s + np.float32(-8.60467152213735e-11)
        top = top * s + np.float32(5.12229709037114e-08)
        top = top * s + np.float32(1.48572235717979e-05)
        top = top * s + np.float32(6.37261928875436e-04)
        top = top * s + np.float32(4.89352455891786e-03)
        bottom = np.float32(1.19825839466702e-06)
        bottom = bottom * s + np.float32(1.18534705686654e-04)
        bottom = bottom * s + np.float32(2.26843463243900e-03)
        bottom = bottom * s + np.float32(4.89352518554385e-03)
        p[row] = np.float32(0.5) + np.float32(0.5) * x * top / bottom


@njit(cache=True, nogil=True)
def after(number: np.uint64) -> np.uint64:  # pragma: no cover - compiled
    """Return the number after another of a xorshift generator (Marsaglia 2003), neither of them 0."""
    x = np.uint64(number)
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    return x


@njit(cache=True, nogil=True)
def next_number(state: np.ndarray) -> np.uint64:  # pragma: no cover - compiled
    """Return the next number of a generator, whose ``state`` is the last one, uint64 (1,)."""
    state[0] = after(state[0])
    return np.uint64(state[0])


@njit(cache=True, nogil=True)
def losses(
    p: np.ndarray, y: np.ndarray, own: np.ndarray
) -> tuple[float, float]:  # pragma: no cover - compiled
    """Return the negative log-likelihood, in nats, of the rows that are not ``own``, and of those
    that are.
    """
    held_loss, own_loss, held, mine = 0.0, 0.0, 1.0, 1.0
    held_size, own_size = 0, 0
    for row in range(len(p)):
        likely = p[row] if y[row] else np.float32(1) - p[row]
        likely = likely if likely > np.float32(SMALLEST) else np.float32(SMALLEST)
        is_own = own[row] == 1  # the other product is multiplied by 1, since a jump would cost more
        mine *= float(likely) if is_own else 1.0
        held *= 1.0 if is_own else float(likely)
        own_size += 1 if is_own else 0
        held_size += 0 if is_own else 1
        if own_size == IN_A_PRODUCT:  # so few do not underflow, and one logarithm serves them all
            own_loss -= log(mine)
            mine, own_size = 1.0, 0
        if held_size == IN_A_PRODUCT:
            held_loss -= log(held)
            held, held_size = 1.0, 0
    return held_loss - log(held), own_loss - log(mine)


@njit(cache=True, nogil=True)
def weight(p: np.float32, y: int, noise: np.uint64) -> np.int64:  # pragma: no cover - compiled
    """Return a row's gradient and hessian as :mod:`growing` sums them up.

    They are rounded to whole numbers with dithering, by all but the lowest 16 bits of ``noise``, so that sums
    are right on average.
    """
    g = p - np.float32(y)
    h = p * (np.float32(1) - p)
    dither_g = np.float32((noise >> BITS) & MASK) * np.float32(1 / 65536)
    dither_h = np.float32((noise >> (BITS + BITS)) & MASK) * np.float32(1 / 65536)
    whole_g = np.int64(np.floor(g * np.float32(GRADIENT) + dither_g))
    whole_h = np.int64(h * np.float32(HESSIAN) + dither_h)
    return (whole_g << HALF) + whole_h
