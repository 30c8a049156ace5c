from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from formulated import ROWS, TABLES, copies, levels, orders, rng, said, schema_of, with_found
from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding, violations
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.formulas.finding import formulas, not_tried
from tabtwin.schema.schema import Column, Schema


@pytest.mark.parametrize("name", TABLES)
def test_formulas_are_found_and_held_in_whatever_is_drawn(name: str) -> None:
    make, expected = TABLES[name]
    table = make()
    schema = with_found(table)
    assert {str(rule) for rule in schema.rules if rule.kind == "formula"} == expected
    people = np.arange(ROWS)
    encoding = fit_encoding(table, schema, people, 5)
    shown = as_protected(table, schema, encoding)
    encoding = with_recoding(encoding, table, shown, schema, people, 5)
    encoded = encode(table, schema, encoding)
    drawn = {column: rng().permutation(encoded[column].to_numpy()) for column in encoded}
    drawn |= {column: np.roll(cells, at) for at, (column, cells) in enumerate(drawn.items())}
    made = decode(pd.DataFrame(drawn), schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert not violations(made, schema, encoding).any()


def test_halves_are_rounded_as_the_table_has_them_and_half_a_flag_is_none() -> None:
    draw = rng()
    inches = draw.integers(60, 90, ROWS).astype(float)
    metres = np.floor(inches * 2.54 + 0.5 + 1e-9) / 100
    ill = draw.integers(0, 2, ROWS).astype(float)
    table = pd.DataFrame({"inches": inches, "metres": metres, "ill": ill})
    table["treated"] = np.where(ill == 1, draw.integers(0, 2, ROWS), 0).astype(float)
    schema = with_found(table)
    assert {str(rule) for rule in schema.rules if rule.kind == "formula"} == {
        "metres = round(0.0254 * inches, 2)"
    }
    encoding = fit_encoding(table, schema, np.arange(ROWS), 5)
    made = decode(encode(table, schema, encoding), schema, encoding)
    assert np.abs(made["metres"] - metres).max() < 1e-9


def test_the_order_of_columns_does_not_matter() -> None:
    table = orders()
    expected = {"amount = price * qty", "net = amount * (1 - off / 100)"}
    assert said(table[list(reversed(table.columns))]) == expected


def test_a_total_is_missing_with_its_parts_or_by_itself() -> None:
    for own, loose in ((False, False), (True, True)):
        table = levels().head(300)[["a", "b", "ab"]]
        table.loc[:20, ["b", "ab"]] = np.nan
        if own:
            table.loc[100:130, "ab"] = np.nan
        (rule,) = (rule for rule in with_found(table).rules if rule.kind == "formula")
        assert rule.loose is loose


def test_a_missing_part_counts_as_nothing_only_where_enough_subjects_show_it() -> None:
    for rows, expected in ((slice(0, 2), "ab = a + b"), (slice(0, 60), "ab = a + coalesce(b, 0)")):
        table = levels().head(300)[["a", "b", "ab"]]
        table.loc[rows, "b"] = np.nan
        table.loc[rows, "ab"] = table["a"]
        assert said(table) == {expected}


def test_a_missing_part_counts_as_nothing_only_where_every_such_row_says_so() -> None:
    table = levels().head(300)[["a", "b", "ab"]]
    table.loc[:60, "b"] = np.nan
    table.loc[:59, "ab"] = table["a"]
    assert said(table) == {"ab = a + b"}


def test_one_row_that_breaks_a_formula_denies_it() -> None:
    table = orders()
    table.loc[7, "amount"] += 0.02
    assert "amount = qty * price" not in said(table)


def test_a_part_that_few_rows_have_is_no_part() -> None:
    table = levels()[["a", "b"]].assign(total=lambda rows: rows["a"])
    table["b"] = 0.0
    table.loc[:4, "b"] = 3.0
    table["total"] = table["a"] + table["b"]
    assert "total = a + b" not in said(table)


def unrelated(seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    rows = int(draw.choice([80, 300]))
    start = np.datetime64("2020-01-01", "us")
    makers = (
        lambda: draw.integers(0, 2, rows).astype(float),
        lambda: draw.integers(0, 6, rows).astype(float),
        lambda: draw.integers(0, 1_000, rows).astype(float),
        lambda: draw.normal(0, 1, rows).round(1),
        lambda: draw.lognormal(2, 1, rows).round(2),
        lambda: (draw.random(rows) < 0.05) * 2.0,
        lambda: start + draw.integers(0, 400, rows).astype("timedelta64[D]"),
    )
    table = pd.DataFrame({f"c{at}": makers[draw.integers(0, len(makers))]() for at in range(9)})
    return table.mask(draw.random(table.shape) < draw.choice([0.0, 0.1]))


def test_columns_that_have_nothing_to_do_with_one_another_have_no_formula() -> None:
    for seed in range(12):
        table = unrelated(seed)
        assert formulas(table, schema_of(table), np.arange(len(table))) == []


def test_a_formula_needs_subjects_and_not_only_rows() -> None:
    table = copies()
    schema = schema_of(table)
    assert formulas(table, schema, np.arange(ROWS))
    assert not formulas(table, schema, np.arange(ROWS) % 20)


def test_what_is_not_tried_in_wide_tables_is_told() -> None:
    narrow, wide = (
        Schema(columns=tuple(Column(name=f"n{at}", kind="integer") for at in range(count)))
        for count in (20, 150)
    )
    assert not_tried(narrow) == ""
    assert "after the first 120" in not_tried(wide)


def test_declared_and_denied_formulas_are_as_the_user_says() -> None:
    schema = schema_of(orders()).model_copy(
        update={
            "denied": (Rule.model_validate({"kind": "formula", "expression": "amount = qty * price"}),),
            "rules": (Rule.model_validate({"kind": "formula", "expression": "net = amount - off"}),),
        }
    )
    assert [str(rule) for rule in with_found(orders(), schema).rules if rule.kind == "formula"] == [
        "net = amount - off"
    ]


def test_a_time_of_day_is_no_multiple_of_another_and_its_hour_is_found() -> None:
    opened = np.datetime64("1900-01-01", "us") + rng().integers(0, 1_440, ROWS).astype("timedelta64[m]")
    table = pd.DataFrame({"opened": opened, "from": opened.astype("datetime64[h]").astype("datetime64[us]")})
    table["hour"] = (opened - np.datetime64("1900-01-01", "us")).astype("timedelta64[h]").astype(float)
    times = [Column(name=name, kind="time", format="%H:%M") for name in ("opened", "from")]
    times[1] = times[1].model_copy(update={"every": 3_600})
    schema = Schema(columns=(*times, Column(name="hour", kind="integer")))
    found = {str(rule) for rule in with_found(table, schema).rules if rule.kind == "formula"}
    assert not {rule for rule in found if rule.startswith(("from = ", "opened = "))}
    assert len(found) == 1
    assert next(iter(found)) in {"hour = hour(opened)", "hour = hour(from)"}
