"""The generator as a whole, on small tables."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelled import SCHEMA, encoded, table
from tabtwin.generators import find
from tabtwin.generators.boost import BoostGenerator, BoostModel, Knobs
from tabtwin.generators.protocol import Settings
from tabtwin.lib import cpu
from tabtwin.protection.rare_values import decode, encode, fit_encoding, violations
from tabtwin.schema.schema import Column, Schema


def quiet(done: int, total: int, what: str) -> None:
    """No progress."""


def fit(
    rows: pd.DataFrame, schema: Schema, seed: int = 1, threads: int = 1, block: int = 0, protect: int = 5
) -> BoostModel:
    wanted = Settings(threads=threads, block=block, protect=protect)
    return BoostGenerator().fit(rows, schema, wanted, seed, quiet)


@cache
def model(block: int = 50) -> BoostModel:
    return fit(encoded(), SCHEMA, block=block)


@cache
def large() -> tuple[pd.DataFrame, BoostModel]:
    """An encoded table of 3,000 rows, and its model."""
    raw = table(3_000, seed=8)
    rows = encode(raw, SCHEMA, fit_encoding(raw, SCHEMA, np.arange(len(raw)), 5))
    return rows, fit(rows, SCHEMA)


@settings(max_examples=10)
@given(st.lists(st.integers(1, 130), min_size=1, max_size=6))
def test_shards_of_any_size_add_up_to_the_same_rows(sizes: list[int]) -> None:
    ends = np.cumsum(sizes)
    pieces = [model().sample(int(end - size), size, 5) for end, size in zip(ends, sizes, strict=True)]
    whole = model().sample(0, int(ends[-1]), 5)
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)


def test_a_loaded_model_draws_the_rows_of_the_one_saved_and_another_seed_others() -> None:
    loaded = find("boost").load(model().save())
    rows = model().sample(0, 120, 5)
    pd.testing.assert_frame_equal(loaded.sample(0, 120, 5), rows)
    assert not loaded.sample(0, 120, 6).equals(rows)
    assert loaded.save() == model().save()


def test_threads_and_repetition_change_no_byte_and_another_seed_does() -> None:
    first, second = fit(encoded(), SCHEMA), fit(encoded(), SCHEMA, threads=2)
    assert first.save() == second.save()
    assert first.save() != fit(encoded(), SCHEMA, seed=2).save()


SAVE = """
import hashlib, modelled
model = modelled.fit("boost", threads={threads})
rows = model.sample(390, 20, 7)
print(hashlib.sha256(model.save()).hexdigest(), hashlib.sha256(rows.to_csv().encode()).hexdigest())
import sys
assert "torch" not in sys.modules and "sdv" not in sys.modules
"""


def test_two_processes_write_the_same_bytes_and_need_no_torch() -> None:
    environment = os.environ | cpu.environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SAVE.format(threads=threads)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for threads in (1, 2)
    ]
    first, second = (process.communicate()[0] for process in started)
    assert first == second
    assert first.count("\n") == 1


def test_the_first_member_alone_learned_no_tree_from_its_fold() -> None:
    raw = table(2_000, seed=8)
    rows = encode(raw, SCHEMA, fit_encoding(raw, SCHEMA, np.arange(len(raw)), 5))[["age", "churn"]]
    schema = SCHEMA.model_copy(update={"columns": tuple(SCHEMA[name] for name in rows)})
    folds = np.arange(len(rows)) % 5
    # Sides change among the rows left out, and as many stay on each: shares are all that members share.
    turned = rows.copy()
    turned.loc[folds == 0, "churn"] = rows.loc[folds == 0, "churn"].to_numpy()[::-1]
    first, second = (
        BoostGenerator().fit(given_rows, schema, Settings(members=2), 1, quiet, None, folds).alone().forest
        for given_rows in (rows, turned)
    )
    assert first.booster.tolist() == [[0, 1]]
    shared = min(first.tree[first.member[1]], second.tree[second.member[1]])
    assert shared > 7
    assert first.base[0] == second.base[0]
    assert first.value[:shared].tolist() == second.value[:shared].tolist()


def test_samples_have_the_columns_and_the_kinds_of_the_encoded_table() -> None:
    rows, made = encoded(), model().sample(0, 500, 5)
    assert list(made) == list(rows)
    assert (made.dtypes == rows.dtypes).all()
    assert set(made["churn"]) == {"no", "yes"}
    assert set(made["a, [odd] name"]) == {"north", "south", "west", None}
    assert (made["age"] % 1 == 0).all()
    np.testing.assert_array_equal(made["index"], np.round(made["index"], 2))


def test_shares_correlations_and_missing_cells_are_those_of_the_table() -> None:
    rows, fitted = large()
    made = fitted.sample(0, len(rows), 5)
    for name in ("churn", "a, [odd] name"):
        real, drawn = (part[name].value_counts(normalize=True, dropna=False) for part in (rows, made))
        assert (real - drawn).abs().max() < 0.01
    assert abs(made["index"].isna().mean() - rows["index"].isna().mean()) < 0.005
    numbers = ["age", "index", "since"]
    np.testing.assert_allclose(made[numbers].corr(), rows[numbers].corr(), atol=0.02)


def test_blocks_do_not_repeat_one_another() -> None:
    first, second = (model().sample(block * 50, 50, 5) for block in (0, 1))
    assert not first.equals(second)
    assert not set(first["index"].dropna()) <= set(second["index"].dropna())


def test_rows_like_those_learned_are_likelier_than_shuffled_ones() -> None:
    rows, fitted = large()
    raw = table(500, seed=9)
    fresh = encode(raw, SCHEMA, fit_encoding(table(3_000, seed=8), SCHEMA, np.arange(3_000), 5))
    shuffled = pd.DataFrame({name: np.roll(fresh[name], 7 * at) for at, name in enumerate(fresh)})
    likely = fitted.log_likelihood(fresh).sum(axis=1).mean()
    assert list(fitted.log_likelihood(fresh)) == list(rows)
    assert likely > fitted.log_likelihood(shuffled).sum(axis=1).mean() + 1
    # What fit knows of its own left-out rows is what fresh ones show.
    assert abs(likely + fitted.training["left_out"]) < 0.3


def test_likelihoods_of_all_rows_that_there_can_be_add_up_to_one() -> None:
    rng = np.random.default_rng(1)
    one = rng.integers(0, 3, 2_000)
    rows = pd.DataFrame({"a": one.astype(float), "b": ((one + rng.integers(0, 2, 2_000)) % 4).astype(float)})
    schema = Schema(columns=(Column(name="a", kind="integer"), Column(name="b", kind="integer")))
    every = pd.DataFrame([(float(a), float(b)) for a in range(3) for b in range(4)], columns=["a", "b"])
    total = np.exp(fit(rows, schema).log_likelihood(every).sum(axis=1)).sum()
    assert abs(total - 1) < 1e-6


def test_boosters_of_a_part_of_the_rows_say_nearly_the_same_and_losses_count_every_row() -> None:
    rows, whole = large()
    knobs = Knobs(most_rows=1_000, most_pooled=1_000)
    part = BoostGenerator(knobs).fit(rows, SCHEMA, Settings(), 1, quiet)
    assert part.training["left_out"] == pytest.approx(whole.training["left_out"], rel=0.05)
    assert part.log_likelihood(rows).sum(axis=1).mean() < whole.log_likelihood(rows).sum(axis=1).mean()


def test_training_tells_of_trees_and_of_likelihoods() -> None:
    told = large()[1].training
    assert told["device"] == "cpu"
    assert told["trees"] == sum(column["trees"] for column in told["columns"].values()) > 0
    assert told["own"] < told["left_out"]
    assert told["overfit"] == pytest.approx(told["left_out"] - told["own"], abs=1e-3)


def test_the_model_file_holds_no_number_that_fewer_than_k_rows_share() -> None:
    rng = np.random.default_rng(1)
    spread = rng.lognormal(0, 2, 2_000)
    spread[:80] = np.repeat(rng.lognormal(0, 2, 8), 10)
    rows = pd.DataFrame({"a": spread, "b": spread * rng.normal(1, 0.1, 2_000)})
    rows.loc[:6, "b"] = np.nan
    schema = Schema(columns=tuple(Column(name=name, kind="decimal", digits=17) for name in rows))
    data, other = fit(rows, schema).save(), fit(rows, schema, seed=2).save()
    assert [np.float64(value).tobytes() in data for value in spread[:80:10]] == [True] * 8
    for value in [*spread[80:], *rows["b"].dropna()]:
        assert np.float64(value).tobytes() not in data
        # A leaf may by chance have the 32 bits of some number, but not in the models of two seeds.
        assert np.float32(value).tobytes() not in data or np.float32(value).tobytes() not in other


def test_what_is_drawn_keeps_to_value_protection() -> None:
    raw = table(3_000, seed=8)
    encoding = fit_encoding(raw, SCHEMA, np.arange(len(raw)), 5)
    made = decode(large()[1].sample(0, 3_000, 5), SCHEMA, encoding)
    assert not violations(made, SCHEMA, encoding).any()
    unique = raw["index"].value_counts()
    copied = made["index"].isin(unique[unique < 5].index).mean()
    by_chance = table(3_000, seed=9)["index"].isin(unique[unique < 5].index).mean()
    assert copied < by_chance + 0.05


def test_nothing_in_the_model_has_an_entry_for_every_row() -> None:
    rows, fitted = large()
    arrays = [*fitted.forest, *(part.booster for part in fitted.sequence)]
    assert all(len(array) != len(rows) for array in arrays)


ODD = {
    "n": pd.Series([1e-9, 2e15, np.nan] * 40),
    "c": pd.Series(["x", "nan", None] * 40, dtype=object),
    "k": pd.Series(["one"] * 120, dtype=object),
    "e": pd.Series([np.nan] * 120),
    "o": pd.Series([7.0] * 120),
}
KINDS = {"n": "decimal", "c": "category", "k": "category", "e": "integer", "o": "integer"}


@pytest.mark.parametrize("rows", [1, 2, 10, 100, 120])
@pytest.mark.parametrize("columns", [["n"], ["c"], ["k"], ["e"], ["o"], ["n", "c", "k", "e", "o"]])
def test_tables_of_few_rows_and_odd_columns_are_learned(columns: list[str], rows: int) -> None:
    schema = Schema.model_validate({"columns": [{"name": name, "kind": KINDS[name]} for name in columns]})
    real = pd.DataFrame({name: ODD[name].head(rows) for name in columns})
    learned = find("boost").load(fit(real, schema).save())
    made = learned.sample(3, 20, 1)
    assert made.shape == (20, len(columns))
    assert learned.sample(3, 0, 1).shape == (0, len(columns))
    if "k" in columns:
        assert set(made["k"]) == {"one"}
    if "e" in columns:
        assert made["e"].isna().all()
    if "o" in columns and rows >= 5:
        assert set(made["o"]) == {7.0}


def test_thousands_of_categories_are_learned_with_what_goes_with_them() -> None:
    rng = np.random.default_rng(1)
    street = rng.integers(0, 2_000, 20_000)
    town = street // 200
    rows = pd.DataFrame(
        {
            "street": np.array([f"street {number}" for number in street], dtype=object),
            "town": np.array([f"town {number}" for number in town], dtype=object),
        }
    )
    schema = Schema(columns=(Column(name="street", kind="category"), Column(name="town", kind="category")))
    made = fit(rows, schema, block=5_000).sample(0, 5_000, 1)
    agree = made["street"].str[7:].astype(int) // 200 == made["town"].str[5:].astype(int)
    assert made["street"].nunique() > 1_500
    assert agree.mean() > 0.9


def test_rows_of_one_subject_vouch_for_a_number_but_once() -> None:
    rows = pd.DataFrame({"n": np.repeat([1.5, 2.25, 7.125], [300, 300, 40])})
    schema = Schema(columns=(Column(name="n", kind="decimal", digits=3),))
    subjects = np.concatenate([np.arange(600), np.full(40, 600)])
    told = BoostGenerator().fit(rows, schema, Settings(), 1, quiet, subjects)
    assert set(told.sample(0, 500, 1)["n"]) == {1.5, 2.25}
    assert np.float64(7.125).tobytes() not in told.save()


def test_progress_counts_columns() -> None:
    said: list[tuple[int, int, str]] = []
    BoostGenerator(Knobs()).fit(encoded(), SCHEMA, Settings(), 1, lambda *call: said.append(call))
    parts = said[0][1]
    assert said == [(done, parts, "columns") for done in range(1, parts + 1)]


def test_restraint_learns_less_of_its_rows() -> None:
    def overfit(restraint: float) -> float:
        wanted = Settings(restraint=restraint, members=1)
        return float(BoostGenerator().fit(encoded(), SCHEMA, wanted, 1, quiet).training["overfit"])

    assert overfit(6.0) < overfit(0.0)
