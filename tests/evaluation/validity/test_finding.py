"""The auditor finds what always holds by itself, of every kind, and nothing in independent columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.validity.coded import Coded, Known, coded
from tabtwin.evaluation.validity.finding import find_rules
from tabtwin.evaluation.validity.rule import Rule
from tabtwin.schema.schema import Column

ROWS = 400


def columns_of(kinds: dict[str, str]) -> tuple[Column, ...]:
    """Columns of these kinds; decimals have two digits."""
    return tuple(
        Column(name=name, kind=kind, digits=2 if kind == "decimal" else 0, format="%Y-%m-%d")
        for name, kind in kinds.items()
    )


def found(table: pd.DataFrame, kinds: dict[str, str], subjects: np.ndarray | None = None) -> dict[str, Rule]:
    """The rules of a table, by what they say."""
    (cells,), words = coded([table], columns_of(kinds))
    whose = np.arange(len(table)) if subjects is None else subjects
    rules = find_rules(Known(columns_of(kinds), cells, words, whose), np.random.default_rng(1))
    return {rule.says: rule for rule in rules}


def broken(says: str, table: pd.DataFrame, twin: pd.DataFrame, kinds: dict[str, str]) -> list[bool]:
    """Which rows of a twin break a rule of the table."""
    (cells, others), words = coded([table, twin], columns_of(kinds))
    rules = find_rules(
        Known(columns_of(kinds), cells, words, np.arange(len(table))), np.random.default_rng(1)
    )
    return next(rule for rule in rules if rule.says == says).broken(others).tolist()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_a_column_that_fixes_another_is_found_whatever_the_kinds_are(rng: np.random.Generator) -> None:
    town = rng.integers(0, 40, ROWS)
    table = pd.DataFrame(
        {
            "state": np.array([f"s{code % 7}" for code in town], dtype=object),
            "town": np.array([f"t{code}" for code in town], dtype=object),
            "zip": 1000.0 + 3 * town + town % 2,
            "height": np.round(town * 1.37, 2),
        }
    )
    kinds = {"state": "category", "town": "category", "zip": "integer", "height": "decimal"}
    rules = found(table, kinds)
    assert {"town fixes state", "zip fixes state", "town fixes height", "zip fixes town"} <= set(rules)
    assert "state fixes town" not in rules
    twin = table.iloc[:3].copy()
    twin.loc[0, "state"] = "s6" if twin.loc[0, "state"] != "s6" else "s5"
    twin.loc[1, "state"] = "(other)"  # protection's group of rare words stands for any of them
    twin.loc[2, "town"] = "elsewhere"
    assert broken("town fixes state", table, twin, kinds) == [True, False, False]


def test_a_single_value_that_fixes_another_column_is_found_with_thirty_subjects(
    rng: np.random.Generator,
) -> None:
    net = rng.choice(["no", "dsl", "fiber"], ROWS)
    film = np.where(net == "no", "none", rng.choice(["yes", "no"], ROWS))
    kinds = {"net": "category", "film": "category"}
    table = pd.DataFrame({"net": net, "film": film}, dtype=object)
    assert "some values of net fix film" in found(table, kinds)
    few = np.where(np.cumsum(net == "no") <= 29, net, np.where(net == "no", "dsl", net))
    assert not any(
        "fix" in says for says in found(pd.DataFrame({"net": few, "film": film}, dtype=object), kinds)
    )


def test_two_columns_that_fix_a_third_together_are_found(rng: np.random.Generator) -> None:
    product, size = rng.integers(0, 6, ROWS), rng.integers(0, 3, ROWS)
    table = pd.DataFrame(
        {
            "product": np.array(list("abcdef"), dtype=object)[product],
            "size": 1.0 + size,
            "price": np.round((7 * product + 5 * size) % 18 * 0.35, 2),
            "count": rng.integers(1, 9, ROWS) + 0.0,
        }
    )
    kinds = {"product": "category", "size": "integer", "price": "decimal", "count": "integer"}
    rules = found(table, kinds)
    assert [says for says, rule in rules.items() if rule.kind == "fixing"] == ["product and size fix price"]
    twin = table.iloc[:4].copy()
    twin.loc[[1, 2, 3], "price"] += 0.35
    twin.loc[2, "product"] = "(other)"
    twin.loc[3, "size"] = 99.0
    assert broken("product and size fix price", table, twin, kinds) == [False, True, False, False]
    table.loc[9, "price"] += 0.35
    assert "product and size fix price" not in found(table, kinds)


def test_what_a_column_or_a_sum_says_already_is_no_pair(rng: np.random.Generator) -> None:
    one, other = rng.integers(0, 6, ROWS), rng.integers(0, 5, ROWS)
    table = pd.DataFrame({"one": one, "other": other, "both": one + other, "twice": one // 2}) + 0.0
    rules = found(table, dict.fromkeys(table, "integer"))
    assert {rule.kind for rule in rules.values() if "both" in rule.columns} == {"sum", "order"}
    assert not any(" and " in says for says in rules)


def test_support_counts_subjects_and_not_rows() -> None:
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(25), 40)
    town = np.array([f"t{code}" for code in rng.integers(0, 4, 25)], dtype=object)[person]
    state = np.array([{"t0": "a", "t1": "a", "t2": "b", "t3": "b"}[name] for name in town], dtype=object)
    table, kinds = pd.DataFrame({"town": town, "state": state}), {"town": "category", "state": "category"}
    assert "town fixes state" in found(table, kinds)
    assert not found(table, kinds, person)


def test_copies_orders_and_constant_differences_are_found(rng: np.random.Generator) -> None:
    first = rng.integers(1, 90, ROWS).astype(float)
    table = pd.DataFrame(
        {"first": first, "again": first, "last": first + rng.integers(0, 40, ROWS), "next": first + 7}
    )
    kinds = dict.fromkeys(table, "integer")
    rules = found(table, kinds)
    assert {rule.kind for rule in rules.values()} >= {"copy", "order", "sum"}
    assert {"again equals first", "first ≤ last", "first − next is constant"} <= set(rules)
    assert not any("again" in rule.columns for rule in rules.values() if rule.kind != "copy")
    twin = pd.DataFrame({"first": [5.0, 5.0], "again": [5.0, 6.0], "last": [4.0, 5.0], "next": [12.0, 13.0]})
    assert broken("again equals first", table, twin, kinds) == [False, True]
    assert broken("first ≤ last", table, twin, kinds) == [True, False]
    assert broken("first − next is constant", table, twin, kinds) == [False, True]


def test_an_order_that_the_columns_own_ranges_imply_is_no_rule(rng: np.random.Generator) -> None:
    table = pd.DataFrame({"low": rng.integers(0, 9, ROWS) + 0.0, "high": rng.integers(50, 99, ROWS) + 0.0})
    assert not found(table, dict.fromkeys(table, "integer"))


def test_dates_are_ordered_too_and_not_with_numbers(rng: np.random.Generator) -> None:
    begin = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, ROWS), unit="D")
    end = begin + pd.to_timedelta(rng.integers(0, 30, ROWS), unit="D")
    table = pd.DataFrame({"end": end, "begin": begin, "days": rng.integers(0, 3, ROWS) + 0.0})
    kinds = {"end": "datetime", "begin": "datetime", "days": "integer"}
    assert [rule.says for rule in found(table, kinds).values()] == ["begin ≤ end"]


@pytest.mark.parametrize("parts", [2, 3])
def test_sums_of_rounded_parts_are_found_in_any_order_of_columns(
    rng: np.random.Generator, parts: int
) -> None:
    cells = {f"p{number}": np.round(rng.gamma(2, 50, ROWS), 2) for number in range(parts)}
    total = np.round(sum(cells.values()), 2)
    table = pd.DataFrame({"p0": cells.pop("p0"), "total": total, **cells})
    kinds = dict.fromkeys(table, "decimal")
    rules = [rule for rule in found(table, kinds).values() if rule.kind == "sum"]
    assert [rule.says for rule in rules] == ["total = " + " + ".join(f"p{n}" for n in range(parts))]
    twin = table.iloc[:2].copy()
    twin.loc[1, "total"] += 0.5
    assert broken(rules[0].says, table, twin, kinds) == [False, True]


def test_shares_that_add_up_to_a_hundred_are_found(rng: np.random.Generator) -> None:
    cut = np.sort(rng.integers(0, 101, (ROWS, 2)), axis=1).astype(float)
    table = pd.DataFrame({"a": cut[:, 0], "b": cut[:, 1] - cut[:, 0], "c": 100 - cut[:, 1]})
    assert "a + b + c is constant" in found(table, dict.fromkeys(table, "integer"))


def test_steps_and_endings_are_found_where_a_column_is_written_more_finely(rng: np.random.Generator) -> None:
    table = pd.DataFrame(
        {
            "mass": 25.0 * rng.integers(100, 260, ROWS),
            "price": rng.integers(1, 80, ROWS) + 0.99,
            "any": np.round(rng.gamma(2, 50, ROWS), 2),
        }
    )
    kinds = {"mass": "integer", "price": "decimal", "any": "decimal"}
    rules = found(table, kinds)
    assert set(rules) == {"mass goes in steps", "price goes in steps"}
    twin = pd.DataFrame({"mass": [50.0, 51.0], "price": [200.99, 20.5], "any": [1.0, np.nan]})
    for rule in rules.values():
        assert broken(rule.says, table, twin, kinds) == [False, True]


def test_a_few_numbers_with_a_finer_decimal_show_no_steps_of_it(rng: np.random.Generator) -> None:
    size = np.round(rng.normal(30, 3, 600), 1)
    size[:8] += 0.05
    table = pd.DataFrame({"size": size, "x": rng.normal(0, 1, 600).round(2)})
    assert found(table, {"size": "decimal", "x": "decimal"}) == {}


def test_columns_that_are_missing_together_are_found_once(rng: np.random.Generator) -> None:
    gone = rng.random(ROWS) < 0.3
    table = pd.DataFrame(
        {
            name: np.where(gone, np.nan, rng.integers(0, 50, ROWS).astype(float))
            for name in ("street", "house", "floor")
        }
    )
    rules = found(table, dict.fromkeys(table, "integer"))
    assert list(rules) == ["street and house and floor are missing together"]


def test_combinations_that_never_occur_are_found_and_counted(rng: np.random.Generator) -> None:
    words = np.array(["a", "b", "c", "d"], dtype=object)
    one, other = rng.choice(words, 10 * ROWS), rng.choice(words, 10 * ROWS)
    other[(one == "a") & np.isin(other, ["b", "c"])] = "d"
    table = pd.DataFrame({"one": one, "other": other})
    twin = pd.DataFrame({"one": words[[0, 0, 0, 1]], "other": words[[1, 2, 3, 1]]})
    kinds = {"one": "category", "other": "category"}
    says = "some values of one and other never occur together"
    assert set(found(table, kinds)) == {says}
    assert broken(says, table, twin, kinds) == [True, True, False, False]


def test_a_mark_outside_of_where_it_belongs_breaks_a_rule(rng: np.random.Generator) -> None:
    job = rng.choice(np.array(["works", "studies", "rests"], dtype=object), 4 * ROWS)
    pay = np.where(job == "works", np.round(rng.lognormal(3, 1, 4 * ROWS), 2), -1.0)
    twin = pd.DataFrame(
        {"job": np.array(["works", "works", "rests"], dtype=object), "pay": [-1.0, 3.5, -1.0]}
    )
    kinds = {"job": "category", "pay": "decimal"}
    says = "some values of job and pay never occur together"
    assert broken(says, pd.DataFrame({"job": job, "pay": pay}), twin, kinds) == [True, False, False]


def test_columns_of_which_one_is_set_are_a_group(rng: np.random.Generator) -> None:
    which = rng.choice(5, ROWS)
    table = pd.DataFrame({f"is_{at}": (which == at).astype(float) for at in range(5)})
    twin = pd.DataFrame(
        np.array([[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]], float), columns=table.columns
    )
    kinds = dict.fromkeys(table, "integer")
    exactly = "exactly one of is_0, is_1, is_2, is_3, is_4 is set"
    assert broken(exactly, table, twin, kinds) == [False, True, True]
    most = "at most one of is_0, is_1, is_2, is_3 is set"
    few = {name: kind for name, kind in kinds.items() if name != "is_4"}
    assert broken(most, table[list(few)], twin[list(few)], few) == [False, True, False]


def test_a_rule_that_one_training_row_breaks_is_none(rng: np.random.Generator) -> None:
    first = rng.integers(0, 50, ROWS).astype(float)
    table = pd.DataFrame({"first": first, "last": first + rng.integers(0, 9, ROWS)})
    kinds = dict.fromkeys(table, "integer")
    assert "first ≤ last" in found(table, kinds)
    table.loc[ROWS - 1, "last"] = -1.0
    assert "first ≤ last" not in found(table, kinds)


@given(seed=st.integers(0, 10**9), rows=st.integers(60, 900))
@settings(max_examples=60)
def test_independent_columns_have_no_rule(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "word": rng.choice(["a", "b", "c"], rows),
            "rare": rng.choice(["x", "y"], rows, p=[0.97, 0.03]),
            "code": rng.integers(0, rng.integers(2, 60), rows).astype(float),
            "zeros": np.where(rng.random(rows) < 0.9, 0.0, rng.integers(0, 99, rows)),
            "size": np.round(rng.gamma(2, rng.choice([1.0, 300.0]), rows), 2),
            "gaps": np.where(rng.random(rows) < 0.5, np.nan, np.round(rng.normal(0, 9, rows), 2)),
            "flag": rng.integers(0, 2, rows).astype(float),
        }
    )
    kinds = dict.fromkeys(table, "decimal") | {"word": "category", "rare": "category"}
    kinds |= dict.fromkeys(("code", "zeros", "flag"), "integer")
    assert not found(table, kinds)


def test_a_sum_is_found_in_a_wide_table() -> None:
    rng = np.random.default_rng(1)
    rows, columns = 1_000, 200
    cells = rng.integers(0, 40, (rows, columns)).astype(float)
    cells[:, 3] = cells[:, 1] + cells[:, 2]
    names = tuple(Column(name=f"c{number}", kind="integer") for number in range(columns))
    codes = np.ascontiguousarray(cells.astype("int32") + 1)
    wide = Known(names, Coded(codes, cells), (np.array([]),) * columns, np.arange(rows))
    assert "c3 = c1 + c2" in {rule.says for rule in find_rules(wide, rng)}


def test_numbers_that_differ_as_single_precision_does_are_one(rng: np.random.Generator) -> None:
    price = rng.choice(np.arange(80, 140) / 100, ROWS)
    level = np.log(price.astype("float32")).astype("float64").round(7)
    table = pd.DataFrame({"price": price, "level": level})
    twin = table.assign(level=np.log(price).round(7))
    assert (twin["level"] != table["level"]).any()
    columns = tuple(
        Column(name=name, kind="decimal", digits=digits) for name, digits in (("price", 2), ("level", 7))
    )
    (cells, others, wrong), words = coded([table, twin, twin.assign(level=twin["level"] + 1e-5)], columns)
    rules = find_rules(Known(columns, cells, words, np.arange(ROWS)), np.random.default_rng(1))
    (rule,) = (rule for rule in rules if rule.says == "price fixes level")
    assert not rule.broken(others).any()
    assert rule.broken(wrong).any()
