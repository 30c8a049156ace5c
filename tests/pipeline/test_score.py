from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from modelled import SCHEMA, table
from tabtwin.pipeline.score import nearness, score_sample, uniform_noise
from tabtwin.selection.weights import judge_model, weigh_models

SEEN, UNSEEN = table(400, seed=1), table(100, seed=2)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def honest(rows: int = 300) -> pd.DataFrame:
    """Fresh rows of the same source, a tenth of them noise: a good model's sample."""
    return pd.concat(
        [table(rows * 9 // 10, seed=7), uniform_noise(SEEN, rows // 10, rng())], ignore_index=True
    )


def test_noise_gets_almost_no_rows_and_one_that_repeats_training_none() -> None:
    samples = {
        "noise": uniform_noise(SEEN, 300, rng()),
        "copier": SEEN.sample(300, random_state=1).reset_index(drop=True),
        "honest": honest(),
    }
    scores = {name: score_sample(rows, SEEN, UNSEEN, SCHEMA, 1, 2) for name, rows in samples.items()}
    weights = weigh_models([judge_model(name, score) for name, score in scores.items()])
    found = {weight.name: weight.weight for weight in weights}
    assert found["noise"] < 0.01
    assert found["copier"] == 0.0
    assert found["honest"] > 0.99
    assert scores["copier"].privacy.copies.sample == 1.0
    for score in scores.values():
        json.dumps(score.model_dump(mode="json"), allow_nan=False)


def test_near_copies_are_seen_as_well_as_exact_ones() -> None:
    jittered = SEEN.assign(age=SEEN["age"] + 0.001)
    found = nearness(jittered, SEEN, UNSEEN, SCHEMA, threads=2)
    assert found.copies.sample == 0.0
    assert found.near.sample > 0.9
    unseen = found.copies.unseen
    assert found.near.unseen == pytest.approx(unseen + 0.05 * (1 - unseen), abs=0.02)


def test_a_score_is_the_same_for_a_seed() -> None:
    first, second = (score_sample(honest(), SEEN, UNSEEN, SCHEMA, 5, 2) for _ in range(2))
    assert first == second


def test_noise_keeps_to_each_columns_range_categories_and_missing_rate() -> None:
    noise = uniform_noise(SEEN, 2_000, rng())
    assert list(noise) == list(SEEN)
    assert (noise.dtypes == SEEN.dtypes).all()
    assert noise["age"].between(SEEN["age"].min(), SEEN["age"].max()).all()
    assert noise["since"].between(SEEN["since"].min(), SEEN["since"].max()).all()
    assert set(noise["churn"]) == {"no", "yes"}
    assert noise["index"].isna().mean() == pytest.approx(SEEN["index"].isna().mean(), abs=0.05)


def test_noise_of_an_empty_column_is_empty() -> None:
    empty = pd.DataFrame({"n": [np.nan] * 3, "c": pd.Series([None] * 3, dtype=object)})
    assert uniform_noise(empty, 5, rng()).isna().all(axis=None)


def test_noise_of_dates_that_lie_four_centuries_apart_lies_between_them() -> None:
    stamps = pd.Series(pd.to_datetime(["1700-01-01", "2199-12-31"]).astype("datetime64[ns]"))
    drawn = uniform_noise(pd.DataFrame({"until": stamps}), 50, rng())["until"]
    assert drawn.between(*stamps).all()
    assert drawn.dtype == stamps.dtype
