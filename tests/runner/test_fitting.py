from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import tabtwin
from repeated import clinics, patients
from small import small_table
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.io.reading import from_pandas, read_source
from tabtwin.lib.errors import InputError
from tabtwin.preparation.describing import describe
from tabtwin.preparation.prepare import ingest_table
from tabtwin.schema.declared import Declared
from tabtwin.schema.rule import Rule
from tabtwin.schema.schema import Column, Schema


def test_three_lines_make_a_twin_with_the_tables_columns_and_kinds() -> None:
    table = small_table()
    model = tabtwin.fit(table, seed=1)
    twin = model.sample(len(table))
    assert twin.shape == table.shape
    assert list(twin) == list(table)
    assert set(twin["region"].unique()) == set(table["region"])
    assert twin["id"].is_unique
    assert twin["since"].min() >= table["since"].min()
    assert twin["income"].isna().any()
    assert set(twin["member"].unique()) == {True, False}


def test_the_same_seed_makes_the_same_twin_and_rows_can_be_asked_for_in_parts() -> None:
    table = small_table().drop(columns="id")
    model = tabtwin.fit(table, seed=1, threads=1)
    whole = model.sample(300)
    pd.testing.assert_frame_equal(tabtwin.fit(table, seed=1, threads=2).sample(300), whole)
    parts = [model.sample(100), model.sample(200, first=100)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    assert not model.sample(300, seed=2).equals(whole)


def test_a_schema_says_what_columns_are() -> None:
    table = pd.DataFrame({"code": np.arange(200) % 4, "n": np.arange(200) % 7})
    schema = Schema(columns=(Column(name="code", kind="category"), Column(name="n", kind="integer")))
    model = tabtwin.fit(table, schema, seed=1)
    assert model.encoding.columns["code"].categories == ("0", "1", "2", "3")
    assert model.log_likelihood(table).shape == (200, 2)


def test_rare_values_are_protected() -> None:
    table = small_table()
    table.loc[:2, "region"] = "moon"
    table.loc[3, "income"] = 1e9
    twin = tabtwin.fit(table, seed=1).sample(2_000)
    assert "moon" not in set(twin["region"])
    assert twin["income"].max() < 1e6


def fine_table(rows: int, seed: int) -> pd.DataFrame:
    """Columns of so fine a grid that nearly every cell is different."""
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 3 * 10**8, rows)
    return pd.DataFrame(
        {
            "salary": np.round(rng.lognormal(10.4, 0.4, rows), 2),
            "score": np.round(rng.normal(0, 1, rows), 6),
            "number": rng.permutation(9_000_000)[:rows] + 1_000_000,
            "seen": pd.Timestamp("1995-01-01") + pd.to_timedelta(times, unit="s"),
            "kind": rng.choice(["a", "b"], rows),
        }
    )


def rare_cells(twin: pd.DataFrame, table: pd.DataFrame, who: np.ndarray, k: int) -> dict[str, pd.Series]:
    """How often each number that 1 to k - 1 subjects of the table hold stands in its twin, by column."""
    found = {}
    for name in table.columns.drop("kind"):
        holders = pd.Series(who).groupby(table[name].to_numpy()).nunique()
        cells = twin[name].astype(table[name].dtype)
        found[str(name)] = cells[cells.isin(holders.index[holders < k])].value_counts()
    return found


@pytest.mark.parametrize("entity", [False, True])
def test_no_number_of_fewer_than_k_subjects_is_drawn_more_often_than_by_chance(entity: bool) -> None:
    table, schema = fine_table(600, 3), None
    table.loc[0, "salary"] = 165_134.75
    who = np.arange(600)
    given = table
    if entity:
        # The first subject's 40 rows hold its own numbers, which are the columns' greatest.
        who = np.maximum(who - 39, 0)
        table.loc[:39, "salary"], table.loc[:39, "score"] = 170_000.25, 4.123456
        given = table.assign(who=[f"P{number:04d}" for number in who])
        schema = describe(read_source(from_pandas(given), "t.parquet"), Declared(), "who", 5)
    model = tabtwin.fit(given, schema, seed=1, knobs=Knobs(members=1), threads=1)
    twin = pd.concat([model.sample(600, seed=seed) for seed in (1, 2)])
    for name, counts in rare_cells(twin, table, who, 5).items():
        # At most one point in 500 of each grid is held, and its draws are at most 1,200.
        assert counts.sum() <= stats.binom.isf(1e-6, 1_200, 1 / 500), name
        assert counts.max() <= 3 or not len(counts), name


def test_columns_that_stop_a_run_stop_a_fit_until_something_is_said_of_them() -> None:
    table = patients(np.random.default_rng(1))
    with pytest.raises(InputError, match=r"'who' .*--entity who.*--drop who.*--keep who"):
        tabtwin.fit(table)
    people = small_table().assign(mail=lambda rows: rows["id"].str.lower() + "@example.com")
    with pytest.raises(InputError, match=r"'mail' \(e-mail addresses"):
        tabtwin.fit(people)
    assert "mail" not in tabtwin.fit(people, drop=["mail"], seed=1).sample(10)


def test_an_entity_is_made_new_and_its_rows_count_once() -> None:
    table = patients(np.random.default_rng(1))
    table.loc[table["who"] == table["who"][0], "kind"] = "a rare one"
    twin = tabtwin.fit(table, entity="who", seed=1).sample(200)
    assert not set(twin["who"]) & set(table["who"])
    assert "a rare one" not in set(twin["kind"])
    assert "a rare one" in set(tabtwin.fit(table, keep=["who"], seed=1).sample(3_000)["kind"])


def test_an_entity_may_be_two_columns() -> None:
    twin = tabtwin.fit(clinics(np.random.default_rng(1)), entity=["clinic", "number"], seed=1).sample(50)
    assert twin["number"].is_unique


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame({"id": range(100)}), "expected a column to learn"),
        (pd.DataFrame({"a": ["x"] * 100}), "expected a column to learn"),
        (pd.DataFrame({"a": [1.5] * 2 + [None] * 98, "b": ["x"] * 100}), "found none; lower it"),
        (pd.DataFrame({"letter": list("abcdefghij")}), "table: expected at least 100 rows, found 10"),
        (pd.DataFrame(index=range(5)), "table: expected at least 100 rows, found 0"),
    ],
    ids=["a key", "a constant", "rare values", "few rows", "no columns"],
)
def test_a_table_of_which_nothing_can_be_learned_is_refused(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        tabtwin.fit(table)


def with_rare_words() -> pd.DataFrame:
    """Numbers among which a few cells hold words, marks or decimals, and a flag of which one word is rare."""
    rng = np.random.default_rng(8)
    visits, size = rng.integers(0, 60, 400).astype(str), rng.choice(["1", "2", "3"], 400)
    visits[:3], size[3:6] = "n/a", "MARKER"
    paid = rng.integers(0, 90, 400).astype(float)
    paid[:2] += 0.125
    flag = np.where(np.arange(400) < 3, "SECRET", "b")
    return pd.DataFrame(
        {"visits": visits, "size": size, "paid": paid, "flag": flag, "two": rng.integers(0, 2, 400)}
    )


@pytest.mark.parametrize("kind", ["boolean", "category"])
def test_a_rare_word_among_numbers_is_treated_as_a_run_treats_it(kind: str) -> None:
    table = with_rare_words()
    schema = Schema(columns=(Column(name="flag", kind=kind),))
    declared = schema.model_dump_json(exclude_unset=True).encode()
    unseen = from_pandas(table.iloc[10:])
    run = ingest_table(from_pandas(table), "table", holdout=unseen, schema_file=declared)
    model = tabtwin.fit(table, schema, seed=1, knobs=Knobs(members=1), threads=1)
    assert (model.schema, model.encoding) == (run.schema, run.encoding)
    assert model.schema["visits"].marks == ()
    kinds = [model.schema[name].kind for name in table]
    assert kinds == ["integer", "category", "integer", "category", "category"]
    twin = model.sample(400)
    for text in (model.schema.model_dump_json(), model.encoding.model_dump_json(), twin.to_csv()):
        assert not any(word in text for word in ("n/a", "MARKER", "SECRET", ".125"))


def test_decimals_of_too_few_subjects_are_left_out_of_the_twin_and_count_as_it_writes_them() -> None:
    table = with_rare_words()[["paid", "two"]]
    model = tabtwin.fit(table, seed=1, knobs=Knobs(members=1), threads=1)
    likely = model.log_likelihood(table)
    pd.testing.assert_frame_equal(likely, model.log_likelihood(table.assign(paid=np.rint(table["paid"]))))
    assert likely.shape == table.shape


def test_a_kind_that_is_declared_leaves_the_rest_of_a_column_to_be_found() -> None:
    table = pd.DataFrame({"paid": np.round(np.random.default_rng(1).gamma(2, 9, 300), 2), "n": range(300)})
    model = tabtwin.fit(table, Schema(columns=(Column(name="paid", kind="decimal"),)), seed=1, threads=1)
    assert model.schema["paid"].digits == 2


def test_every_town_of_a_twin_lies_in_its_state_and_every_state_in_its_country() -> None:
    rng = np.random.default_rng(1)
    town = rng.integers(0, 24, 400)
    table = pd.DataFrame(
        {
            "country": [f"C{number // 12}" for number in town],
            "state": [f"S{number // 4}" for number in town],
            "town": [f"T{number}" for number in town],
            "code": 1_000 + 7 * town,
        }
    )
    twin = tabtwin.fit(table, seed=1).sample(400)
    for fine, coarse in (("town", "state"), ("state", "country"), ("code", "town")):
        assert set(zip(twin[fine], twin[coarse], strict=True)) <= set(
            zip(table[fine], table[coarse], strict=True)
        )


def test_ends_and_computed_columns_are_those_of_the_table_in_twins_and_likelihoods() -> None:
    rng = np.random.default_rng(1)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500_000, 300), unit="min")
    table = pd.DataFrame(
        {"end": start + pd.to_timedelta(rng.integers(10, 90, 300), unit="min"), "start": start}
    )
    table["net"], table["tax"] = rng.lognormal(3, 1, 300).round(2), rng.lognormal(1, 1, 300).round(2)
    table["total"] = (table["net"] + table["tax"]).round(2)
    model = tabtwin.fit(table, seed=1, knobs=Knobs(members=1))
    made = model.sample(300)
    assert list(made) == list(table)
    assert (made["start"] <= made["end"]).all()
    assert ((made["total"] - made["net"] - made["tax"]).abs() < 0.005).all()
    assert set(model.log_likelihood(table)) == {"end", "start", "net", "tax"}


def test_rows_that_no_state_completes_are_drawn_again() -> None:
    rng = np.random.default_rng(5)
    table = pd.DataFrame({name: rng.choice(list(some), 300) for name, some in (("a", "xyz"), ("b", "pqr"))})
    table["c"] = rng.choice(list("uvw"), 300)
    rules = (
        Rule(kind="never", columns=("a", "c"), pairs=(("x", "v"), ("x", "w"))),
        Rule(kind="never", columns=("b", "c"), pairs=(("p", "u"), ("p", "v"))),
    )
    schema = Schema(columns=tuple(Column(name=str(name), kind="category") for name in table), rules=rules)
    model = tabtwin.fit(table, schema, seed=1, threads=1)
    whole = model.sample(300)
    for rule in rules:
        assert not set(rule.pairs) & set(zip(whole[rule.columns[0]], whole["c"], strict=True))
    parts = [model.sample(100), model.sample(200, first=100)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


def test_a_schema_may_be_a_dictionary_as_in_other_calls_and_a_declared_sum_may_be_off_by_so_much() -> None:
    draw = np.random.default_rng(1)
    table = pd.DataFrame(draw.gamma(2, 50, (300, 2)).round(1), columns=["net", "tax"])
    table["total"] = (table["net"] + table["tax"] + draw.normal(0, 0.7, 300).clip(-2, 2)).round(1)
    rule = {"kind": "formula", "expression": "total = net + tax", "within": 2.0}
    columns = [{"name": name, "kind": "decimal", "digits": 1} for name in table]
    twin = tabtwin.fit(table, schema={"columns": columns, "rules": [rule]}, seed=1).sample(300)
    off = (twin["total"] - twin["net"] - twin["tax"]).round(6)
    assert 0.4 < off.std() < 1
    assert off.abs().max() <= 2
    with pytest.raises(InputError, match="within"):
        tabtwin.fit(table, schema={"columns": columns, "rules": [{**rule, "within": -1}]})
