"""tabtwin.evaluation.risks.risk: rates, the risk between them, and intervals that hold what they promise."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tabtwin.evaluation.intervals import Rate
from tabtwin.evaluation.risks.results import RiskValue
from tabtwin.evaluation.risks.risk import Guesses, Risk


def risk(training: float, holdout: float, guesses: int = 500) -> Risk:
    return Risk(Rate(share=training, n=guesses), Rate(share=holdout, n=guesses), 0.1, guesses)


def test_the_risk_is_the_part_of_what_unseen_rows_leave_to_be_guessed() -> None:
    assert risk(0.6, 0.2).value == pytest.approx(0.5)
    assert risk(1.0, 0.3).value == 1
    assert risk(0.3, 0.3).value == 0
    assert (risk(0.1, 0.3).value or 0) < 0


@pytest.mark.parametrize(("training", "holdout"), [(0.0, 0.0), (1.0, 0.0), (1.0, 0.99), (0.5, 0.998)])
def test_an_interval_holds_its_risk_and_is_finite_at_the_ends_of_the_rates(
    training: float, holdout: float
) -> None:
    found = risk(training, holdout)
    low, high = found.interval() or (np.nan, np.nan)
    assert low <= (found.value or 0) <= high <= 1
    assert np.isfinite(low)
    json.dumps(found.result().model_dump(), allow_nan=False)


def test_where_all_unseen_rows_are_guessed_there_is_no_risk_to_speak_of() -> None:
    found = risk(1.0, 1.0)
    assert found.value is None
    assert found.result().risk == RiskValue(value=None, low=None, high=None)


@pytest.mark.parametrize(("training", "holdout"), [(0.3, 0.3), (0.02, 0.02), (0.9, 0.5), (0.99, 0.97)])
def test_intervals_miss_the_risk_no_more_often_than_they_say(training: float, holdout: float) -> None:
    rng = np.random.default_rng(1)
    truth = (training - holdout) / (1 - holdout)
    missed = 0
    for _ in range(2_000):
        seen, unseen = (rng.random(200) < rate for rate in (training, holdout))
        low, high = Risk.of([Guesses(seen * 1.0, unseen * 1.0, 0.0)]).interval() or (truth, truth)
        missed += not low <= truth <= high
    assert missed / 2_000 < 0.065


def test_guesses_about_one_row_that_agree_are_worth_one() -> None:
    rng = np.random.default_rng(1)
    agreeing = (rng.random(400) < 0.4).astype(float)
    apart = (rng.random((400, 10)) < 0.4).mean(axis=1)
    plain, many = (Risk.of([Guesses(part, part, 0.0)]).training for part in (agreeing, apart))
    assert plain.n == pytest.approx(400)
    assert many.n == pytest.approx(4_000, rel=0.2)


def test_few_unseen_rows_that_stand_for_many_are_worth_their_number() -> None:
    few = np.where(np.arange(1_000) % 50 == 0, 10.0, 0.0)
    found = Risk.of([Guesses(np.zeros(1_000), few, 0.0, worth=10)]).holdout
    assert found.share == pytest.approx(0.2)
    assert found.n < 100
    assert Risk.of([Guesses(np.zeros(1_000), np.zeros(1_000), 0.0, worth=10)]).holdout.n == 100


def test_guesses_that_hit_one_person_are_worth_one() -> None:
    right = (np.arange(1_000) < 100).astype(float)
    by_tens = Guesses(right, right, 0.0, of_training=np.arange(1_000) // 10, of_holdout=np.arange(1_000))
    found = Risk.of([by_tens])
    assert found.holdout.n == pytest.approx(1_000)
    assert found.training.n == pytest.approx(1_000 * 0.09 / 0.99)
