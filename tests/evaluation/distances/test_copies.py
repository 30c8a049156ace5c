"""Rows that equal real rows, by keys of their cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.evaluation.distances.copies import equal_copies, row_keys, surplus_copies
from tabtwin.evaluation.intervals import GROUPS
from tabtwin.schema.schema import Column, Schema

SCHEMA = Schema(columns=(Column(name="n", kind="decimal"), Column(name="c", kind="category")))


def test_equal_rows_have_equal_keys_and_others_do_not() -> None:
    tables = [
        pd.DataFrame({"n": [1.0, np.nan, -0.0], "c": ["a", None, "b"]}),
        pd.DataFrame({"n": [0.0, 1.0, np.nan, 1.0], "c": ["b", "a", None, "b"]}),
    ]
    first, second = row_keys(tables, SCHEMA)
    assert [first[0], first[1], first[2]] == [second[1], second[2], second[0]]
    assert second[3] not in first


def test_surplus_copies_are_those_beyond_what_training_repeats_itself() -> None:
    training = np.concatenate([np.arange(80), np.repeat(np.arange(80, 90), 2)])
    groups = np.arange(100) % GROUPS
    dealt = {"groups": groups, "training_groups": groups, "subjects": np.arange(100)}
    fresh = surplus_copies(np.concatenate([np.arange(200, 280), training[80:]]), training, **dealt)
    copied = surplus_copies(training, training, **dealt)
    assert fresh.value == pytest.approx(0.0)
    assert copied.value == pytest.approx(0.8)
    assert copied.interval()[0] > 0.6


def test_rows_of_one_subject_are_no_copies_of_one_another() -> None:
    training = np.repeat(np.arange(50), 2)
    groups = training % GROUPS
    found = surplus_copies(training, training, groups=groups, training_groups=groups, subjects=training)
    assert found.value == 1.0


def test_copies_of_training_are_set_beside_copies_of_the_holdout() -> None:
    found = equal_copies(np.arange(40), np.arange(20), np.arange(20, 40), groups=np.arange(40) % GROUPS)
    assert found.training == found.holdout == 0.5
