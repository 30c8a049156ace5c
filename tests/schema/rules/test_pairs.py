"""What two columns fix together is found, told only with k subjects, and held in every row."""

from __future__ import annotations

import itertools
import json
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.enforcing import enforce
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.pair_fixing import MOST_COLUMNS, not_paired, pair_implications
from tabtwin.schema.rules.pairing import key, parts
from tabtwin.schema.schema import Column, Schema

SIZES = ("S", "M", "L")
PRODUCTS = ("tea", "mate", "milk", "cocoa", "beer", "juice")
COLUMNS = (
    Column(name="product", kind="category"),
    Column(name="size", kind="category"),
    Column(name="year", kind="integer"),
    Column(name="price", kind="decimal", digits=2),
    Column(name="depot", kind="category"),
    Column(name="qty", kind="integer"),
)
SCHEMA = Schema(columns=COLUMNS)
PRICE = "product and size together fix price"
DEPOT = "product and year together fix depot"


def sales(rows: int = 900, seed: int = 1) -> pd.DataFrame:
    """Sales: a product and a size have a price; a product and a year have a depot."""
    rng = np.random.default_rng(seed)
    product, size, year = rng.integers(0, 6, rows), rng.integers(0, 3, rows), rng.integers(0, 4, rows)
    prices = np.round(rng.permutation(18) * 0.35 + 1.99, 2).reshape(6, 3)
    depots = np.array(["north", "south", "east"], dtype=object)[np.add.outer(range(6), range(4)) ** 2 % 3]
    return pd.DataFrame(
        {
            "product": np.array(PRODUCTS, dtype=object)[product],
            "size": np.array(SIZES, dtype=object)[size],
            "year": 2019.0 + year,
            "price": prices[product, size],
            "depot": depots[product, year],
            "qty": rng.integers(1, 9, rows).astype(float),
        }
    )


def found(table: pd.DataFrame, schema: Schema = SCHEMA, subjects: np.ndarray | None = None) -> Schema:
    whose = np.arange(len(table)) if subjects is None else subjects
    encoding = fit_encoding(table, schema, whose, 5)
    return with_rules(Observed(schema, table, as_protected(table, schema, encoding), encoding, whose, 5))


def said(schema: Schema) -> set[str]:
    """All but what never occurs together: where there is no pair, that may be told of its columns."""
    return {str(rule) for rule in schema.rules if rule.kind != "never"}


def test_two_categories_and_a_category_and_a_number_are_found_to_fix_a_third() -> None:
    rules = {str(rule): rule for rule in found(sales()).rules}
    assert {PRICE, DEPOT} == set(rules)
    table = sales()
    wanted = {
        key(*row[:2]): str(row[2])
        for row in zip(table["product"], table["size"], table["price"], strict=True)
    }
    assert rules[PRICE].values == wanted
    assert key("tea", "2019") in rules[DEPOT].values


def pairs_in(schema: Schema) -> set[str]:
    """The pairs that fix something, in words."""
    return {str(rule) for rule in schema.rules if rule.kind == "pair"}


def test_a_cell_that_disagrees_denies_a_pair() -> None:
    table = sales()
    table.loc[7, "price"] += 0.01
    assert pairs_in(found(table)) == {DEPOT}


def test_what_one_column_fixes_alone_is_no_pair() -> None:
    table = sales()
    table["price"] = table["product"].map({name: 1.5 + at for at, name in enumerate(PRODUCTS)})
    assert said(found(table)) == {"product fixes price", DEPOT}


def test_a_combination_of_fewer_subjects_than_k_is_not_told() -> None:
    table = sales()
    away = table.index[(table["product"] == "tea") & (table["size"] == "S")][4:]
    rare = found(table.drop(away).reset_index(drop=True))
    (rule,) = [rule for rule in rare.rules if str(rule) == PRICE]
    assert key("tea", "S") not in rule.values
    assert len(rule.values) == 17
    again = found(table.drop(away[1:]).reset_index(drop=True))
    (rule,) = [rule for rule in again.rules if str(rule) == PRICE]
    assert key("tea", "S") in rule.values


def test_a_combination_is_of_k_subjects_and_not_of_k_rows() -> None:
    table = sales()
    subjects = np.arange(len(table))
    there = np.flatnonzero((table["product"] == "tea") & (table["size"] == "S"))
    subjects[there] = subjects[there[:4]].repeat(len(there))[: len(there)]
    (rule,) = [rule for rule in found(table, subjects=subjects).rules if str(rule) == PRICE]
    assert key("tea", "S") not in rule.values


def test_columns_of_mostly_rare_combinations_make_no_rule() -> None:
    rng = np.random.default_rng(2)
    one, other = rng.integers(0, 25, 900), rng.integers(0, 25, 900)
    table = pd.DataFrame(
        {
            "a": [f"a{at}" for at in one],
            "b": [f"b{at}" for at in other],
            "c": np.array(["x", "y"], dtype=object)[rng.integers(0, 2, (25, 25))[one, other]],
        }
    )
    schema = Schema(columns=tuple(Column(name=name, kind="category") for name in "abc"))
    assert found(table, schema).rules == ()


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_no_pair_is_found_if_one_of_both_says_nothing_of_the_third(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(60, 500))
    one, other = rng.integers(0, rng.integers(2, 20), rows), rng.integers(0, rng.integers(2, 20), rows)
    noise = rng.random(rows) < rng.choice([0.01, 0.05, 0.5])
    table = pd.DataFrame(
        {
            "a": [f"a{at}" for at in one],
            "b": [f"b{at}" for at in other],
            "c": np.where(noise, "odd", np.array(["x", "y"], dtype=object)[one % 2]),
        }
    )
    schema = Schema(columns=tuple(Column(name=name, kind="category") for name in "abc"))
    assert pair_implications(table, schema, np.arange(rows), 5) == []


def test_whatever_is_drawn_keeps_what_pairs_fix_and_has_no_other_combination() -> None:
    table = sales()
    away = table.index[(table["product"] == "tea") & (table["size"] == "S")]
    table = table.drop(away).reset_index(drop=True)
    subjects = np.arange(len(table))
    encoding = fit_encoding(table, SCHEMA, subjects, 5)
    schema = with_rules(Observed(SCHEMA, table, as_protected(table, SCHEMA, encoding), encoding, subjects, 5))
    encoded = encode(table, schema, encoding)
    rng = np.random.default_rng(2)
    shuffled = pd.DataFrame({name: encoded[name].to_numpy()[rng.permutation(len(table))] for name in encoded})
    made = decode(shuffled, schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    for names in (["product", "size", "price"], ["product", "year", "depot"]):
        real = set(table[names].itertuples(index=False, name=None))
        assert set(made[names].itertuples(index=False, name=None)) <= real
    halves = [decode(shuffled[part], schema, encoding) for part in (slice(0, 300), slice(300, None))]
    pd.testing.assert_frame_equal(pd.concat(halves), made)


RULE = Rule(
    kind="pair",
    columns=("a", "b", "c"),
    values={key("x", "1"): "p", key("x", "2"): "q", key("y", "1"): None},
)
CELLS = st.tuples(
    st.sampled_from(["x", "y", "z", "(other)", None]),
    st.sampled_from([1.0, 2.0, 3.5, np.nan]),
    st.sampled_from(["p", "q", "r", None]),
)


@settings(max_examples=60)
@given(st.lists(CELLS, min_size=1, max_size=12), st.booleans())
def test_a_row_has_a_known_combination_or_a_hidden_or_missing_cell(rows: list[tuple], loose: bool) -> None:
    drawn = pd.DataFrame(rows, columns=list("abc")).astype({"a": object, "b": float, "c": object})
    rule = RULE.model_copy(update={"loose": loose})
    held = enforce(drawn, (rule,), {}, {}, {"a": "(other)"})
    assert not broken(held, (rule,), {}).any()
    for before, after in zip(drawn.itertuples(index=False), held.itertuples(index=False), strict=True):
        known = {("x", 1.0): "p", ("x", 2.0): "q", ("y", 1.0): None}
        stays = before.a in {None, "(other)"} or np.isnan(before.b)
        if stays or loose:
            assert (after.a, str(after.b)) == (before.a, str(before.b))
        else:
            assert known[after.a, after.b] == after.c


def test_a_column_that_another_fixes_is_not_moved() -> None:
    rules = (
        Rule(kind="implies", columns=("town", "a"), values={"T": "x", "U": "y"}),
        RULE,
    )
    drawn = pd.DataFrame(
        {"town": ["T", "U"], "a": ["y", "x"], "b": [3.0, 2.0], "c": ["q", "p"]}, dtype=object
    )
    drawn["b"] = drawn["b"].astype(float)
    held = enforce(drawn, rules, {}, {})
    assert held.to_numpy(object).tolist() == [["T", "x", 2.0, "q"], ["U", "y", 1.0, None]]


def test_a_pair_is_declared_with_values_or_by_the_table_and_denied() -> None:
    table = sales()
    (price,) = [rule for rule in found(table).rules if str(rule) == PRICE]
    denied = SCHEMA.model_copy(update={"denied": (Rule(kind="pair", columns=("size", "product", "price")),)})
    assert pairs_in(found(table, denied)) == {DEPOT}
    asked = SCHEMA.model_copy(update={"rules": (price.without_values(),)})
    (again,) = [rule for rule in found(table, asked).rules if rule.fixed == "price"]
    assert again.declared
    assert not again.loose
    assert again.values == price.values
    own = price.model_copy(update={"values": {key("tea", "S"): "4.5", key("none", "S"): "4.5"}})
    told = found(table, SCHEMA.model_copy(update={"rules": (own,)}))
    (rule,) = [rule for rule in told.rules if rule.fixed == "price"]
    assert rule.values == {key("tea", "S"): "4.5"}
    assert rule.loose


@pytest.mark.parametrize("text", ["tea, S", '["tea"]', "[1, 2]", '{"a": 1}'])
def test_a_combination_that_cannot_be_read_is_refused_in_one_line(text: str) -> None:
    rule = Rule(kind="pair", columns=("product", "size", "price"), values={text: "4.5"})
    with pytest.raises(InputError, match="expected combinations as JSON arrays of two texts") as refused:
        found(sales(), SCHEMA.model_copy(update={"rules": (rule,)}))
    assert "\n" not in str(refused.value)


def test_pairs_that_contradict_each_other_or_form_a_circle_are_not_kept_together() -> None:
    table = sales()
    table["sku"] = table["product"] + table["size"]
    columns = (*COLUMNS, Column(name="sku", kind="category"))
    rules = found(table, Schema(columns=columns)).rules
    assert {"sku fixes product", "sku fixes size", "sku fixes price"} <= {str(rule) for rule in rules}
    assert not any(rule.kind == "pair" and rule.fixed in {"sku", "price"} for rule in rules)


@given(st.text(), st.text())
def test_keys_are_read_as_they_are_written(one: str, other: str) -> None:
    assert parts(key(one, other)) == (one, other)


def test_a_twin_of_a_price_list_has_its_prices_in_parquet_as_well(tmp_path) -> None:
    table = sales(600).astype({"year": int, "qty": int})
    check = tabtwin.check(table, seed=1)
    assert check.fixes == (
        "product and size together fix cells of price",
        "product and year together fix cells of depot",
    )
    assert all(not rule.values for rule in check.schema_found.rules)
    schema = json.loads(check.schema_found.model_dump_json())
    assert tabtwin.check(table, schema={"rules": schema["rules"]}, seed=1).fixes == check.fixes
    made = tabtwin.fit(table, seed=1).sample(600)
    prices = table.groupby(["product", "size"])["price"].first()
    assert (
        prices.loc[list(zip(made["product"], made["size"], strict=True))].to_numpy()
        == made["price"].to_numpy()
    ).all()


def test_a_wide_table_is_searched_in_bounded_time_and_says_what_was_not() -> None:
    rng = np.random.default_rng(3)
    names = [f"n{at}" for at in range(130)]
    table = pd.DataFrame({name: rng.choice(["a", "b", "c"], 2_000) for name in names}, dtype=object)
    schema = Schema(columns=tuple(Column(name=name, kind="category") for name in names))
    started = time.process_time()
    assert pair_implications(table, schema, np.arange(2_000), 5) == []
    assert time.process_time() - started < 10
    assert f"beyond the first {MOST_COLUMNS} columns" in not_paired(schema)
    assert not_paired(SCHEMA) == ""


def test_a_date_and_a_store_fix_a_price_and_a_price_a_date() -> None:
    rng = np.random.default_rng(5)
    day, store = rng.integers(0, 5, 600), rng.integers(0, 5, 600)
    kinds = {"day": "datetime", "store": "category", "due": "datetime"}
    dues = rng.permutation(25).reshape(5, 5)[day, store] - 90
    table = pd.DataFrame(
        {
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D"),
            "store": np.array([f"s{at}" for at in store], dtype=object),
            "due": pd.Timestamp("2024-01-01") + pd.to_timedelta(dues, unit="D"),
        }
    ).astype({"day": "datetime64[us]", "due": "datetime64[us]"})
    schema = Schema(
        columns=tuple(Column(name=name, kind=kind, format="%Y-%m-%d") for name, kind in kinds.items())
    )
    (rule,) = (rule for rule in pair_implications(table, schema, np.arange(600), 5) if rule.fixed == "due")
    drawn = table.assign(store=rng.permutation(table["store"].to_numpy()), due=table["due"].iloc[0])
    held = enforce(drawn, (rule,), {}, {})
    real = set(table.itertuples(index=False, name=None))
    assert set(held.itertuples(index=False, name=None)) <= real
    assert len(real) == 25 == len(set(itertools.product(table["day"], table["store"])))
