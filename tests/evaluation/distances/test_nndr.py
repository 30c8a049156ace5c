"""The distance to the closest record by that to the next."""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.distances.nndr import nndr, nndr_ratio


def test_nndr_is_one_where_both_neighbours_are_equal_rows() -> None:
    np.testing.assert_allclose(nndr(np.array([0.0, 0.1]), np.array([0.0, 0.4])), [1.0, 0.25], rtol=1e-5)


def test_the_nndr_ratio_takes_the_tenth_smallest_of_each() -> None:
    assert nndr_ratio(np.arange(1, 21) / 20, np.arange(2, 42, 2) / 40) == 1.0
    assert nndr_ratio(np.array([0.2, 0.4]), np.array([0.4, 0.8])) == 0.5
