"""tabtwin.evaluation.attacks.roc: areas under ROC curves and their ends, with intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.evaluation.attacks.roc import Ranked, auc, caught, true_positives
from tabtwin.evaluation.delong import components

scores = st.lists(st.integers(-3, 3), min_size=1, max_size=25).map(lambda cells: np.array(cells, float))


def ranked(members: np.ndarray, others: np.ndarray) -> Ranked:
    return Ranked(members, others, np.arange(len(members)), np.arange(len(others)))


@given(scores, scores)
def test_a_component_is_the_share_that_scores_lower_and_ties_count_half(members, others):
    wins = (members[:, None] > others[None]) + 0.5 * (members[:, None] == others[None])
    above, below = components(members, others)
    np.testing.assert_allclose(above, wins.mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(below, wins.mean(axis=0), atol=1e-12)


@given(scores, scores, st.floats(0, 1))
def test_no_threshold_catches_less_than_guessing_among_ties_and_all_are_caught_at_a_rate_of_one(
    members, others, rate
):
    assert true_positives(members, members, rate) == pytest.approx(rate)
    assert true_positives(members, others, 1.0) == 1.0
    assert 0 <= true_positives(members, others, rate) <= 1


def test_the_true_positive_rate_is_read_at_the_score_that_so_many_non_members_exceed():
    others = np.arange(100.0)
    assert true_positives(np.array([98.5, 98.5, 50.0, 0.0]), others, 0.01) == 0.5
    assert true_positives(np.array([200.0, 300.0]), others, 0.0) == 1.0


def test_scores_that_are_infinite_are_ranked_as_any_others():
    found = auc([ranked(np.array([np.inf, np.inf, 1.0]), np.array([-np.inf, 0.0, 1.0]))])
    assert found.value == pytest.approx(8.5 / 9)


def test_the_standard_error_is_what_fresh_scores_spread_by():
    draw = np.random.default_rng(1)
    found = [auc([ranked(draw.normal(0.5, 1, 80), draw.normal(0, 1, 50))]) for _ in range(400)]
    spread = np.std([one.value for one in found], ddof=1)
    assert np.mean([one.se for one in found]) == pytest.approx(spread, rel=0.12)


@given(scores, scores, st.integers(2, 4))
def test_repeated_rows_of_one_subject_are_worth_one(members, others, times):
    once = ranked(members, others)
    again = Ranked(*(np.repeat(part, times) for part in (members, others, once.of_members, once.of_others)))
    assert auc([again]).value == pytest.approx(auc([once]).value)
    assert auc([again]).se == pytest.approx(auc([once]).se, abs=1e-9)
    assert auc([again]).df == auc([once]).df


def test_asking_about_the_same_rows_again_makes_nothing_surer():
    draw = np.random.default_rng(2)
    one = ranked(draw.normal(0.3, 1, 60), draw.normal(0, 1, 60))
    assert auc([one] * 3) == auc([one])


def test_what_few_non_members_cannot_show_is_not_claimed():
    found = caught([ranked(np.arange(5000.0), np.arange(1000.0))])
    assert found[0.001] is None
    assert found[0.01] is not None
    assert found[0.01].value == pytest.approx(0.8, abs=0.01)
    assert caught([ranked(np.arange(5000.0), np.arange(999.0))])[0.01] is None


def test_a_hole_is_caught_among_the_lowest_scores():
    trial = ranked(np.concatenate([np.full(500, -1.0), np.arange(2000.0)]), np.arange(2000.0))
    above, below = (caught([trial], lowest=lowest)[0.01] for lowest in (False, True))
    assert above is not None
    assert below is not None
    assert above.interval()[0] < 0.01
    assert below.interval()[0] > 0.15
