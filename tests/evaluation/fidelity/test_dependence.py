"""Cramér's V tells dependence from chance."""

from __future__ import annotations

import numpy as np
import pytest

from tabtwin.evaluation.fidelity.dependence import association


def test_columns_that_determine_one_another_are_fully_dependent() -> None:
    column = np.random.default_rng(1).integers(0, 4, 2_000)
    found = association(np.stack([column, (column + 1) % 4]), np.array([4, 4]))
    assert found[0, 1] == pytest.approx(1.0, abs=0.01)
    np.testing.assert_array_equal(found, found.T)


def test_independent_columns_show_almost_nothing_even_with_many_cells() -> None:
    codes = np.random.default_rng(1).integers(0, 12, (2, 500))
    assert association(codes, np.array([12, 12]))[0, 1] < 0.1


def test_a_constant_column_depends_on_nothing() -> None:
    codes = np.stack([np.zeros(100, int), np.arange(100) % 3])
    assert association(codes, np.array([1, 3]))[0, 1] == 0.0
