from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding, violations
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.schema import Column, Schema

COLUMNS = (
    Column(name="net", kind="decimal", digits=2),
    Column(name="tax", kind="decimal", digits=2, missing=True),
    Column(name="gross", kind="decimal", digits=2, missing=True),
    Column(name="ordered", kind="datetime", format="%Y-%m-%d"),
    Column(name="sent", kind="datetime", format="%Y-%m-%d", missing=True),
    Column(name="line", kind="category"),
    Column(name="addon", kind="category"),
    Column(name="speed", kind="integer", missing=True),
    Column(name="other", kind="integer"),
)
SCHEMA = Schema(columns=COLUMNS)
FOUND = ["gross = net + tax", "ordered <= sent", "line fixes addon"]


def orders(rows: int = 1_000, seed: int = 1) -> pd.DataFrame:
    """Orders: what they cost, when they were sent, and add-ons that only some lines have."""
    rng = np.random.default_rng(seed)
    net = np.round(rng.lognormal(3, 1, rows), 2)
    tax = np.where(rng.random(rows) < 0.05, np.nan, np.round(net * rng.choice([0.07, 0.19], rows), 2))
    ordered = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), unit="D")
    line = rng.choice(np.array(["none", "dsl", "fibre"], dtype=object), rows)
    return pd.DataFrame(
        {
            "net": net,
            "tax": tax,
            "gross": np.round(net + tax, 2),
            "ordered": ordered,
            "sent": (ordered + pd.to_timedelta(rng.integers(0, 60, rows), unit="D")).where(
                rng.random(rows) > 0.1
            ),
            "line": line,
            "addon": np.where(line == "none", "no line", rng.choice(["yes", "no"], rows)).astype(object),
            "speed": np.where(line == "none", np.nan, rng.integers(10, 99, rows)),
            "other": rng.integers(0, 400, rows).astype(float),
        }
    )


def found(table: pd.DataFrame, schema: Schema = SCHEMA) -> Schema:
    subjects = np.arange(len(table))
    encoding = fit_encoding(table, schema, subjects, 5)
    return with_rules(schema, table, as_protected(table, schema, encoding), encoding, subjects, 5)


def said(schema: Schema) -> set[str]:
    return {str(rule) for rule in schema.rules}


def test_sums_orderings_and_implications_are_found() -> None:
    assert {*FOUND, "line fixes speed"} <= said(found(orders()))


def test_what_a_category_fixes_is_listed_by_value() -> None:
    rules = {rule.columns: rule.values for rule in found(orders()).rules if rule.kind == "implies"}
    assert rules["line", "addon"] == {"none": "no line"}
    assert rules["line", "speed"] == {"none": None}


def test_columns_that_have_nothing_to_do_with_one_another_have_no_rule() -> None:
    rng = np.random.default_rng(1)
    for rows in (100, 3_000):
        numbers = {f"n{at}": rng.normal(at / 4, 1, rows) for at in range(6)}
        words = {f"c{at}": rng.choice(np.array(list("abcd"), dtype=object), rows) for at in range(4)}
        columns = (
            *(Column(name=name, kind="decimal", digits=17) for name in numbers),
            *(Column(name=name, kind="category") for name in words),
        )
        assert found(pd.DataFrame(numbers | words), Schema(columns=columns)).rules == ()


def test_one_row_that_breaks_a_rule_denies_it() -> None:
    table = orders()
    table.loc[7, "gross"] += 0.01
    table.loc[8, "sent"] = table.loc[8, "ordered"] - pd.Timedelta(1, unit="D")
    row = table.index[table["line"] == "none"][0]
    table.loc[row, "addon"] = "yes"
    assert not said(found(table)) & set(FOUND)


def test_a_denied_rule_is_not_kept_and_a_declared_one_is_though_rows_break_it() -> None:
    table = orders()
    table.loc[:50, "sent"] = table.loc[:50, "ordered"] - pd.Timedelta(1, unit="D")
    schema = SCHEMA.model_copy(
        update={
            "denied": (Rule(kind="sum", columns=("gross", "net", "tax")),),
            "rules": (Rule(kind="order", columns=("ordered", "sent")),),
        }
    )
    told = found(table, schema)
    assert "gross = net + tax" not in said(told)
    assert "ordered <= sent" in said(told)
    assert next(rule for rule in told.rules if rule.kind == "order").declared


def test_of_orderings_that_follow_from_others_only_the_close_ones_are_kept() -> None:
    rng = np.random.default_rng(1)
    steps = rng.integers(0, 50, (2_000, 3)).cumsum(axis=1).astype(float)
    columns = tuple(Column(name=name, kind="integer") for name in "abc")
    told = found(pd.DataFrame(steps, columns=list("abc")), Schema(columns=columns))
    assert said(told) == {"a <= b", "b <= c"}


def test_a_declared_rule_about_unfit_or_unknown_columns_is_refused() -> None:
    for columns, message in ((("line", "net"), "'line'"), (("ordered", "nothing"), "'nothing'")):
        schema = SCHEMA.model_copy(update={"rules": (Rule(kind="order", columns=columns),)})
        with pytest.raises(InputError, match=message):
            found(orders(), schema)


def test_whatever_is_drawn_keeps_rules_and_protection_once_decoded() -> None:
    table = orders()
    people = np.arange(len(table))
    encoding = fit_encoding(table, SCHEMA, people, 5)
    shown = as_protected(table, SCHEMA, encoding)
    schema = with_rules(SCHEMA, table, shown, encoding, people, 5)
    encoding = with_recoding(encoding, table, shown, schema, people, 5)
    encoded = encode(table, schema, encoding)
    rng = np.random.default_rng(2)
    shuffled = pd.DataFrame({name: encoded[name].to_numpy()[rng.permutation(1_000)] for name in encoded})
    made = decode(shuffled, schema, encoding)
    assert broken(table.head(0), schema.rules, units(schema)).shape == (0,)
    assert not broken(made, schema.rules, units(schema)).any()
    assert not violations(made, schema, encoding).any()


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


def test_two_columns_that_fix_the_same_and_not_each_other_are_not_both_kept() -> None:
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
    assert len([rule for rule in told.rules if rule.columns[1] == "state"]) == 1
    assert not broken(shuffled(table, told), told.rules, units(told)).any()
    both = tuple(Rule(kind="implies", columns=(first, "state")) for first in ("town", "bank"))
    with pytest.raises(InputError) as refused:
        found(table, schema.model_copy(update={"rules": both}))
    assert str(refused.value) == (
        "--schema: expected rules that can be kept together, found bank fixes state, but town fixes state "
        "may contradict it, and neither 'bank' nor 'town' fixes the other; correct it or leave it out"
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


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (
            (("order", ("low", "high")), ("order", ("high", "low"))),
            "found high <= low, but it forms a circle",
        ),
        ((("order", ("high", "low")),), "are in reverse order"),
        ((("sum", ("low", "high", "other")),), "do not add up"),
        ((("sum", ("high", "low", "other")), ("order", ("low", "high"))), "shares 'high' with high = low"),
    ],
)
def test_declared_numbers_that_cannot_hold_together_are_refused_in_one_line(
    rules: tuple[tuple[str, tuple[str, ...]], ...], why: str
) -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"low": rng.integers(0, 9, 200), "other": rng.integers(5, 9, 200)}).astype(float)
    table["high"] = table["low"] + table["other"] + 20 * (why.startswith(("are in", "do not")))
    columns = tuple(Column(name=name, kind="integer") for name in table)
    declared = tuple(Rule.model_validate({"kind": kind, "columns": names}) for kind, names in rules)
    with pytest.raises(InputError, match="--schema: expected rules that can be kept together") as refused:
        found(table, Schema(columns=columns, rules=declared))
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_few_subjects_share_in_many_rows_is_no_rule() -> None:
    rng = np.random.default_rng(1)
    people = np.repeat(np.arange(300), 10)
    clinic = np.where(people < 5, "Rare", np.where(people < 60, "Eye", rng.choice(["x", "y"], 300)[people]))
    ill = np.where(people < 60, "no", rng.choice(["no", "yes"], 300)[people])
    table = pd.DataFrame({"clinic": clinic.astype(object), "ill": ill.astype(object)})
    table.loc[people < 5, "ill"] = "HIV"
    schema = Schema(columns=tuple(Column(name=name, kind="category") for name in table))

    def fixed(subjects: np.ndarray) -> dict[str, str | None]:
        encoding = fit_encoding(table, schema, subjects, 5)
        rules = with_rules(schema, table, as_protected(table, schema, encoding), encoding, subjects, 5).rules
        return next((rule.values for rule in rules if rule.columns == ("clinic", "ill")), {})

    assert fixed(np.arange(len(table))) == {"Rare": "HIV", "Eye": "no"}
    assert fixed(people) == {"Eye": "no"}


def test_sums_and_orderings_of_few_subjects_are_not_kept() -> None:
    table = orders(2_000)
    few = np.arange(2_000) % 20
    encoding = fit_encoding(table, SCHEMA, few, 5)
    rules = with_rules(SCHEMA, table, as_protected(table, SCHEMA, encoding), encoding, few, 5)
    assert not said(rules) & set(FOUND)


def test_a_declared_rule_without_values_is_about_what_the_table_always_has_together() -> None:
    table = orders()
    declared = (Rule(kind="implies", columns=("line", "addon")),)
    told = found(table, SCHEMA.model_copy(update={"rules": declared}))
    rule = next(rule for rule in told.rules if rule.columns == ("line", "addon"))
    assert rule.declared
    assert rule.values == {"none": "no line"}


def test_of_declared_values_those_that_protection_hides_fix_nothing_and_none_is_fixed() -> None:
    table = orders()
    table.loc[:2, "line"] = "secret line"
    table.loc[3:8, "addon"] = [f"secret addon {number % 2}" for number in range(6)]
    table.loc[9:10, "line"] = "rare line"
    values = {
        "secret line": "yes",
        "dsl": "secret addon 1",
        "fibre": "no such addon",
        "none": "no line",
    }
    declared = (Rule(kind="implies", columns=("line", "addon"), values=values),)
    told = found(table, SCHEMA.model_copy(update={"rules": declared}))
    rule = next(rule for rule in told.rules if rule.columns == ("line", "addon"))
    assert rule.values == {"dsl": "(other)", "none": "no line"}
    made = shuffled(table, told)
    assert not violations(made, told, fit_encoding(table, told, np.arange(len(table)), 5)).any()


def test_a_column_may_be_missing_where_a_declared_rule_says_so() -> None:
    table = orders()
    declared = (Rule(kind="implies", columns=("line", "other"), values={"dsl": None}),)
    told = found(table, SCHEMA.model_copy(update={"rules": declared}))
    assert told["other"].missing
    made = shuffled(table, told)
    assert made["other"].isna().equals(made["line"] == "dsl")


def test_numbers_and_dates_are_in_no_order_and_a_date_fixes_nothing() -> None:
    for rule in (
        Rule(kind="order", columns=("net", "sent")),
        Rule(kind="order", columns=("sent", "net")),
        Rule(kind="implies", columns=("sent", "line")),
    ):
        with pytest.raises(InputError, match="--schema: expected a rule of kind"):
            found(orders(), SCHEMA.model_copy(update={"rules": (rule,)}))


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


def test_a_declared_value_of_a_number_is_kept_within_what_may_be_released() -> None:
    for text, kept in (("40.0137", True), ("99", False)):
        rule = Rule(kind="implies", columns=("stop", "lat"), values={"Stop 01": text})
        schema = Schema(columns=tuple(STOPS.values()), rules=(rule,))
        (told,) = (rule for rule in found(stops(), schema).rules if rule.declared)
        assert told.values == ({"Stop 01": text} if kept else {})
    rule = Rule(kind="implies", columns=("stop", "lat"), values={"Stop 01": "north"})
    with pytest.raises(InputError, match="'lat'"):
        found(stops(), Schema(columns=tuple(STOPS.values()), rules=(rule,)))


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
