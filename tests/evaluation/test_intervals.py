"""Intervals cover what they should and never claim certainty where nothing was seen."""

from __future__ import annotations

import numpy as np
import pytest

from tabtwin.evaluation.intervals import (
    GROUPS,
    Estimate,
    Figure,
    Rate,
    clustered,
    difference,
    effect_size,
    groups,
    jackknife,
)


def test_groups_are_of_equal_size() -> None:
    counts = np.bincount(groups(105, np.random.default_rng(1)), minlength=GROUPS)
    assert set(counts) == {5, 6}


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=20_000)
    dealt = groups(len(rows), rng)
    found = jackknife(rows.mean(), np.array([rows[dealt != group].mean() for group in range(GROUPS)]))
    assert found.se == pytest.approx(rows.std() / np.sqrt(len(rows)), rel=0.5)


def test_a_figure_that_never_moved_keeps_the_floor() -> None:
    low, high = jackknife(0.0, np.zeros(GROUPS), floor=0.04).interval()
    assert low < -0.08 < 0.08 < high


def test_a_difference_of_zeros_is_not_certain_in_a_small_table() -> None:
    low, high = difference(Rate(share=0, n=25), Rate(share=0, n=75)).interval()
    assert low < -0.03
    assert high > 0.1


def test_the_interval_of_a_difference_covers_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.binomial(400, 0.02, 400) / 400, rng.binomial(600, 0.03, 400) / 600
    found = [
        difference(Rate(share=a, n=400), Rate(share=b, n=600)) for a, b in zip(first, second, strict=True)
    ]
    covered = [low <= -0.01 <= high for low, high in (one.interval() for one in found)]
    assert np.mean(covered) > 0.92


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_the_interval_of_an_effect_size_covers_no_effect_as_often_as_it_says(share: float) -> None:
    rng = np.random.default_rng(1)
    first, second = (rng.binomial(n, share, 400) / n for n in (4_000, 2_000))
    found = [
        effect_size(Rate(share=a, n=4_000), Rate(share=b, n=2_000))
        for a, b in zip(first, second, strict=True)
    ]
    covered = [low < 0 < high for low, high in (one.interval() for one in found)]
    assert 0.92 < np.mean(covered) < 0.98


def test_an_effect_size_is_cohens_h() -> None:
    found = effect_size(Rate(share=0.5, n=100), Rate(share=0.25, n=100))
    assert found.value == pytest.approx(np.pi / 6)
    assert found.se == pytest.approx(np.sqrt(0.02))


def test_a_smaller_tail_gives_a_wider_interval() -> None:
    found = Estimate(value=0.5, se=0.1)
    assert found.interval(0.005)[0] < found.interval(0.025)[0]


def test_clustered_rows_are_worth_fewer_rows() -> None:
    jumpy = 0.5 + 0.2 * np.resize([-1.0, 1.0], GROUPS)
    assert clustered(0.5, 1_000, jumpy).n < 100
    assert clustered(0.5, 1_000, np.full(GROUPS, 0.5)).n == 1_000
    assert clustered(0.0, 1_000, np.zeros(GROUPS)).n == 1_000


def test_a_figure_is_its_estimate_with_the_usual_interval_and_survives_json() -> None:
    for found in (Estimate(value=0.5, se=0.1), difference(Rate(share=0.1, n=50), Rate(share=0.2, n=60))):
        figure = found.figure()
        assert (figure.low, figure.high) == figure.interval() == found.interval()
        assert Figure.model_validate_json(figure.model_dump_json()) == figure
