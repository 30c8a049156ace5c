from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.intervals import Estimate, Rate, difference
from tabtwin.evaluation.rounding import Grid

GRID = Grid(5)


@settings(max_examples=100)
@given(rows=st.integers(50, 4_000), k=st.integers(5, 30), data=st.data())
def test_every_share_that_is_shown_stands_for_k_counts_in_a_row(
    rows: int, k: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, rows))
    grid = Grid(k)
    shown = grid.share(count / rows, rows)
    alike = [other for other in range(rows + 1) if grid.share(other / rows, rows) == shown]
    assert len(alike) >= min(k, rows)
    assert alike == list(range(alike[0], alike[-1] + 1))


@settings(max_examples=100)
@given(rows=st.integers(50, 4_000), twin=st.integers(0, 4_000), data=st.data())
def test_the_accuracy_of_a_column_of_two_values_leaves_k_counts_open(
    rows: int, twin: int, data: st.DataObject
) -> None:
    """Whoever holds a twin of as many rows has its count, and so the real one but for what rounding hides."""
    made = min(twin, rows)
    real = data.draw(st.integers(max(0, made - rows // 20), min(rows, made + rows // 20)))

    def shown(count: int) -> float:
        return GRID.share(1 - abs(made - count) / rows, rows)

    assert sum(shown(count) == shown(real) for count in range(rows + 1)) >= GRID.k


@settings(max_examples=200)
@given(value=st.floats(-3, 3), people=st.integers(1, 10**6))
def test_steps_have_three_decimals_at_most_and_are_no_finer_than_people_allow(
    value: float, people: int
) -> None:
    for step, shown in (
        (GRID.share_step(people), GRID.share(value, people)),
        (GRID.score_step(people), GRID.score(value, people)),
    ):
        assert step >= max(0.001, 5 / people) * (1 - 1e-6)
        assert step == round(step, 3)
        assert shown == round(shown, 3)
        assert abs(shown - value) <= step / 2 + 1e-9
    assert GRID.share_step(people) >= 10 / people * (1 - 1e-6)


def test_a_count_of_fewer_than_k_is_withheld_and_others_go_in_steps() -> None:
    assert [GRID.count(found) for found in (0, 1, 4, 5, 14, 15, 1_234)] == [
        None,
        None,
        None,
        10,
        10,
        20,
        1_230,
    ]


@pytest.mark.parametrize("few", [0, 1, 4])
def test_a_share_that_few_stand_behind_is_withheld(few: int) -> None:
    assert GRID.told(few / 1_500, 1_500) is None
    assert GRID.told(5 / 1_500, 1_500) is not None


@settings(max_examples=100)
@given(first=st.integers(0, 20), second=st.integers(0, 20))
def test_an_interval_tells_no_more_than_the_rounded_figure(first: int, second: int) -> None:
    def shown(count: int) -> object:
        return GRID.estimate(difference(Rate(share=count / 900, n=900), Rate(share=0.1, n=900)).figure(), 900)

    same = GRID.share(first / 900, 900) == GRID.share(second / 900, 900)
    assert (shown(first) == shown(second)) == same


def test_a_figure_is_never_made_to_look_surer() -> None:
    figure = Estimate(value=0.51234, se=0.00401).figure()
    shown = GRID.estimate(figure, 1_000)
    assert (shown.value, shown.se) == (0.51, 0.005)
    assert shown.low < shown.value - 2 * figure.se < shown.value + 2 * figure.se < shown.high
