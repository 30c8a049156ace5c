"""Canaries are rows of allowed values that are in no table, half of them dealt to training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from audited import SCHEMA, source
from tabtwin.evaluation.canaries.generation import draw_canaries
from tabtwin.evaluation.canaries.planting import PLANTED, planted_rows
from tabtwin.evaluation.distances.neighbours import Gower, nearest
from tabtwin.lib.errors import InputError
from tabtwin.lib.seeds import generator
from tabtwin.protection.rare_values import decode, encode, fit_encoding, violations
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.schema import Column, Schema

ROWS = 1_500
TRAINING = source(ROWS, 1)
ENCODING = fit_encoding(TRAINING, SCHEMA, np.arange(ROWS), 5)
ENCODED = encode(TRAINING, SCHEMA, ENCODING)


def drawn(planted: int, seed: int = 1) -> pd.DataFrame:
    return draw_canaries(ENCODED, SCHEMA, ENCODING, planted, rng=generator(seed), threads=1)


@settings(max_examples=15)
@given(st.integers(10, 30), st.integers(0, 2**32 - 1))
def test_canaries_are_distinct_combinations_of_allowed_values_that_no_training_row_has(planted, seed):
    canaries = drawn(planted, seed)
    rows = canaries.drop(columns=PLANTED)
    assert canaries[PLANTED].sum() == (~canaries[PLANTED]).sum() == planted
    assert not violations(rows, SCHEMA, ENCODING).any()
    everything = pd.concat([decode(ENCODED, SCHEMA, ENCODING).drop_duplicates(), rows])
    assert not everything.duplicated().any()


def test_planted_and_held_back_ones_are_distributed_alike():
    canaries = pd.concat([drawn(30, seed) for seed in range(30)])
    planted, held_back = (canaries[canaries[PLANTED] == side] for side in (True, False))
    for name in ("age", "pay", "debt"):
        assert stats.ks_2samp(planted[name].dropna(), held_back[name].dropna()).pvalue > 0.01
    for name in ("plan", "left"):
        shares = [side[name].value_counts(normalize=True, dropna=False) for side in (planted, held_back)]
        pd.testing.assert_series_equal(*shares, check_names=False, check_like=True, atol=0.06)
    assert planted["debt"].isna().mean() == pytest.approx(held_back["debt"].isna().mean(), abs=0.05)


def test_canaries_stand_further_from_training_than_most_real_rows_do():
    gower = Gower.fit(TRAINING, SCHEMA)
    training, fresh, canaries = map(gower.features, (TRAINING, source(ROWS, 2), drawn(20)))
    real, alone = (nearest(rows, training, 1, threads=1)[0][:, 0] for rows in (fresh, canaries))
    assert np.median(alone) > np.quantile(real, 0.95)


def test_the_same_seed_draws_the_same_canaries_and_another_seed_others():
    pd.testing.assert_frame_equal(drawn(20), drawn(20))
    assert not drawn(20).equals(drawn(20, seed=2))
    again = draw_canaries(ENCODED, SCHEMA, ENCODING, 20, rng=generator(1), threads=2)
    pd.testing.assert_frame_equal(drawn(20), again)


def test_none_asked_for_is_a_table_of_no_rows_and_the_same_columns():
    assert len(drawn(0)) == 0
    assert drawn(0).dtypes.to_dict() == drawn(20).dtypes.to_dict()


def test_rules_hold_in_canaries_and_a_generator_that_repeats_one_puts_it_out_as_it_is():
    rng = np.random.default_rng(1)
    parts = rng.integers(0, 400, (ROWS, 2)).astype(float)
    rows = pd.DataFrame({"total": parts.sum(axis=1), "a": parts[:, 0], "b": parts[:, 1]})
    columns = tuple(Column(name=name, kind="integer") for name in rows)
    schema = Schema(columns=columns, rules=(Rule(kind="sum", columns=("total", "a", "b")),))
    encoding = fit_encoding(rows, schema, np.arange(ROWS), 5)
    encoded = encode(rows, schema, encoding)
    canaries = planted_rows(draw_canaries(encoded, schema, encoding, 30, rng=generator(1), threads=1))
    assert not broken(canaries, schema.rules, units(schema)).any()
    pd.testing.assert_frame_equal(decode(encode(canaries, schema, encoding), schema, encoding), canaries)


@pytest.mark.parametrize(
    ("planted", "rows", "said"),
    [
        (31, ROWS, "expected 0, or 10 to 30 with 1500 training rows"),
        (9, ROWS, "expected 0, or 10 to 30 with 1500 training rows"),
        (10, 400, "expected at least 500 training rows, found 400; leave it out"),
    ],
)
def test_a_number_that_does_not_suit_the_table_is_bad_input(planted, rows, said):
    with pytest.raises(InputError, match=said):
        draw_canaries(ENCODED[:rows], SCHEMA, ENCODING, planted, rng=generator(1), threads=1)


def test_a_table_whose_every_combination_is_there_already_is_bad_input():
    schema = Schema(columns=(Column(name="left", kind="boolean"),))
    with pytest.raises(
        InputError, match="expected 20 combinations of values that no training row has, found 0"
    ):
        draw_canaries(ENCODED[["left"]], schema, ENCODING, 10, rng=generator(1), threads=1)
