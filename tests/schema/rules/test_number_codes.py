"""Numbers that fix others as codes do: those between two codes, too, or only the very numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding, unfinished
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.enforcing import enforce
from tabtwin.schema.rules.fixing import MOST_CHANGED
from tabtwin.schema.rules.number_codes import fixed, loosened, settled, unsettled
from tabtwin.schema.schema import Column, Schema
from tests.schema.rules.test_finding import found
from tests.schema.rules.test_fixing import shuffled

ROWS = 600
STRICT = Rule(kind="implies", columns=("code", "town"), values={"10": "a", "12": "a", "20": "b"})
LOOSE = STRICT.model_copy(update={"loose": True})


def test_a_number_between_two_codes_fixes_what_both_do_unless_the_rule_is_loose() -> None:
    numbers = np.array([10.0, 11.0, 13.0, 18.0, np.nan])
    assert settled(numbers, [STRICT]).tolist()[:4] == [10.0, 11.0, 12.0, 20.0]
    assert unsettled(numbers, [STRICT]).tolist() == [False, False, True, True, False]
    np.testing.assert_array_equal(settled(numbers, [LOOSE]), numbers)
    assert not unsettled(numbers, [LOOSE]).any()
    assert fixed(numbers, STRICT, [STRICT])[0].tolist()[:2] == [True, True]
    assert fixed(numbers, LOOSE, [LOOSE])[0].tolist() == [True, False, False, False, False]


def test_a_loose_rule_writes_what_its_numbers_fix_and_leaves_other_rows() -> None:
    rule = LOOSE.model_copy(update={"values": {"0.4571": "a", "3.5": "b", "20": "b"}})
    drawn = pd.DataFrame({"code": [0.4571, 0.4572, 20.0, 3.5], "town": np.array([*"cbbc"], object)})
    held = enforce(drawn, (rule,), {}, {})
    assert held["town"].tolist() == ["a", "b", "b", "b"]
    assert held["code"].tolist() == drawn["code"].tolist()
    assert broken(drawn, (rule,), {}).tolist() == [True, False, False, True]
    assert not broken(held, (rule,), {}).any()


def test_a_number_moves_to_the_nearest_code_of_the_category_that_was_drawn() -> None:
    drawn = pd.DataFrame({"code": [10.0, 20.0, 20.0, np.nan], "town": np.array([*"babb"], object)})
    held = enforce(drawn, (STRICT,), {}, {})
    assert held["town"].tolist() == [*"babb"]
    assert held["code"].tolist()[:3] == [20.0, 12.0, 20.0]
    assert np.isnan(held["code"][3])


def test_a_number_of_which_several_categories_follow_moves_to_where_all_of_them_do() -> None:
    class_of = Rule(kind="implies", columns=("code", "class"), values={"10": "x", "12": "y", "20": "x"})
    drawn = pd.DataFrame(
        {"code": [20.0, 20.0], "town": np.array([*"aa"], object), "class": np.array([*"xy"], object)}
    )
    held = enforce(drawn, (STRICT, class_of), {}, {})
    assert held["code"].tolist() == [10.0, 12.0]
    assert (held[["town", "class"]] == drawn[["town", "class"]]).all(axis=None)


def test_a_number_beside_a_missing_cell_that_is_the_columns_own_stays() -> None:
    own = STRICT.model_copy(update={"gaps": True})
    class_of = Rule(kind="implies", columns=("code", "class"), values={"10": "x", "12": "y", "30": "y"})
    drawn = pd.DataFrame(
        {"code": [10.0, 12.0], "town": np.array([None, None], object), "class": np.array([*"xx"], object)}
    )
    held = enforce(drawn, (own, class_of), {}, {})
    assert held["code"].tolist() == [10.0, 10.0]
    assert held["town"].isna().all()


def test_a_number_that_is_in_order_with_another_does_not_move() -> None:
    drawn = pd.DataFrame({"code": [10.0], "most": [15.0], "town": np.array(["b"], object)})
    held = enforce(drawn, (LOOSE, Rule(kind="order", columns=("code", "most"))), {}, {})
    assert held.iloc[0].tolist() == [10.0, 15.0, "a"]


@pytest.mark.parametrize(("unit", "moved"), [(0.5, 20.5), (0.0, 21.0)])
def test_a_number_that_yields_and_has_no_code_of_its_row_moves_off_its_own(unit: float, moved: float) -> None:
    codes = LOOSE.model_copy(update={"values": {"10": "a", "20": "b", "21": "b", "30": "c"}, "yields": True})
    writing = Rule(kind="implies", columns=("bank", "town"), values={"x": "d"})
    drawn = pd.DataFrame(
        {"code": [21.0, 11.0], "bank": np.array([*"xx"], object), "town": np.array([*"bb"], object)}
    )
    held = enforce(drawn, (writing, codes), {}, {"code": unit})
    assert held["town"].tolist() == ["d", "d"]
    assert held["code"].tolist() == [moved, 11.0]


@pytest.mark.parametrize(("most", "moved"), [(23.0, 17.0), (24.0, 24.0)])
def test_a_number_that_moves_off_its_code_stays_among_those_that_may_be_released(
    most: float, moved: float
) -> None:
    values = {str(code): "a" for code in (2, 18, 19, 20, 21, 22, 23)}
    codes = LOOSE.model_copy(update={"values": values, "yields": True})
    writing = Rule(kind="implies", columns=("bank", "town"), values={"x": "d"})
    drawn = pd.DataFrame({"code": [18.0], "bank": np.array(["x"], object), "town": np.array(["a"], object)})
    held = enforce(drawn, (writing, codes), {"code": (2.0, most)}, {"code": 1.0})
    assert held["code"].tolist() == [moved]


def counties(rng: np.random.Generator) -> pd.DataFrame:
    """Counties, of which two are rare, and in another state than those with numbers next to theirs."""
    shares = np.where(np.isin(np.arange(30), (8, 21)), 0.001, 1.0)
    county = np.append(rng.choice(30, ROWS - 4, p=shares / shares.sum()), [8, 8, 21, 21])
    state = np.where(np.isin(county, (2, 4, 8, 14, 17, 21)), 2.0, 1.0)
    return pd.DataFrame({"code": county.astype(float), "state": state})


def test_codes_are_loose_where_another_rule_writes_a_number_between_them() -> None:
    inside, between = (
        Rule(kind="implies", columns=("street", "code"), values={"x": text, "y": None})
        for text in ("11", "15")
    )
    other = STRICT.model_copy(update={"columns": ("number", "town")})
    named = Rule(kind="implies", columns=("street", "town"), values={"x": "a"})
    numbers = {"code", "number"}
    assert loosened([STRICT, other, named], [inside], numbers) == [STRICT, other, named]
    assert loosened([STRICT, other, named], [inside, between], numbers) == [LOOSE, other, named]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(4, 12), st.integers(40, 80))
def test_years_that_two_waves_share_stay_as_each_country_has_them(
    seed: int, length: int, countries: int
) -> None:
    """A country has one year of a wave, and some have one wave; in the last year of the first, a country is
    asked for the second.
    """
    rng = np.random.default_rng(seed)
    years = 1900 + np.arange(5) * length + rng.integers(0, length, (countries, 5))
    years[0, 0] = years[6, 1] = 1900 + length - 1
    years[1:, 0] = np.minimum(years[1:, 0], 1900 + length - 2)
    country, wave = rng.integers(0, countries, 4 * ROWS), rng.integers(0, 5, 4 * ROWS)
    wave = np.where(country < 10, country % 5, wave)
    table = pd.DataFrame(
        {
            "country": np.array([f"no. {number}" for number in country], dtype=object),
            "year": years[country, wave].astype(float),
            "wave": wave.astype(float),
        }
    )
    schema = Schema(
        columns=(
            Column(name="country", kind="category"),
            Column(name="year", kind="integer"),
            Column(name="wave", kind="integer"),
        )
    )
    told = found(table, schema)
    people = np.arange(len(table))
    encoding = fit_encoding(table, told, people, 5)
    encoding = with_recoding(encoding, table, as_protected(table, told, encoding), told, people, 5)
    encoded = encode(table, told, encoding)
    for rows in (encoded, encoded.apply(lambda column: rng.permutation(column.to_numpy()))):
        made = decode(rows, told, encoding)
        whole = made[~unfinished(made, told, encoding)]
        assert not broken(whole, told.rules, units(told)).any()


def products(rng: np.random.Generator) -> pd.DataFrame:
    """A product of two rounded measures, which tells the second, and so its class."""
    high, wide = rng.choice([0.91, 1.52, 3.05, 9.14], ROWS), rng.choice(np.arange(1, 16) * 1.61, ROWS)
    return pd.DataFrame({"code": (high * wide).round(4), "state": np.digitize(wide, [8, 16]) + 1.0})


@pytest.mark.parametrize(("make", "digits"), [(counties, 0), (products, 4)])
def test_numbers_that_k_subjects_hold_fix_a_column_though_those_between_them_do_not(
    make: Callable[[np.random.Generator], pd.DataFrame], digits: int
) -> None:
    table = make(np.random.default_rng(4))
    kind = "decimal" if digits else "integer"
    schema = Schema(
        columns=(Column(name="code", kind=kind, digits=digits), Column(name="state", kind="integer"))
    )
    told = found(table, schema)
    (rule,) = (rule for rule in told.rules if rule.columns == ("code", "state"))
    assert rule.loose
    counts = table["code"].value_counts()
    assert {float(value) for value in rule.values} <= set(counts.index[counts >= 5])
    made = shuffled(table, told)
    real = set(zip(table["code"], table["state"], strict=True))
    shared = made[made["code"].isin(counts.index[counts >= 5])]
    assert set(zip(shared["code"], shared["state"], strict=True)) <= real


@given(
    st.floats(0.2, 0.8),
    st.floats(0.0, 0.3),
    st.lists(st.integers(1, 3000), min_size=3, max_size=6, unique=True),
    st.integers(0, 2**32 - 1),
)
def test_hours_of_which_a_few_recur_are_no_codes_of_who_works(
    working: float, recurring: float, common: list[int], seed: int
) -> None:
    """All other hours lie between 0 and a common number, and everyone who has them works."""
    rng = np.random.default_rng(seed)
    works = rng.random(ROWS) < working
    hours = np.where(rng.random(ROWS) < recurring, rng.choice(common, ROWS), rng.integers(1, 3001, ROWS))
    table = pd.DataFrame(
        {"code": np.where(works, hours, 0).astype(float), "works": works.astype(int).astype(str)}
    ).astype({"works": object})
    schema = Schema(columns=(Column(name="code", kind="integer"), Column(name="works", kind="category")))
    told = found(table, schema)
    bounds, units = {"code": (0.0, 3000.0)}, {"code": 1.0}
    held = enforce(table, told.rules, bounds, units)
    assert (held["works"] != table["works"]).sum() <= MOST_CHANGED * ROWS
    assert abs((held["code"] == 0).sum() - (table["code"] == 0).sum()) <= MOST_CHANGED * ROWS


def test_numbers_that_mean_nothing_fix_nothing() -> None:
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"code": rng.integers(0, 40, ROWS) / 100, "state": rng.integers(1, 3, ROWS) * 1.0})
    schema = Schema(
        columns=(Column(name="code", kind="decimal", digits=2), Column(name="state", kind="integer"))
    )
    assert found(table, schema).rules == ()
