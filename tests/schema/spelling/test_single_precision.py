"""Numbers that were stored in single precision have the decimals that they had there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tabtwin
from tabtwin.schema.spelling.single_precision import decimals_in_single

RNG = np.random.default_rng(1)
WAGES = np.unique(np.round(RNG.lognormal(2, 0.6, 400), 2))


def single(values: np.ndarray) -> np.ndarray:
    return values.astype("float32").astype("float64")


@pytest.mark.parametrize("written", [repr, lambda value: f"{value:.15f}".rstrip("0"), "{:.15g}".format])
def test_decimals_are_those_of_single_precision_however_they_are_written(written) -> None:
    read = np.array([float(written(float(value))) for value in single(WAGES)])
    found = decimals_in_single(read, 17)
    assert found is not None
    assert found.max() == 2


def test_what_was_computed_in_single_precision_may_be_a_bit_off() -> None:
    shares = (np.arange(20, 2_600, dtype="float32") * np.float32(0.1) / np.float32(1_000)).astype("float64")
    assert (shares != single(np.round(shares, 4))).mean() > 0.1
    found = decimals_in_single(shares, 17)
    assert found is not None
    assert found.max() == 4


def test_logarithms_have_as_many_decimals_as_single_precision_resolves() -> None:
    found = decimals_in_single(single(np.log(WAGES[WAGES > 1.1])), 17)
    assert found is not None
    assert found.max() == 6


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from([0.001, 1.0, 1e6]))
def test_numbers_in_double_precision_are_left_alone(seed: int, scale: float) -> None:
    assert decimals_in_single(np.random.default_rng(seed).normal(0, scale, 60), 17) is None


def test_a_formula_through_single_precision_is_found_and_half_cents_stay_steps() -> None:
    wage, rate = RNG.choice(WAGES, 500), RNG.integers(0, 100, 500) * 0.005 + 0.0025
    table = pd.DataFrame({"wage": single(wage), "lwage": single(np.log(wage)), "rate": single(rate)})
    found = tabtwin.check(table, seed=1)
    assert found.rules == ("lwage = log(wage)",)
    columns = tabtwin.fit(table, seed=1).schema
    assert [columns[name].digits for name in table] == [2, 6, 4]
    assert (columns["rate"].step, columns["rate"].endings) == (0.005, (0.0025,))
    made = tabtwin.fit(table, seed=1).sample(300)
    assert np.abs(made["lwage"] - np.log(made["wage"])).max() < 1e-6
    assert made["wage"].equals(made["wage"].round(2))
