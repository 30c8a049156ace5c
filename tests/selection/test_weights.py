from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import examples
from tabtwin.evaluation.fidelity.score_results import Sampled, SampleScore
from tabtwin.selection.weights import Weight, apportion, excess, judge_model, privacy_of, weigh_models


def score(
    quality: float | None = 0.9,
    noise: float | None = 0.6,
    overfitting: float | None = 1.0,
    baseline: float | None = 0.3,
    fresh: float | None = 0.3,
    near: tuple[float, float] = (0.05, 0.05),
) -> SampleScore:
    given = {
        "quality.score": quality,
        "references.noise.score": noise,
        "privacy.DCROverfittingProtection.score": overfitting,
        "privacy.DCRBaselineProtection.score": baseline,
        "privacy.DCRBaselineProtection of unseen rows.score": fresh,
        "privacy.near.sample": near[0],
        "privacy.near.unseen": near[1],
        "*.error": None,
    }
    return SampleScore.model_validate(examples.example(SampleScore, given))


def weigh(**scores: SampleScore) -> dict[str, Weight]:
    weights = weigh_models([judge_model(name, found) for name, found in scores.items()])
    return {weight.name: weight for weight in weights}


def test_half_the_shortfall_is_256_times_the_weight() -> None:
    found = weigh(good=score(0.9), poor=score(0.8))
    assert found["good"].weight == 1.0
    assert "hundredth" in found["poor"].reason
    close = weigh(good=score(0.90), near=score(0.89))
    assert close["near"].weight / close["good"].weight == pytest.approx((0.1 / 0.11) ** 8)


def test_differences_that_are_chance_make_no_difference() -> None:
    found = weigh(one=score(0.981), other=score(0.995))
    assert found["one"].weight == found["other"].weight == 0.5


def test_privacy_only_takes_weight_away() -> None:
    assert privacy_of(score().privacy) == 1.0
    assert privacy_of(score(baseline=1.0, near=(0.0, 0.05)).privacy) == 1.0
    assert privacy_of(score(baseline=0.15).privacy) == 0.5
    assert privacy_of(score(overfitting=0.45).privacy) == 0.5
    assert privacy_of(score(near=(0.525, 0.05)).privacy) == pytest.approx(0.25)


def test_privacy_metrics_that_could_not_be_computed_take_nothing() -> None:
    assert privacy_of(score(overfitting=None, baseline=None, fresh=None).privacy) == 1.0
    assert privacy_of(score(baseline=0.0, fresh=0.0, near=(1.0, 1.0)).privacy) == 1.0


def test_noise_gets_nothing_beside_a_model_however_private_it_is() -> None:
    found = weigh(noise=score(0.601, baseline=1.0, near=(0.0, 0.05)), model=score(0.75, near=(0.06, 0.05)))
    assert found["noise"].weight == 0.0
    assert found["model"].weight == 1.0


def test_where_no_model_beats_noise_the_best_still_gets_its_rows() -> None:
    found = weigh(bad=score(0.55), worse=score(0.5))
    assert found["bad"].weight > found["worse"].weight > 0


def test_one_that_repeats_training_rows_gets_nothing_even_alone() -> None:
    found = weigh(copier=score(0.99, baseline=0.0, near=(1.0, 0.05)))
    assert found["copier"].weight == 0.0
    assert "repeat" in found["copier"].reason


def test_a_model_without_a_score_gets_nothing() -> None:
    assert weigh(broken=score(None), model=score())["broken"].reason == "SDMetrics could not score it"


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6),
    st.integers(1, 10**7),
)
def test_weights_add_up_and_so_do_the_rows(models: list[tuple[float, float, float]], rows: int) -> None:
    scores = {
        f"m{number}": score(quality, overfitting=overfitting, near=(near, 0.05))
        for number, (quality, overfitting, near) in enumerate(models)
    }
    weights = {name: weight.weight for name, weight in weigh(**scores).items()}
    if any(weights.values()):
        assert sum(weights.values()) == pytest.approx(1)
        counts = apportion(weights, rows)
        assert sum(counts.values()) == rows
        assert all(abs(counts[name] - rows * weight) < 1.001 for name, weight in weights.items())


def test_a_surplus_is_counted_against_what_is_left_of_the_sample() -> None:
    assert excess(Sampled(sample=0.05, unseen=0.1)) == 0.0
    assert excess(Sampled(sample=0.55, unseen=0.1)) == pytest.approx(0.5)
    assert excess(Sampled(sample=1.0, unseen=1.0)) == 0.0
