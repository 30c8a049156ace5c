"""What never occurs together: it is found, said without values, and held in what generators draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding, violations
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.encoding import units
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.never import MOST_RULES, excluding, never
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.one_of import groups
from tabtwin.schema.rules.states import States, states_of
from tabtwin.schema.schema import Column, Schema

SALARY = "salary is missing exactly where job has certain values"


def people(rows: int = 1_000, seed: int = 1) -> pd.DataFrame:
    """People with and without work: where they have none, cells are missing, or hold marks."""
    rng = np.random.default_rng(seed)
    job = rng.choice(["employed", "retired", "student"], rows, p=[0.6, 0.25, 0.15])
    works = job == "employed"
    sex = rng.choice(["f", "m"], rows)
    return pd.DataFrame(
        {
            "job": job,
            "salary": np.where(works, rng.lognormal(8, 0.4, rows).round(2), np.nan),
            "tax": np.where(works, rng.lognormal(6, 0.9, rows).round(2), -1),
            "sector": np.where(works, rng.choice(["public", "private"], rows), "N/A no work"),
            "sex": sex,
            "pregnant": np.where((sex == "f") & (rng.random(rows) < 0.3), "yes", "no"),
            "size": rng.normal(170, 9, rows).round(1),
        }
    )


def kinds_of(table: pd.DataFrame) -> Schema:
    columns = []
    for name, cells in table.items():
        kind = "category" if cells.dtype == object else "decimal"
        columns.append(Column(name=str(name), kind=kind, digits=2, missing=bool(cells.isna().any())))
    return Schema(columns=tuple(columns))


def found(table: pd.DataFrame, schema: Schema | None = None) -> Schema:
    schema = schema or kinds_of(table)
    subjects = np.arange(len(table))
    encoding = fit_encoding(table, schema, subjects, 5)
    return with_rules(Observed(schema, table, as_protected(table, schema, encoding), encoding, subjects, 5))


def said(schema: Schema) -> set[str]:
    return {str(rule) for rule in schema.rules}


def mixed(table: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """What comes of rows whose columns were drawn on their own."""
    subjects, rng = np.arange(len(table)), np.random.default_rng(2)
    encoding = fit_encoding(table, schema, subjects, 5)
    shown = as_protected(table, schema, encoding)
    encoding = with_recoding(encoding, table, shown, schema, subjects, 5)
    drawn = encode(table, schema, encoding).apply(lambda cells: rng.permutation(cells.to_numpy()))
    decoded = decode(drawn, schema, encoding)
    assert not violations(decoded, schema, encoding).any()
    return decoded


def test_skip_patterns_are_found_and_said_without_a_value() -> None:
    assert {
        SALARY,
        "tax has a certain value exactly where job has certain values",
        "sector has a certain value exactly where job has certain values",
    } <= said(found(people()))
    assert "N/A no work" not in " ".join(said(found(people())))


def test_rows_drawn_column_by_column_keep_skip_patterns() -> None:
    schema = found(people())
    made = mixed(people(), schema)
    works = made["job"] == "employed"
    assert (made["salary"].notna() == works).all()
    assert ((made["tax"] != -1) == works).all()
    assert ((made["sector"] != "N/A no work") == works).all()
    assert not broken(made, schema.rules, units(schema)).any()


def test_columns_that_are_missing_in_the_same_rows_say_so() -> None:
    rng = np.random.default_rng(1)
    asked = rng.random(800) < 0.7
    table = pd.DataFrame(
        {
            "answer": np.where(asked, rng.choice(["a", "b", "c"], 800), None),
            "score": np.where(asked, rng.normal(5, 1, 800).round(2), np.nan),
            "size": rng.normal(170, 9, 800).round(1),
        }
    )
    schema = found(table)
    assert any("is missing exactly where" in rule and rule.endswith("is missing") for rule in said(schema))
    made = mixed(table, schema)
    assert (made["answer"].isna() == made["score"].isna()).all()


def test_combinations_that_never_occur_are_kept_out() -> None:
    rng = np.random.default_rng(1)
    size, color = rng.choice(["S", "M", "L", "XL"], 2_000), rng.choice(["red", "blue", "green"], 2_000)
    color = np.where((size == "XL") & (color == "red"), "blue", color)
    color = np.where((size == "S") & (color == "green"), "red", color)
    table = pd.DataFrame({"size": size, "color": color, "price": rng.normal(9, 1, 2_000).round(2)})
    schema = found(table)
    assert "2 combinations of size and color never occur" in said(schema)
    made = mixed(table, schema)
    assert set(zip(made["size"], made["color"], strict=True)) == set(zip(size, color, strict=True))


def test_rare_words_exclude_nothing_by_themselves_but_have_no_mark_either() -> None:
    rng = np.random.default_rng(1)
    rare = rng.random(2_000) < 0.2
    land = np.where(rare, "north", rng.choice(["north", "south"], 2_000))
    town = np.where(rare, [f"place {at}" for at in range(2_000)], rng.choice(["a", "b", "c"], 2_000))
    coast = np.where(town == "a", rng.normal(5, 1, 2_000).round(3), np.nan)
    table = pd.DataFrame({"land": land, "town": town, "coast": coast})
    schema = found(table)
    assert all("land" not in rule.columns for rule in schema.rules if rule.kind == "never")
    made = mixed(table, schema)
    assert (made["town"] == "(other)").any()
    assert (made["coast"].notna() == (made["town"] == "a")).all()


def test_a_survey_in_which_all_hangs_together_has_a_bounded_number_of_rules() -> None:
    rng = np.random.default_rng(1)
    mood = rng.normal(0, 1, 1_500)
    answers = {
        f"q{at}": np.array(list("abcde"))[
            np.digitize(mood + rng.normal(0, 0.3, 1_500), [-1.2, -0.4, 0.4, 1.2])
        ]
        for at in range(20)
    }
    table = pd.DataFrame(answers)
    schema = found(table)
    assert len([rule for rule in schema.rules if rule.kind == "never"]) == MOST_RULES
    assert broken(mixed(table, schema), schema.rules, {}).mean() < 0.05


def test_what_few_rows_lack_may_be_chance() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"size": rng.choice(["S", "M", "L"], 60), "color": rng.choice(["red", "blue", "green"], 60)}
    )
    table.loc[(table["size"] == "S") & (table["color"] == "red"), "color"] = "blue"
    assert not said(found(table))


def test_one_row_that_breaks_a_skip_pattern_denies_it() -> None:
    table = people()
    table.loc[table.index[table["job"] == "retired"][0], "salary"] = 3_000.0
    table.loc[table.index[table["job"] == "employed"][0], "salary"] = np.nan
    assert not any(rule.startswith("salary is missing") for rule in said(found(table)))


def test_many_rows_of_few_subjects_show_nothing() -> None:
    table = people(2_000)
    schema = kinds_of(table)
    subjects = np.arange(2_000) % 20
    encoding = fit_encoding(table, schema, subjects, 5)
    shown = as_protected(table, schema, encoding)
    held = states_of(shown, schema, subjects, 5, [])
    assert never(held, Observed(schema, table, shown, encoding, subjects, 5), []) == []


def test_a_skip_pattern_is_denied_and_another_declared() -> None:
    table = people()
    schema = kinds_of(table).model_copy(
        update={
            "denied": (Rule(kind="never", columns=("salary", "job")),),
            "rules": (Rule(kind="never", columns=("sex", "sector"), pairs=(("m", "public"), ("f", None))),),
        }
    )
    told = found(table, schema)
    assert not any(rule.startswith("salary is missing") for rule in said(told))
    made = mixed(table, told)
    assert not ((made["sex"] == "m") & (made["sector"] == "public")).any()


def test_a_declared_pair_names_any_other_number() -> None:
    schema = kinds_of(people())
    rule = Rule(kind="never", columns=("sex", "tax"), pairs=(("m", "*"), ("f", "-1")))
    made = mixed(people(), found(people(), schema.model_copy(update={"rules": (rule,)})))
    assert ((made["tax"] == -1) == (made["sex"] == "m")).all()


def test_a_pair_that_is_no_number_is_refused_in_one_line() -> None:
    rule = Rule(kind="never", columns=("sex", "tax"), pairs=(("m", "lots"),))
    with pytest.raises(InputError, match="expected numbers") as error:
        found(people(), kinds_of(people()).model_copy(update={"rules": (rule,)}))
    assert "lots" not in str(error.value)


def test_found_rules_that_are_given_back_without_values_are_found_again() -> None:
    schema = found(people())
    again = schema.model_copy(update={"rules": tuple(rule.without_values() for rule in schema.rules)})
    found_again = {rule.columns: rule.pairs for rule in found(people(), again).rules if rule.kind == "never"}
    assert found_again.keys() == {rule.columns for rule in schema.rules if rule.kind == "never"}
    assert all(found_again.values())


def test_unrelated_columns_have_no_such_rule() -> None:
    for seed in range(100):
        table, schema = unrelated(seed)
        subjects = np.arange(len(table))
        encoding = fit_encoding(table, schema, subjects, 1)
        held = states_of(table, schema, subjects, 5, [])
        assert not never(held, Observed(schema, table, table, encoding, subjects, 5), []), seed
        assert not groups(table, schema, subjects, 5), seed


def unrelated(seed: int) -> tuple[pd.DataFrame, Schema]:
    """Words, numbers, 0 and 1, and cells that are missing, each column on its own."""
    rng = np.random.default_rng(seed)
    rows, cells = int(rng.integers(60, 2_000)), {}
    for at in range(int(rng.integers(3, 14))):
        kinds = int(rng.integers(2, 12))
        drawn = rng.choice(kinds, rows, p=rng.dirichlet(np.full(kinds, 0.6)))
        drawn[:kinds] = np.arange(kinds)
        words = np.array([f"v{place}" for place in range(kinds)], dtype=object)[drawn]
        how = rng.integers(0, 4)
        if how == 0:
            cells[f"c_{at}"] = words
        elif how == 1:
            cells[f"c_{at}"] = np.where(drawn == 0, None, words)
        elif how == 2:
            cells[f"c_{at}"] = (drawn == 0).astype(float)
        else:
            cells[f"c_{at}"] = np.where(drawn == 0, np.nan, rng.normal(0, 1, rows))
    return pd.DataFrame(cells), kinds_of(pd.DataFrame(cells))


def test_a_fitted_twin_holds_them() -> None:
    table = people(1_500)
    assert SALARY in tabtwin.check(table, seed=1).rules
    made = tabtwin.fit(table, seed=1).sample(1_500)
    assert (made["salary"].notna() == (made["job"] == "employed")).all()
    assert not ((made["sex"] == "m") & (made["pregnant"] == "yes")).any()


@pytest.mark.parametrize(("alike", "written"), [(1, "flu"), (4, "flu"), (5, "gout")])
def test_what_is_written_instead_is_what_enough_subjects_have(alike: int, written: str) -> None:
    ward = np.repeat(np.array(["A", "Z"], dtype=object), [600, 4 + alike])
    dx = np.array(
        [*["flu", "cold", "hiv"] * 200, "flu", "flu", "cold", "asthma", *["gout"] * alike], dtype=object
    )
    dx = np.append(dx, ["asthma", "gout"] * 20)
    table = pd.DataFrame({"ward": np.append(ward, ["B"] * 40), "dx": dx})
    columns = tuple(Column(name=name, kind="category") for name in table)
    subjects = np.arange(len(table))
    one, other = (States.of(table[column.name], column, subjects, 5) for column in columns)
    absent = np.zeros((len(one.states), len(other.states)), bool)
    absent[one.states.index("Z"), other.states.index("hiv")] = True
    schema = Schema(columns=columns)
    encoding = fit_encoding(table, schema, subjects, 5)
    rule = excluding(one, other, absent, Observed(schema, table, table, encoding, subjects, 5))
    assert rule.instead == (("Z", written),)
