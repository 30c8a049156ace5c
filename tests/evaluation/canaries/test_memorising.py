"""A generator that repeats planted rows is found, one that knows none of them is not."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from audited import SCHEMA, source
from tabtwin.evaluation.canaries.generation import draw_canaries
from tabtwin.evaluation.canaries.memorising import chance, tell_apart
from tabtwin.evaluation.canaries.planting import plant, planted_rows
from tabtwin.generators import find
from tabtwin.generators.protocol import Settings
from tabtwin.lib.seeds import generator
from tabtwin.protection.rare_values import decode, encode, fit_encoding

ROWS = 600
PLANTED = 12
TRAINING = source(ROWS, 1)
ENCODING = fit_encoding(TRAINING, SCHEMA, np.arange(ROWS), 5)
ENCODED = encode(TRAINING, SCHEMA, ENCODING)
CANARIES = draw_canaries(ENCODED, SCHEMA, ENCODING, PLANTED, rng=generator(1), threads=1)


def told(pool: pd.DataFrame, canaries: pd.DataFrame = CANARIES, threads: int = 1) -> dict:
    found = tell_apart(canaries, pool, TRAINING, SCHEMA, threads=threads)
    return found.model_dump(mode="json")


def test_a_generator_that_repeats_its_rows_is_found():
    found = told(pd.concat([TRAINING, planted_rows(CANARIES)]))
    assert found["auc"]["value"] == 1
    assert found["repeated"] == {"planted": PLANTED, "held_back": 0}
    assert (found["planted"], found["held_back"], found["pool"]) == (PLANTED, PLANTED, ROWS + PLANTED)


def test_a_generator_that_repeats_its_rows_with_noise_is_found():
    noisy = planted_rows(CANARIES).assign(pay=lambda rows: rows["pay"] + 50)
    found = told(pd.concat([source(ROWS, 2), noisy]))
    assert found["auc"]["low"] > 0.8
    assert found["repeated"]["planted"] == 0


def test_boost_is_not_found_to_memorise():
    folds = pd.DataFrame({"fold": np.arange(ROWS) % 5, "subject": np.arange(ROWS)})
    rows, dealt = plant(ENCODED, folds, CANARIES, SCHEMA, ENCODING)
    whose, fold = (dealt[name].to_numpy() for name in ("subject", "fold"))
    model = find("boost").fit(rows, SCHEMA, Settings(), 1, lambda *_: None, whose, fold)
    found = told(decode(model.sample(0, 5 * ROWS, 1), SCHEMA, ENCODING))
    assert found["auc"]["low"] < 0.5 < found["auc"]["high"]
    assert found["repeated"] == {"planted": 0, "held_back": 0}


def test_of_fresh_rows_the_auc_strays_as_far_as_chance_says():
    pool = source(ROWS, 2)
    draws = (
        draw_canaries(ENCODED, SCHEMA, ENCODING, PLANTED, rng=generator(seed), threads=1)
        for seed in range(40)
    )
    found = [told(pool, canaries)["auc"] for canaries in draws]
    values, errors = (np.array([one[key] for one in found]) for key in ("value", "se"))
    assert values.mean() == pytest.approx(0.5, abs=3 * chance(PLANTED, PLANTED) / math.sqrt(40))
    assert values.std() == pytest.approx(chance(PLANTED, PLANTED), rel=0.4)
    assert errors.mean() == pytest.approx(chance(PLANTED, PLANTED), rel=0.1)


def test_where_all_canaries_tie_or_none_is_out_of_order_the_auc_is_not_certain():
    tied = CANARIES.assign(**{column.name: CANARIES[column.name].iloc[0] for column in SCHEMA.columns})
    repeated = pd.concat([source(ROWS, 2), planted_rows(CANARIES)])
    for found, value in ((told(source(ROWS, 2), tied), 0.5), (told(repeated), 1.0)):
        assert found["auc"]["value"] == value
        assert found["auc"]["se"] == pytest.approx(1 / PLANTED)


def test_a_hundred_canaries_have_a_standard_error_of_a_twenty_fifth():
    assert chance(100, 100) == pytest.approx(0.04, abs=0.001)


def test_threads_change_no_figure():
    pool = source(500, 2)
    assert told(pool, threads=2) == told(pool)
