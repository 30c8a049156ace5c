"""Load numba's compiler ahead: what the first call of any compiled function imports takes half a second."""

from __future__ import annotations

from numba import njit


@njit(cache=True)
def _same(number):  # type: ignore[no-untyped-def] # numba needs none
    return number


def load() -> None:
    """Import what compiled functions need; processes that are forked afterwards have it."""
    _same(0)
