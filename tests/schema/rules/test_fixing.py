"""What categories and codes fix is found, and held in rows whose columns were drawn on their own."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import decode, encode, fit_encoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.schema import Column, Schema
from tests.schema.rules.test_finding import found, said


def places(rows: int = 600, seed: int = 1) -> pd.DataFrame:
    """Postcodes (numbers) in towns in states in countries; one name of a town stands in two states."""
    rng = np.random.default_rng(seed)
    state = rng.integers(0, 6, rows)
    town = state * 4 + rng.integers(0, 4, rows)
    code = 1_000 + town * 10 + rng.integers(0, 2, rows)
    names = np.array([f"T{number}" for number in range(24)], dtype=object)
    names[[0, 23]] = "Springfield"
    return pd.DataFrame(
        {
            "country": np.array(["A", "B", "C"], dtype=object)[state // 2],
            "state": np.array([f"S{number}" for number in range(6)], dtype=object)[state],
            "town": names[town],
            "code": code.astype(float),
            "size": rng.integers(0, 400, rows).astype(float),
        }
    )


PLACES = {
    "country": "category",
    "state": "category",
    "town": "category",
    "code": "integer",
    "size": "integer",
}


def of_places(*order: str, rules: tuple[Rule, ...] = ()) -> Schema:
    return Schema(columns=tuple(Column(name=n, kind=PLACES[n]) for n in order), rules=rules)  # type: ignore[arg-type] # kinds


def shuffled(table: pd.DataFrame, schema: Schema, seed: int = 2) -> pd.DataFrame:
    """A table decoded from columns that have nothing to do with one another."""
    rng = np.random.default_rng(seed)
    encoding = fit_encoding(table, schema, np.arange(len(table)), 5)
    encoded = encode(table, schema, encoding)
    drawn = {name: encoded[name].to_numpy()[rng.permutation(len(table))] for name in encoded}
    return decode(pd.DataFrame(drawn), schema, encoding)


@pytest.mark.parametrize("order", list(permutations(PLACES))[::17])
def test_every_place_lies_where_it_does_in_whatever_order_columns_stand(order: tuple[str, ...]) -> None:
    table = places()[list(order)]
    made = shuffled(table, found(table, of_places(*order)))
    for fine, coarse in (("code", "town"), ("code", "state"), ("town", "state"), ("state", "country")):
        real = set(zip(table[fine], table[coarse], strict=True))
        assert set(zip(made[fine], made[coarse], strict=True)) <= real


def test_of_two_columns_that_fix_the_same_one_writes_it_and_rows_are_drawn_again_for_the_other() -> None:
    rng = np.random.default_rng(1)
    state = rng.integers(0, 4, 900)
    table = pd.DataFrame(
        {
            "state": np.array(list("wxyz"), dtype=object)[state],
            "town": np.array([f"T{n}" for n in range(12)], dtype=object)[state * 3 + rng.integers(0, 3, 900)],
            "bank": np.array([f"B{n}" for n in range(8)], dtype=object)[state * 2 + rng.integers(0, 2, 900)],
        }
    )
    schema = Schema(columns=tuple(Column(name=name, kind="category") for name in table))
    told = found(table, schema)
    assert sorted(rule.yields for rule in told.rules if rule.columns[1] == "state") == [False, True]
    assert not broken(shuffled(table, told), told.rules, units(told)).any()
    both = tuple(Rule(kind="implies", columns=(first, "state")) for first in ("town", "bank"))
    told = found(table, schema.model_copy(update={"rules": both}))
    assert [(rule.columns[0], rule.yields) for rule in told.rules if rule.declared] == [
        ("town", False),
        ("bank", True),
    ]


def test_rules_that_rows_of_the_table_break_do_not_contradict_each_other() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {name: np.array([*"abcd"], dtype=object)[rng.integers(0, 4, 900)] for name in ("one", "two", "then")}
    )
    schema = Schema(columns=tuple(Column(name=name, kind="category") for name in table))
    both = tuple(
        Rule(kind="implies", columns=(first, "then"), values={"a": "a", "b": "b", "c": "c", "d": "d"})
        for first in ("one", "two")
    )
    with pytest.raises(InputError) as refused:
        found(table, schema.model_copy(update={"rules": both}))
    assert str(refused.value) == (
        "--schema: expected rules that can be kept together, found two fixes then, but one fixes then "
        "may contradict it, and neither 'two' nor 'one' fixes the other; correct it or leave it out"
    )


def test_a_code_and_its_words_are_kept_one_way_and_a_declared_circle_is_refused_by_name() -> None:
    table = places()
    table["name"] = table["state"].map(lambda state: f"State of {state}").astype(object)
    columns = tuple(Column(name=name, kind="category") for name in ("state", "name"))
    told = found(table[["state", "name"]], Schema(columns=columns))
    assert said(told) == {"state fixes name"}
    circle = tuple(Rule(kind="implies", columns=pair) for pair in (("state", "name"), ("name", "state")))
    with pytest.raises(InputError, match="name fixes state, but it forms a circle with state fixes name;"):
        found(table[["state", "name"]], Schema(columns=columns, rules=circle))


def stops(rows: int = 400, seed: int = 1) -> pd.DataFrame:
    """Stops, each with its place, zone and opening day; numbers of lines that each have one length."""
    draw = np.random.default_rng(seed)
    stop, line = draw.integers(0, 20, rows), draw.integers(0, 9, rows)
    names = np.array([f"Stop {number:02}" for number in range(20)], dtype=object)
    days = np.datetime64("2001-03-04", "ns") + (np.arange(20) * 37).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "stop": names[stop],
            "lat": (40 + np.arange(20) * 0.0137).round(4)[stop],
            "zone": (np.arange(20) % 3 + 1.0)[stop],
            "opened": days[stop],
            "line": line + 1.0,
            "length": (np.arange(9) * 7.5 % 31)[line],
            "riders": draw.integers(0, 500, rows).astype(float),
        }
    )


STOPS = {
    "stop": Column(name="stop", kind="category"),
    "lat": Column(name="lat", kind="decimal", digits=4),
    "zone": Column(name="zone", kind="integer"),
    "opened": Column(name="opened", kind="datetime", format="%Y-%m-%d"),
    "line": Column(name="line", kind="integer"),
    "length": Column(name="length", kind="decimal", digits=1),
    "riders": Column(name="riders", kind="integer"),
}


@pytest.mark.parametrize("order", list(permutations(STOPS))[::1_300])
def test_a_category_or_a_code_fixes_numbers_and_dates_in_whatever_order_columns_stand(
    order: tuple[str, ...],
) -> None:
    table, schema = stops()[list(order)], Schema(columns=tuple(STOPS[name] for name in order))
    told = found(table, schema)
    assert {"stop fixes lat", "stop fixes zone", "stop fixes opened", "line fixes length"} <= said(told)
    made = shuffled(table, told)
    for first, then in (("stop", "lat"), ("stop", "zone"), ("stop", "opened"), ("line", "length")):
        real = set(zip(table[first], table[then], strict=True))
        assert set(zip(made[first], made[then], strict=True)) <= real
    assert not broken(made, told.rules, units(told)).any()


def test_missing_cells_of_what_is_fixed_stay_and_all_others_are_the_fixed_ones() -> None:
    table, rng = places(), np.random.default_rng(3)
    names = ("country", "state", "town")
    for name in names:
        table[name] = table[name].where(rng.random(len(table)) > 0.08, None)
    table = table.query("town != 'Springfield'").reset_index(drop=True)
    schema = Schema(columns=tuple(Column(name=name, kind="category", missing=True) for name in names))
    told = found(table[list(names)], schema)
    assert {"town fixes state", "town fixes country", "state fixes country"} <= said(told)
    made = shuffled(table[list(names)], told)
    for first, then in (("town", "state"), ("state", "country"), ("town", "country")):
        real, twin = (
            set(zip(*(rows[[first, then]].dropna()[n] for n in (first, then)), strict=True))
            for rows in (table, made)
        )
        assert twin <= real
        assert 0.04 < made[then].isna().mean() < 0.12
    assert not broken(made, told.rules, units(told)).any()
    assert not broken(table, told.rules, units(told)).any()


def test_a_declared_fixing_keeps_missing_cells_too() -> None:
    table = stops()
    table["lat"] = table["lat"].where(np.arange(len(table)) % 9 > 0)
    asked = Rule(kind="implies", columns=("stop", "lat"))
    columns = tuple(column.model_copy(update={"missing": True}) for column in STOPS.values())
    told = found(table, Schema(columns=columns, rules=(asked,)))
    rule = next(rule for rule in told.rules if rule.columns == ("stop", "lat"))
    assert rule.declared
    assert rule.gaps
    assert len(rule.values) == 20


def test_what_few_subjects_have_is_not_said_of_a_fixed_number() -> None:
    table = stops()
    table.loc[:2, ["stop", "lat"]] = ["Rare stop", 47.11]
    rule = next(
        rule
        for rule in found(table, Schema(columns=tuple(STOPS.values()))).rules
        if rule.columns == ("stop", "lat")
    )
    assert "47.11" not in rule.values.values()


def test_a_code_and_its_description_are_hidden_together() -> None:
    draw = np.random.default_rng(1)
    code = np.where(draw.random(600) < 0.8, draw.integers(0, 30, 600), 30 + np.arange(600) % 90)
    table = pd.DataFrame(
        {
            "code": np.array([f"A{number}" for number in range(120)], dtype=object)[code],
            "words": np.array([f"Disorder {number * 7 % 120}" for number in range(120)], dtype=object)[code],
        }
    )
    schema = Schema(columns=(Column(name="code", kind="category"), Column(name="words", kind="category")))
    made = shuffled(table, found(table, schema))
    hidden = schema["code"].token
    real = set(zip(table["code"], table["words"], strict=True)) | {(hidden, schema["words"].token)}
    assert (made["code"] == hidden).any()
    assert set(zip(made["code"], made["words"], strict=True)) <= real


def test_a_common_value_that_stands_for_rare_ones_still_fixes_what_it_fixed() -> None:
    rng = np.random.default_rng(4)
    at = rng.integers(0, 7, 600)
    table = pd.DataFrame({"zone": [f"zone {place}" for place in at], "hours": -at.astype(float)})
    rare = pd.DataFrame({"zone": ["far", "far", "further"], "hours": [8.0, 8.0, 9.0]})
    table = pd.concat([table, rare], ignore_index=True)
    schema = Schema(
        columns=(Column(name="zone", kind="category"), Column(name="hours", kind="integer")),
    )
    (rule,) = found(table, schema).rules
    assert str(rule) == "zone fixes hours"
    assert rule.values == {f"zone {place}": f"{-place}" for place in range(7)}


@pytest.mark.parametrize("update", [{"protect": 50}, {}])
def test_what_is_fixed_is_shown_by_as_many_subjects_as_its_own_protection_asks(
    update: dict[str, int],
) -> None:
    rng = np.random.default_rng(5)
    ward = np.repeat([*range(20), *range(100, 300)], [60] * 20 + [6] * 200)
    words = rng.choice(np.array(["gout", "flu", "cold"], dtype=object), 300)
    table = pd.DataFrame({"ward": ward.astype(str).astype(object), "dx": words[ward]})
    columns = Column(name="ward", kind="category", public=True), Column(name="dx", kind="category", **update)
    (rule,) = found(table, Schema(columns=columns)).rules
    assert rule.columns == ("ward", "dx")
    assert set(rule.values) == {str(at) for at in (range(20) if update else np.unique(ward))}


def test_a_public_column_fixes_nothing_that_fewer_than_k_subjects_show() -> None:
    ward = np.repeat([*range(20), *range(100, 200)], [30] * 20 + [3] * 100)
    words = np.random.default_rng(5).choice(np.array(["gout", "flu", "cold"], dtype=object), 200)
    table = pd.DataFrame({"ward": ward.astype(str).astype(object), "dx": words[ward]})
    table["seen"] = np.where(ward >= 190, np.nan, 1.0 + np.arange(len(ward)) % 7)
    columns = (
        Column(name="ward", kind="category", public=True),
        Column(name="dx", kind="category"),
        Column(name="seen", kind="integer", missing=True),
    )
    for rule in found(table, Schema(columns=columns)).rules:
        assert set(rule.values) <= {str(at) for at in range(20)}
