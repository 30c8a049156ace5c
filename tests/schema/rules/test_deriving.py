"""What rules compute: ends from gaps and results of formulas, in every decoded row, within protection."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tabtwin.protection.rare_values import (
    as_protected,
    decode,
    encode,
    fit_encoding,
    hidden_cells,
    mended,
    protect_cells,
    violations,
)
from tabtwin.protection.recoding import with_recoding
from tabtwin.report.pictures import pictures
from tabtwin.schema.encoding import Encoding, bounds, units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.agreement import obstacle
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.recoding import recoded_schema
from tabtwin.schema.schema import Column, Schema

ROWS = 400
MINUTES, DAYS = "%Y-%m-%d %H:%M", "%Y-%m-%d"


def column(name: str, kind: str = "datetime", form: str = "", **fields: object) -> Column:
    return Column.model_validate({"name": name, "kind": kind, "format": form} | fields)


def learned(
    table: pd.DataFrame, *columns: Column, rules: tuple[Rule, ...] = ()
) -> tuple[Schema, Encoding, pd.DataFrame]:
    """A table's schema with rules, its encoding, and what generators see."""
    schema, subjects = Schema(columns=columns, rules=rules), np.arange(len(table))
    encoding = fit_encoding(table, schema, subjects, 5)
    shown = as_protected(table, schema, encoding)
    schema = with_rules(Observed(schema, table, shown, encoding, subjects, 5))
    encoding = with_recoding(encoding, table, shown, schema, subjects, 5)
    return schema, encoding, encode(table, schema, encoding)


def shuffled(encoded: pd.DataFrame, seed: int = 2) -> pd.DataFrame:
    """Rows whose columns have nothing to do with one another."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: encoded[name].to_numpy()[rng.permutation(len(encoded))] for name in encoded})


def stamps(days: np.ndarray, form: str) -> pd.Series:
    micros = np.rint(np.where(np.isnan(days), 0, days) * 86_400e6).astype("int64").astype("datetime64[us]")
    unit = "m" if form == MINUTES else "D"
    found = micros.astype(f"datetime64[{unit}]").astype("datetime64[us]")
    return pd.Series(np.where(np.isnan(days), np.datetime64("NaT"), found))


def same(one: pd.DataFrame, other: pd.DataFrame, schema: Schema, encoding: Encoding) -> None:
    """Assert that rows within bounds are alike."""
    hidden = np.any(list(hidden_cells(one, schema, encoding).values()), axis=0)
    for rule in encoding.recoding.computed:
        low, high = bounds(encoding)[rule.columns[0]]
        hidden |= ((one[rule.columns[0]] < low) | (one[rule.columns[0]] > high)).to_numpy()
    for gap in encoding.recoding.gaps:
        bare = gap.model_copy(update={"code": gap.code.model_copy(update={"low": -1e18, "high": 1e18})})
        free = encoding.model_copy(
            update={"recoding": encoding.recoding.model_copy(update={"gaps": (bare,)})}
        )
        if len(encoding.recoding.gaps) == 1:
            cells = encode(one, schema, free)[gap.name]
            hidden |= ((cells < gap.code.low) | (cells > gap.code.high)).to_numpy()
    assert hidden.mean() < 0.2
    pd.testing.assert_frame_equal(one[~hidden], other[~hidden], check_dtype=False)


def visits(rows: int = ROWS, seed: int = 1, *, by: tuple[str, str] = (MINUTES, MINUTES)) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    start = 18_000 + rng.integers(0, 1_000 * 1_440, rows) / 1_440
    stay = rng.integers(10, 120, rows) / 1_440
    start = np.floor(start) if by[0] == DAYS else start
    return pd.DataFrame({"start": stamps(start, by[0]), "end": stamps(start + stay, by[1])})


def test_a_computed_column_is_not_learned_and_holds_in_every_row_within_its_bounds() -> None:
    rng = np.random.default_rng(1)
    net, tax = rng.lognormal(3, 1, ROWS).round(2), rng.lognormal(1, 1, ROWS).round(2)
    table = pd.DataFrame({"total": (net + tax).round(2), "net": net, "tax": tax, "limit": 0.0})
    table["limit"] = (table["total"] + rng.integers(0, 9, ROWS)).round(2)
    rules = (
        Rule(kind="formula", columns=("total", "net", "tax"), expression="net + tax"),
        Rule(kind="order", columns=("total", "limit")),
    )
    schema, encoding, encoded = learned(
        table, *(column(name, "decimal", digits=2) for name in table), rules=rules
    )
    assert set(encoded) == {"net", "tax", "limit after total"}
    made = decode(shuffled(encoded), schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    low, high = bounds(encoding)["total"]
    assert made["total"].between(low, high).all()
    same(table, decode(encoded, schema, encoding), schema, encoding)


def test_a_formula_with_missing_cells_of_its_own_keeps_them() -> None:
    rng = np.random.default_rng(1)
    cm = rng.integers(150, 200, ROWS).astype(float)
    table = pd.DataFrame({"cm": cm, "inch": (cm / 2.54).round(1)})
    table.loc[rng.random(ROWS) < 0.25, "inch"] = np.nan
    rule = Rule(kind="formula", columns=("inch", "cm"), expression="cm / 2.54", loose=True)
    schema, encoding, encoded = learned(
        table, column("cm", "integer"), column("inch", "decimal", digits=1, missing=True), rules=(rule,)
    )
    made = decode(shuffled(encoded), schema, encoding)
    assert made["inch"].isna().mean() == table["inch"].isna().mean()
    assert not broken(made, schema.rules, units(schema)).any()


def wards(rows: int = ROWS) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Stays that have no end while a patient is in, with what they cost by the hour."""
    table = visits(rows)
    table["state"] = np.random.default_rng(5).choice(np.array(["in", "out"], dtype=object), rows)
    table["end"] = table["end"].where(table["state"] == "out")
    table["hours"] = ((table["end"] - table["start"]).dt.total_seconds() / 3_600).round(2)
    columns = (
        column("start", form=MINUTES),
        column("end", form=MINUTES, missing=True),
        column("state", "category"),
        column("hours", "decimal", digits=2, missing=True),
    )
    return table, columns


def test_an_end_that_a_category_makes_missing_is_so_and_so_is_what_is_computed_from_it() -> None:
    table, columns = wards()
    rule = Rule(kind="formula", columns=("hours", "end", "start"), expression="(end - start) * 24")
    schema, encoding, encoded = learned(table, *columns, rules=(rule,))
    assert "state fixes end" in {str(rule) for rule in schema.rules}
    assert set(encoded) == {"start", "state", "end after start"}
    made = decode(shuffled(encoded), schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert not violations(made, schema, encoding).any()
    assert made.loc[made["state"] == "in", ["end", "hours"]].isna().all(axis=None)
    assert made["hours"].notna().any()
    same(table, decode(encoded, schema, encoding), schema, encoding)


def test_a_total_of_prices_that_a_category_fixes_holds_within_its_bounds() -> None:
    rng = np.random.default_rng(1)
    goods = rng.integers(0, 8, 1_200)
    price = np.array([1.99, 3.5, 4.99, 7.0, 9.99, 15.0, 49.0, 199.0])[goods]
    count = rng.geometric(0.4, 1_200).astype(float)
    table = pd.DataFrame(
        {
            "item": np.array([f"item {number}" for number in range(8)], dtype=object)[goods],
            "price": price,
            "count": count,
            "total": (price * count).round(2),
        }
    )
    rule = Rule(kind="formula", columns=("total", "price", "count"), expression="price * count")
    schema, encoding, encoded = learned(
        table,
        column("item", "category"),
        column("price", "decimal", digits=2),
        column("count", "integer"),
        column("total", "decimal", digits=2),
        rules=(rule,),
    )
    assert "item fixes price" in {str(rule) for rule in schema.rules}
    made = decode(shuffled(encoded), schema, encoding)
    assert not broken(made, schema.rules, units(schema)).any()
    assert made["total"].between(*bounds(encoding)["total"]).all()


def test_made_up_rows_of_all_columns_keep_rules_too() -> None:
    table, columns = wards()
    schema, encoding, _ = learned(table, *columns)
    made = mended(shuffled(protect_cells(table, schema, encoding)), schema, encoding)
    assert list(made) == [c.name for c in columns]
    assert not broken(made, schema.rules, units(schema)).any()


def test_pictures_show_the_columns_of_the_table() -> None:
    table, columns = wards()
    schema, encoding, encoded = learned(table, *columns)
    made = decode(shuffled(encoded), schema, encoding)
    shown = pictures(table, made, np.arange(ROWS), schema, encoding)
    assert [picture.column.name for picture in shown] == [c.name for c in columns]


def test_a_target_that_is_not_learned_is_no_target_of_the_learned_table() -> None:
    table, columns = wards()
    schema, encoding, _ = learned(table, *columns)
    assert recoded_schema(schema.model_copy(update={"target": "end"}), encoding).target == "end after start"
    computed = encoding.recoding.model_copy(update={"gaps": (), "computed": (CUBE,)})
    without = encoding.model_copy(update={"recoding": computed})
    assert recoded_schema(schema.model_copy(update={"target": "hours"}), without).target is None


CUBE = Rule(kind="formula", columns=("hours", "start"), expression="start")
NAMES = ("a", "b", "c", "d", "e")


@st.composite
def some_rules(draw: st.DrawFn) -> list[Rule]:
    found = []
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            found.append(Rule(kind="order", columns=tuple(draw(st.permutations(NAMES))[:2])))
        else:
            target, one, two = draw(st.permutations(NAMES))[:3]
            sign = draw(st.sampled_from(["+", "-", "*"]))
            found.append(Rule(kind="formula", columns=(target, one, two), expression=f"{one} {sign} {two}"))
    return found


@settings(max_examples=80)
@given(some_rules(), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.2]))
def test_all_rules_that_agree_hold_in_every_decoded_row_and_protection_does(
    rules: list[Rule], seed: int, absent: float
) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({name: rng.integers(0, 40, ROWS).astype(float) for name in NAMES})
    columns = tuple(column(name, "integer", missing=True) for name in NAMES)
    schema, subjects = Schema(columns=columns), np.arange(ROWS)
    kept: list[Rule] = []
    encoding = fit_encoding(table, schema, subjects, 5)
    for rule in rules:
        # A table in which rules hold needs them computed in order: that is what decoding does.
        if rule.kind == "order" and _is_target(rule.columns[1], kept):
            continue  # random tables have no such order
        if not any(rule.is_like(other) for other in kept) and not obstacle(
            rule, kept, bounds(encoding), units(schema), frozenset()
        ):
            kept.append(rule)
    assume(kept)
    _make_hold(table, kept)
    for name in NAMES:
        table[name] = (
            table[name].where(rng.random(ROWS) >= absent) if not _is_target(name, kept) else table[name]
        )
    _make_hold(table, kept)
    schema = schema.model_copy(update={"rules": tuple(kept)})
    encoding = fit_encoding(table, schema, subjects, 5)
    encoding = with_recoding(encoding, table, as_protected(table, schema, encoding), schema, subjects, 5)
    encoded = encode(table, schema, encoding)
    assert not {rule.columns[0] for rule in kept if rule.kind == "formula"} & set(encoded)
    made = decode(shuffled(encoded), schema, encoding)
    assert not violations(made, schema, encoding).any()
    assert broken(made, schema.rules, units(schema)).mean() == 0


def _is_target(name: str, rules: list[Rule]) -> bool:
    return any(rule.kind == "formula" and rule.columns[0] == name for rule in rules)


def _make_hold(table: pd.DataFrame, rules: list[Rule]) -> None:
    for _ in NAMES * 2:
        for rule in rules:
            if rule.kind == "formula":
                _, one, two = rule.columns
                sign = rule.expression.split()[1]
                table[rule.columns[0]] = {
                    "+": table[one] + table[two],
                    "-": table[one] - table[two],
                    "*": table[one] * table[two],
                }[sign]
            else:
                low, high = rule.columns
                table[high] = np.where(table[low] > table[high], table[low], table[high])
