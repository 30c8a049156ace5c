from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tabtwin.generators.boost.numbers import MOST_CODES, Numbers, fit_numbers, load_numbers

K = 5


def fit(values: np.ndarray, unit: float = 0.0, bins: int = 8) -> Numbers:
    return fit_numbers(values, np.arange(len(values)), K, unit, bins)


@given(
    arrays.arrays(
        np.float64, st.integers(5, 300), elements=st.one_of(st.integers(-50, 50).map(float), st.just(np.nan))
    ),
    st.sampled_from([0.0, 1.0]),
    st.integers(2, 40),
)
def test_what_is_drawn_from_a_code_has_that_code(values: np.ndarray, unit: float, bins: int) -> None:
    numbers = fit(values, unit, bins)
    codes = np.repeat(np.arange(numbers.size), 20)
    drawn = numbers.draw(codes, np.tile(np.arange(20) / 20, numbers.size))
    np.testing.assert_array_equal(numbers.codes(drawn), codes)


@given(arrays.arrays(np.float64, st.integers(5, 300), elements=st.floats(-1e6, 1e6)))
def test_nothing_is_drawn_beyond_the_first_and_the_last_knot(values: np.ndarray) -> None:
    numbers = fit(values)
    drawn = numbers.draw(np.zeros(50, int), np.arange(50) / 50)
    last = numbers.draw(np.full(50, len(numbers.first) - 2), np.arange(50) / 50)
    assert drawn.min() >= numbers.middle[0]
    assert last.max() <= numbers.middle[-1]
    assert values.min() <= numbers.middle[0]
    assert numbers.middle[-1] <= values.max()


@pytest.mark.parametrize("unit", [0.0, 0.01])
def test_the_outermost_number_does_not_follow_from_the_last_knot(unit: float) -> None:
    others = np.sort(np.random.default_rng(1).lognormal(10, 0.5, 500).round(2))
    apart = others[-K] - others[-4 * K]
    most = np.linspace(others[-1], others[-1] + apart, 50).round(2)
    assert len({fit(np.append(others, last), unit).high[-1] for last in most}) <= 3


def test_a_spike_has_a_code_of_its_own_and_is_drawn_as_it_is() -> None:
    rng = np.random.default_rng(1)
    values = np.where(rng.random(2_000) < 0.3, 0.0, rng.normal(0, 1, 2_000))
    numbers = fit(values, bins=16)
    code = int(numbers.codes(np.array([0.0]))[0])
    assert (numbers.codes(values) == code).sum() == (values == 0).sum()
    assert set(numbers.draw(np.full(9, code), np.arange(9) / 9)) == {0.0}


def test_codes_are_of_about_equal_mass() -> None:
    values = np.random.default_rng(1).lognormal(0, 2, 10_000)
    counts = np.bincount(fit(values, bins=50).codes(values))
    assert len(counts) == 50
    assert 150 < counts.min() <= counts.max() < 250


def test_integers_stay_integers_and_decimals_keep_their_digits() -> None:
    rng = np.random.default_rng(1)
    for digits in (0, 1, 2):
        values = np.round(rng.normal(0, 50, 3_000), digits)
        drawn = fit(values, 10.0**-digits).draw(rng.integers(0, 8, 500), rng.random(500))
        np.testing.assert_array_equal(drawn, np.round(drawn, digits))


def test_drawn_numbers_are_distributed_as_those_that_were_fitted() -> None:
    values = np.random.default_rng(1).gamma(2, 10, 5_000)
    numbers = fit(values, bins=32)
    codes = np.sort(numbers.codes(values))
    counts = np.bincount(codes)
    rank = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    drawn = numbers.draw(codes, (rank + 0.5) / counts[codes])
    shares = np.linspace(0.01, 0.99, 99)
    np.testing.assert_allclose(np.quantile(drawn, shares), np.quantile(values, shares), rtol=0.03)


def test_missing_is_the_last_code_and_drawn_as_nan() -> None:
    values = np.array([1.0] * 10 + [2.0] * 10 + [np.nan])
    numbers = fit(values)
    assert numbers.codes(values)[-1] == numbers.size - 1 == 2
    assert np.isnan(numbers.draw(np.array([2]), np.array([0.5]))[0])


@pytest.mark.parametrize("values", [[np.nan] * 30, [1.0, 2.0, 3.0] + [np.nan] * 30])
def test_a_column_of_which_fewer_than_k_have_a_value_is_all_missing(values: list[float]) -> None:
    numbers = fit(np.array(values))
    assert numbers.size == 1
    assert np.isnan(numbers.draw(np.zeros(3, int), np.zeros(3))).all()


def test_many_spikes_get_no_more_codes_than_8_bits_hold() -> None:
    values = np.repeat(np.arange(5_000.0), 20)
    assert fit(values, 1.0, 128).size <= MOST_CODES


def test_the_state_of_numbers_restores_them() -> None:
    numbers = fit(np.random.default_rng(1).normal(0, 1, 300))
    restored = load_numbers(*numbers.state())
    codes, positions = np.arange(8), np.full(8, 0.3)
    np.testing.assert_array_equal(restored.draw(codes, positions), numbers.draw(codes, positions))


@given(
    st.lists(st.integers(-3_000, 3_000), min_size=10, max_size=80, unique=True),
    st.sampled_from([1.0, 0.01]),
)
def test_the_first_and_the_last_mean_are_no_number_that_fewer_than_k_subjects_hold(
    points: list[int], unit: float
) -> None:
    # Every third point at most, so that there is room beside each.
    values = np.array(points) * 3.0 / round(1 / unit)
    numbers = fit(values, unit)
    ends = numbers.middle[[0, -1]]
    assert not set(np.floor(ends / unit + 0.5)) & set(np.floor(values / unit + 0.5))


def test_dense_numbers_are_hardly_drawn_oftener_where_they_are_held_than_beside() -> None:
    met, beside = 0, 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        values, others = (rng.integers(0, 13_000, 1_000).astype(float) for _ in range(2))
        numbers = fit_numbers(values, np.arange(1_000), K, 1.0, 64)
        drawn = numbers.draw(rng.permutation(numbers.codes(values)), rng.random(1_000))
        met += int(np.isin(drawn, values).sum())
        beside += int(np.isin(drawn, others).sum())
    assert met < 1.2 * beside
