"""tabtwin.evaluation.risks.inference: when a guess at a cell is right."""

from __future__ import annotations

import numpy as np

from tabtwin.evaluation.risks.cells import MISSING
from tabtwin.evaluation.risks.inference import MAX_SECRETS, right, secrets
from tabtwin.schema.schema import Column


def test_a_number_is_right_within_five_per_cent_of_the_guess() -> None:
    column = Column(name="a", kind="decimal")
    guesses = np.array([100.0, 100.0, -100.0, -100.0, 0.0, 0.0])
    truths = np.array([104.9, 105.1, -104.9, 3.0, 0.0, 0.01])
    assert right(guesses, truths, column).tolist() == [True, False, True, False, True, False]


def test_what_is_missing_is_right_where_missing_is_guessed() -> None:
    guesses, truths = np.array([MISSING, MISSING, 1.0]), np.array([MISSING, 1.0, MISSING])
    for kind in ("decimal", "datetime"):
        assert right(guesses, truths, Column(name="a", kind=kind)).tolist() == [True, False, False]


def test_a_category_is_right_where_it_is_equal_a_date_to_the_day_and_a_time_to_the_hour() -> None:
    guesses, truths = np.array([100.0, 100.0]), np.array([100.0, 100.9])
    assert right(guesses, truths, Column(name="a", kind="category")).tolist() == [True, False]
    assert right(guesses, truths, Column(name="a", kind="datetime")).tolist() == [True, True]
    time = Column(name="a", kind="datetime", format="%H:%M")
    assert right(guesses, np.array([100.04, 100.9]), time).tolist() == [True, False]


def test_of_wide_tables_some_columns_are_asked() -> None:
    found = secrets(80, np.random.default_rng(1))
    assert len(set(found)) == MAX_SECRETS
    assert secrets(3, np.random.default_rng(1)).tolist() == [0, 1, 2]
