"""No bound of numbers or dates is a cell of fewer than k subjects, and none is further out than real ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.protection.bounds import coarse, find_bounds, nearest_free
from tabtwin.schema.kinds.grids import Grid
from tabtwin.schema.kinds.registry import quantity
from tabtwin.schema.schema import Column

K = 5
CENTS, WHOLE = Grid(100.0), Grid(1.0)


def bounds(
    *values: float, grid: Grid | None = WHOLE, subjects: np.ndarray | None = None
) -> tuple[float, float]:
    owners = np.arange(len(values)) if subjects is None else subjects
    return find_bounds(np.array(values), owners, K, grid)


def holders(value: float, values: np.ndarray, subjects: np.ndarray) -> int:
    return len(np.unique(subjects[values == value]))


def test_a_bound_is_the_kth_cell_where_k_subjects_hold_it() -> None:
    assert bounds(0, 0, *[3] * 5, *range(10, 90, 2), *[95] * 9, 99)[0] == 3
    assert bounds(0, 0, *[3] * 5, *range(10, 90, 2), *[95] * 9, 99)[1] == 95


def test_k_rows_of_one_subject_do_not_make_a_bound_of_its_cell() -> None:
    values = [*np.arange(100.0) * 7, *[700.5] * 12]
    subjects = np.array([*range(100), *[100] * 12])
    low, high = bounds(*values, grid=CENTS, subjects=subjects)
    assert high == 690  # the mean is 686.1, the step 10
    assert low == 10  # the mean is 14


def test_a_lone_number_far_out_does_not_show_in_the_bound() -> None:
    ordinary = np.arange(1000.0) * 3.01
    assert bounds(*ordinary, 1e9, grid=CENTS)[1] < 2 * ordinary.max()
    assert bounds(*ordinary, 1e9, grid=CENTS) == bounds(*ordinary, 1e12, grid=CENTS)


def test_fewer_than_2_k_subjects_have_one_bound_that_is_nobodys() -> None:
    values = [1.25, 2.5, 7.75, 9.5, 12.0, 30.25, 31.0, 55.5, 90.25]
    low, high = bounds(*values, grid=CENTS)
    assert low == high == 20  # the mean is 26.67, the step 20


@pytest.mark.parametrize("number", [11.5, 1e-3])
def test_numbers_without_a_grid_have_bounds_between_them(number: float) -> None:
    values = np.arange(40.0) * number
    low, high = bounds(*values, grid=None)
    assert low not in values
    assert high not in values
    assert values[0] < low < high < values[-1]


def test_on_a_full_grid_the_bound_is_the_rounded_mean() -> None:
    assert bounds(*range(100)) == (2, 96)


@pytest.mark.parametrize("grid", [CENTS, None])
def test_the_outermost_cell_does_not_follow_from_a_bound(grid: Grid | None) -> None:
    others = np.sort(np.random.default_rng(1).lognormal(10, 0.5, 500).round(2))
    apart = others[-K] - others[-2 * K]
    told = {bounds(*others, most, grid=grid)[1] for most in np.linspace(others[-1], others[-1] + apart, 50)}
    assert len(told) <= 3


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e6))
def test_a_coarse_number_is_less_than_half_a_width_away(value: float, width: float) -> None:
    assert abs(coarse(value, width, None) - value) <= width * 0.5 + abs(value) * 1e-15


@pytest.mark.parametrize(
    ("start", "rare", "first", "last", "found"),
    [
        (5, {5}, 0, 9, 6),
        (5, {5}, 9, 0, 4),
        (5, {4, 5, 6}, 0, 9, 7),
        (5, {5, 6, 7, 4}, 0, 7, 3),
        (5, {5}, 5, 5, 5),
    ],
)
def test_the_nearest_free_point_is_taken_inward_first(
    start: int, rare: set[int], first: int, last: int, found: int
) -> None:
    assert nearest_free(start, rare, first, last) == found


@given(
    rows=st.lists(st.tuples(st.integers(-4_000, 4_000), st.integers(0, 40)), min_size=60, max_size=150),
    power=st.sampled_from([1, 3]),
    digits=st.sampled_from([0, 2, 6]),
)
@settings(max_examples=100)
def test_no_bound_is_a_number_that_fewer_than_k_subjects_hold(
    rows: list[tuple[int, int]], power: int, digits: int
) -> None:
    column = Column(name="x", kind="decimal" if digits else "integer", digits=digits)
    values = np.round(np.array([float(value) for value, _ in rows]) ** power / 10**digits, digits)
    subjects = np.array([subject for _, subject in rows])
    if len(np.unique(subjects)) < K:
        return
    low, high = find_bounds(values, subjects, K, quantity(column).grid(column, float(np.abs(values).max())))
    assert values.min() <= low <= high <= values.max()
    for bound in (low, high):
        assert round(bound, digits) == bound
        around = [round(bound + step / 10**digits, digits) for step in (0, -1, 1)]
        held = [holders(value, values, subjects) for value in around]
        # Where all about it are rare, the grid is full, and to lie on such a number says nothing.
        assert held[0] == 0 or held[0] >= K or all(0 < number < K for number in held)


@pytest.mark.parametrize(
    ("form", "digits"),
    [
        ("%Y-%m-%d", 0),
        ("%d.%m.%Y %H:%M", 0),
        ("%Y-%m-%dT%H:%M:%S", 0),
        ("%Y-%m-%d %H:%M:%S.%f", 3),
        ("%Y-%m", 0),
        ("%Y", 0),
    ],
)
def test_a_grid_of_dates_numbers_what_its_format_tells_apart(form: str, digits: int) -> None:
    grid = _grid(Column(name="x", kind="datetime", format=form, digits=digits), 0.0)
    assert grid is not None
    for point in (-7, 0, 1, 400, 12_345):
        value = grid.value(point)
        assert grid.index(np.array([value])).tolist() == [point]
        assert grid.value(point + 1) > value


def test_numbers_finer_than_float64_have_no_grid() -> None:
    assert _grid(Column(name="x", kind="decimal", digits=17), 1.0) is None
    assert _grid(Column(name="x", kind="decimal", digits=12), 1e6) is None
    assert _grid(Column(name="x", kind="decimal", digits=6), 1e6) == Grid(1e6)


def _grid(column: Column, largest: float) -> Grid | None:
    return quantity(column).grid(column, largest)
