"""Shares that a schema publishes tell no single row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tabtwin.schema.kinds.drawing import rounded


@pytest.mark.parametrize("k", [5, 20])
@pytest.mark.parametrize("others", [0, 7, 300, 12_345])
def test_shares_change_only_once_in_2k_rows(k: int, others: int) -> None:
    told = [tuple(rounded(np.array([count, others]), k)) for count in range(1, 401)]
    changes = sum(mine != theirs for mine, theirs in pairwise(told))
    assert changes <= 400 // (2 * k)


def test_shares_are_those_of_counts_and_add_up() -> None:
    rng = np.random.default_rng(1)
    for counts in rng.integers(0, 3000, (200, 4)) * (rng.random((200, 4)) < 0.8):
        shares = rounded(counts, 5)
        assert all((share > 0) == (count > 0) for share, count in zip(shares, counts, strict=True))
        if counts.any():
            assert abs(sum(shares) - 1) < 1e-9
            assert np.abs(np.array(shares) - counts / counts.sum()).max() < 40 / counts.sum()
