"""Numbers in steps of 25, or that end in .95 and .99."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.schema.column import Column
from tabtwin.schema.kinds import guessing
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.lattices import find_lattice, lattice_of, nearest
from tabtwin.schema.kinds.registry import of, quantity
from tabtwin.schema.kinds.witnesses import Witnesses

K = 10
RNG = np.random.default_rng(5)
COUNTS = RNG.integers(40, 400, 600)


def described(values: np.ndarray, digits: int | None = None) -> Column:
    texts = values if digits is None else np.array([f"{value:.{digits}f}" for value in values], object)
    cells = distinct(texts, "double" if digits is None else "")
    column = guessing.guess("price", cells)
    everyone = np.arange(len(values))
    return of(column).vouched(column, Witnesses(cells, np.ones(len(values), bool), everyone, K))


@pytest.mark.parametrize(
    ("values", "digits", "step", "endings"),
    [
        (COUNTS * 25.0, 0, 25.0, ()),
        (COUNTS * 500.0, 0, 500.0, ()),
        (COUNTS * 10.0 - 1, 0, 10.0, (9.0,)),
        (COUNTS * 0.25, 2, 0.25, ()),
        (COUNTS * 0.05, 2, 0.05, ()),
        (COUNTS - 0.01, 2, 1.0, (0.99,)),
        (COUNTS - RNG.choice([0.01, 0.05], 600), 2, 1.0, (0.95, 0.99)),
        ((COUNTS - 200) * 7.0, 0, 7.0, ()),
        (np.round(COUNTS / 3, 5), 5, 1.0, (0.0, 0.33333, 0.66667)),
    ],
)
def test_steps_and_endings_are_found_in_csv_and_parquet(values, digits, step, endings):
    for column in (described(values, digits), described(np.round(values, digits))):
        assert (column.step, column.endings) == (step, endings)
        assert f"in steps of {step:g}" in column.why


def test_every_number_is_moved_to_the_lattice():
    column = described(COUNTS - RNG.choice([0.01, 0.05], 600), 2)
    drawn = RNG.uniform(30, 500, 1000)
    written = quantity(column).spell(quantity(column).canonical(drawn, column, (39.95, 399.99)), column)
    assert {text[-3:] for text in written} == {".95", ".99"}
    assert np.abs(written.astype(float) - np.clip(drawn, 39.95, 399.99)).max() <= 0.96 / 2 + 1e-9


def test_numbers_off_the_lattice_of_fewer_than_k_subjects_do_not_decide():
    values = np.append(np.unique(RNG.integers(0, 5000, 900)) * 25.0, [3126.0, 411.5, 0.1 + 0.2])
    assert described(values).step == 25.0
    more = np.append(values, RNG.integers(0, 5000, K) * 25.0 + 1)
    assert described(more).step == 0.0


def test_numbers_that_are_written_less_finely_than_others_have_no_lattice():
    values = np.append(np.round(RNG.uniform(0, 9_000, 600), 2), np.round(RNG.uniform(0, 1, 5), 5))
    column = described(np.append(values, np.full(K, 0.00002)))
    assert (column.digits, column.step) == (5, 0.0)


def test_halves_and_quarters_beside_whole_numbers_are_steps_and_single_decimals_are_not():
    hours = np.concatenate([np.arange(60) / 2, RNG.choice(30, 12, replace=False) + 0.25])
    assert described(hours).step == 0.25
    sizes = np.round(np.unique(RNG.integers(100, 400, 300)) / 10, 1)
    few = described(np.concatenate([sizes, np.full(K, 12.05), np.full(K, 12.15), np.full(K, 30.65)]))
    assert (few.digits, few.step) == (2, 0.0)


def test_a_few_numbers_in_large_steps_are_on_a_lattice():
    assert described(RNG.choice(np.arange(18) * 0.5, 600), 1).step == 0.5


def test_few_values_are_no_lattice():
    assert described(RNG.choice([0.0, 25.0, 50.0, 75.0], 600), 0).step == 0.0


@settings(max_examples=300)
@given(st.integers(5, 4000), st.integers(5, 2000), st.integers(0, 2**32), st.integers(0, 3))
def test_numbers_at_random_get_no_lattice(most, count, seed, digits):
    drawn = np.unique(np.random.default_rng(seed).integers(0, most, count)) / 10.0**digits
    assert find_lattice(drawn, digits, lambda some: some.sum() >= K) is None


@settings(max_examples=200)
@given(
    st.integers(0, 4),
    st.integers(1, 1000),
    st.lists(st.integers(0, 999), min_size=1, max_size=4),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50),
)
def test_the_nearest_numbers_of_a_lattice_are_as_their_texts_are_read(digits, period, ends, drawn):
    per = 10**digits
    column = Column(
        name="n", kind="decimal", digits=digits, step=period / per, endings=tuple(end / per for end in ends)
    )
    lattice = lattice_of(column)
    assert lattice is not None
    found = nearest(np.array(drawn), lattice)
    assert np.array_equal(nearest(found, lattice), found)
    assert [float(text) for text in quantity(column).spell(found, column)] == found.tolist()
    assert np.abs(found - np.array(drawn)).max() <= period / per / 2 * (1 + 1e-9) + 1e-9
