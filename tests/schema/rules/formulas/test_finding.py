from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding, violations
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.formulas.finding import formulas, not_tried
from tabtwin.schema.schema import Column, Schema

ROWS = 400


def schema_of(table: pd.DataFrame) -> Schema:
    """Columns as a CSV of the table would have them."""

    def column(name: str) -> Column:
        cells = table[name]
        if cells.dtype.kind == "M":
            whole = (cells.dropna() == cells.dropna().dt.normalize()).all()
            form = "%Y-%m-%d" if whole else "%Y-%m-%d %H:%M"
            return Column(name=name, kind="datetime", format=form, missing=bool(cells.isna().any()))
        if cells.dtype == object:
            return Column(name=name, kind="category")
        digits = max((len(f"{value:.6g}".partition(".")[2]) for value in cells.dropna()), default=0)
        kind = "decimal" if digits else "integer"
        return Column(name=name, kind=kind, digits=digits, missing=bool(cells.isna().any()))

    return Schema(columns=tuple(map(column, table)))


def with_found(table: pd.DataFrame, schema: Schema | None = None) -> Schema:
    schema = schema or schema_of(table)
    people = np.arange(len(table))
    encoding = fit_encoding(table, schema, people, 5)
    return with_rules(schema, table, as_protected(table, schema, encoding), encoding, people, 5)


def said(table: pd.DataFrame) -> set[str]:
    return {str(rule) for rule in with_found(table).rules if rule.kind == "formula"}


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def copies() -> pd.DataFrame:
    price = rng().lognormal(2, 1, ROWS).round(2)
    return pd.DataFrame({"price": price, "price_eur": price})


def measures() -> pd.DataFrame:
    draw = rng()
    cm, kg, f = (
        draw.normal(170, 10, ROWS).round(1),
        draw.normal(75, 9, ROWS).round(1),
        draw.normal(60, 9, ROWS),
    )
    table = pd.DataFrame({"cm": cm, "kg": kg, "inches": (cm / 2.54).round(1), "f": f.round(1)})
    return table.assign(bmi=(kg / (cm / 100) ** 2).round(1), c=((table["f"] - 32) * 5 / 9).round(2))


def sums() -> pd.DataFrame:
    parts = rng().integers(0, 50, (ROWS, 9))
    table = pd.DataFrame(parts.astype(float), columns=[f"part{at}" for at in range(9)])
    return table.assign(total=parts.sum(axis=1).astype(float), half=(parts[:, 0] - parts[:, 1]).astype(float))


def levels() -> pd.DataFrame:
    table = pd.DataFrame(rng().integers(0, 50, (ROWS, 4)).astype(float), columns=list("abcd"))
    table = table.assign(ab=table["a"] + table["b"], cd=table["c"] + table["d"])
    return table.assign(all=table["ab"] + table["cd"])


def shares() -> pd.DataFrame:
    draw = rng()
    a = draw.integers(0, 60, ROWS)
    b = draw.integers(0, 40, ROWS)
    return pd.DataFrame({"a": a, "b": b, "c": 100 - a - b}).astype(float)


def orders() -> pd.DataFrame:
    draw = rng()
    qty, price = draw.integers(1, 20, ROWS), draw.lognormal(3, 1, ROWS).round(2)
    off = draw.choice([0, 5, 10, 20], ROWS)
    amount = (qty * price).round(2)
    table = pd.DataFrame({"qty": qty, "price": price, "off": off, "amount": amount}).astype(float)
    return table.assign(net=(amount * (1 - off / 100)).round(2))


def ratios() -> pd.DataFrame:
    draw = rng()
    part = draw.integers(1, 50, ROWS)
    whole = part + draw.integers(0, 500, ROWS)
    table = pd.DataFrame({"part": part, "whole": whole}).astype(float)
    return table.assign(percent=(100 * part / whole).round(1))


def people() -> pd.DataFrame:
    draw = rng()
    born = pd.Timestamp("1940-01-01") + pd.to_timedelta(draw.integers(0, 25_000, ROWS), unit="D")
    seen = pd.Timestamp("2015-01-01") + pd.to_timedelta(draw.integers(0, 3_000, ROWS), unit="D")
    before = (seen.month * 100 + seen.day) < (born.month * 100 + born.day)
    table = pd.DataFrame({"born": born, "seen": seen, "age": (seen.year - born.year - before).astype(float)})
    return table.assign(year=seen.year.astype(float), weekday=seen.weekday.astype(float))


def stays() -> pd.DataFrame:
    draw = rng()
    start = pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 300_000, ROWS), unit="min")
    minutes = draw.integers(5, 300, ROWS)
    table = pd.DataFrame({"start": start, "end": start + pd.to_timedelta(minutes, unit="min")})
    return table.assign(minutes=minutes.astype(float), hours=(minutes / 60).round(2))


def curves() -> pd.DataFrame:
    draw = rng()
    age = draw.integers(18, 70, ROWS).astype(float)
    wage = draw.lognormal(2.5, 0.6, ROWS).round(2)
    hours = np.where(draw.random(ROWS) < 0.3, 0.0, draw.integers(1, 60, ROWS)).astype(float)
    table = pd.DataFrame({"age": age, "wage": wage, "hours": hours, "agesq": age**2 / 100})
    return table.assign(lwage=np.log(wage).round(5), lhours=np.log1p(hours).round(4))


def fees() -> pd.DataFrame:
    draw = rng()
    parts = {f"fee{at}": draw.lognormal(3, 1, ROWS).round(2) for at in range(3)}
    table = pd.DataFrame(
        {name: np.where(draw.random(ROWS) < 0.7, np.nan, fee) for name, fee in parts.items()}
    )
    return table.assign(due=table.sum(axis=1).round(2))


def discounts() -> pd.DataFrame:
    draw = rng()
    gross = draw.lognormal(4, 1, ROWS).round(2)
    off = np.where(draw.random(ROWS) < 0.5, np.nan, (gross * draw.random(ROWS) / 3).round(2))
    visits = draw.integers(1, 9, ROWS) * (draw.random(ROWS) < 0.6)
    table = pd.DataFrame({"gross": gross, "off": off, "net": (gross - np.nan_to_num(off)).round(2)})
    return table.assign(visits=visits.astype(float), visited=np.where(visits, visits, np.nan))


def tries() -> pd.DataFrame:
    draw = rng()
    table = pd.DataFrame({f"try{at}": draw.normal(60, 15, ROWS).round(1) for at in range(3)})
    table = table.assign(best=table.max(axis=1), worst=table.min(axis=1))
    days = pd.DataFrame({f"day{at}": draw.integers(0, 900, ROWS) for at in range(2)})
    dates = days.apply(lambda day: pd.Timestamp("2020-01-01") + pd.to_timedelta(day, unit="D"))
    return pd.concat([table, dates.assign(first=dates.min(axis=1))], axis=1)


def flags() -> pd.DataFrame:
    draw = rng()
    table = pd.DataFrame({f"flag{at}": (draw.random(ROWS) < 0.2).astype(float) for at in range(3)})
    return table.assign(any=table.max(axis=1), age=draw.integers(18, 90, ROWS).astype(float))


def rounded_shares() -> pd.DataFrame:
    shares = rng().dirichlet([3, 2, 1], ROWS) * 100
    return pd.DataFrame(shares.round(1), columns=["coal", "gas", "wind"])


def rounded_totals() -> pd.DataFrame:
    parts = rng().gamma(2, 300, (ROWS, 3))
    table = pd.DataFrame(parts.round(), columns=["north", "south", "abroad"])
    return table.assign(sold=parts.sum(axis=1).round(), thousands=(parts.sum(axis=1) / 1000).round(1))


def ages() -> pd.DataFrame:
    draw = rng()
    table = pd.DataFrame({"born": draw.integers(1930, 2000, ROWS), "year": draw.integers(2005, 2020, ROWS)})
    return table.assign(age=table["year"] - table["born"] - (draw.random(ROWS) < 0.3)).astype(float)


TABLES = {
    "rounded shares": (rounded_shares, {"wind = 100 - coal - gas, give or take 0.1"}),
    "rounded totals": (
        rounded_totals,
        {"sold = north + south + abroad, give or take 2", "thousands = 0.001 * sold"},
    ),
    "ages": (ages, {"year = born + age, give or take 1"}),
    "tries": (
        tries,
        {"best = max(try0, try1, try2)", "worst = min(try0, try1, try2)", "first = min(day0, day1)"},
    ),
    "flags": (flags, {"any = max(flag0, flag1, flag2)"}),
    "fees": (fees, {"due = coalesce(fee0, 0) + coalesce(fee1, 0) + coalesce(fee2, 0)"}),
    "discounts": (discounts, {"gross = coalesce(off, 0) + net", "visits = coalesce(visited, 0)"}),
    "curves": (
        curves,
        {"agesq = 0.01 * (age * age)", "lwage = log(wage)", "lhours = log(hours + 1)"},
    ),
    "copies": (copies, {"price_eur = price"}),
    "measures": (
        measures,
        {"inches = cm / 2.54", "bmi = 10000 * (kg / cm / cm)", "c = 5 * (f - 32) / 9"},
    ),
    "sums": (sums, {"total = " + " + ".join(f"part{at}" for at in range(9)), "part0 = part1 + half"}),
    "levels": (levels, {"ab = a + b", "cd = c + d", "all = ab + cd"}),
    "shares": (shares, {"c = 100 - a - b"}),
    "orders": (orders, {"amount = qty * price", "net = amount * (1 - off / 100)"}),
    "ratios": (ratios, {"percent = 100 * (part / whole)"}),
    "people": (people, {"age = years(born, seen)", "year = year(seen)", "weekday = weekday(seen) - 1"}),
    "stays": (stays, {"minutes = 1440 * (end - start)", "hours = minutes / 60"}),
}


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


@pytest.mark.parametrize("name", ["rounded shares", "rounded totals", "ages"])
def test_what_rounding_leaves_off_is_learned_and_put_back(name: str) -> None:
    table = TABLES[name][0]().astype(float)
    table.loc[:40, table.columns[0]] = np.nan
    schema = with_found(table)
    (rule,) = (rule for rule in schema.rules if rule.within)
    table.loc[:40, rule.columns[0]] = np.nan  # it is missing with its parts
    schema, people = with_found(table), np.arange(ROWS)
    (rule,) = (rule for rule in schema.rules if rule.within)
    encoding = fit_encoding(table, schema, people, 1)
    encoding = with_recoding(encoding, table, table, schema, people, 1)
    encoded = encode(table, schema, encoding)
    assert rule.columns[0] not in encoded
    columns = list(rule.columns)
    pd.testing.assert_frame_equal(decode(encoded, schema, encoding)[columns], table[columns])


@pytest.mark.parametrize("rows", [4, 5])
def test_that_a_sum_is_a_step_off_is_said_only_if_k_subjects_show_it(rows: int) -> None:
    table = levels()[["a", "b", "ab"]].astype(float)
    table.loc[: rows - 1, "ab"] += 1
    assert said(table) == ({"ab = a + b, give or take 1"} if rows == 5 else set())


def test_numbers_that_are_off_by_more_than_rounding_follow_no_sum() -> None:
    table = rounded_totals()
    table["sold"] += rng().integers(-3, 4, ROWS)
    assert not any("sold" in rule.columns for rule in with_found(table).rules if rule.computes)


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
