"""Rows are counted by subjects that nothing declares: columns that are gone, keys that repeat, or parts."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tabtwin
from repeated import SECRET, as_csv, persons
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.io.reading import from_pandas
from tabtwin.io.writing import export_table
from tabtwin.lib.errors import InputError
from tabtwin.preparation.check import check_table
from tabtwin.preparation.prepare import Ingested, ingest_table
from tabtwin.preparation.profile import Asked, Opened, open_table


def opened(frame: pd.DataFrame, **asked: Any) -> Opened:
    return open_table(as_csv(frame), "t.csv", b"", Asked(**asked))


def ingest(frame: pd.DataFrame, **options: Any) -> Ingested:
    return ingest_table(as_csv(frame), "t.csv", **options)


def parquet(frame: pd.DataFrame, **more: pa.Array) -> bytes:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for name, cells in more.items():
        table = table.append_column(name, cells)
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def employers(found: Ingested) -> set[str]:
    return set(found.encoding.columns["employer"].categories)


def owners(frame: pd.DataFrame, **asked: Any) -> int:
    return len(np.unique(opened(frame, **asked).owners.rows))


NUMBERS = np.random.default_rng(5).permutation(900_000)[:3_000] + 100_000


def visits(each: int = 6, people: int = 120) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows, and the place of each row's person; one person alone has the secret employer."""
    return persons(np.random.default_rng(3), people, each)


def duplicates(times: int = 8, people: int = 600) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of one person each, but for the one with the secret employer."""
    frame, who = persons(np.random.default_rng(3), people, 1)
    again = frame.iloc[np.repeat(np.flatnonzero(frame["employer"] == SECRET), times - 1)]
    again = again.assign(amount=np.arange(times - 1) + 10.25)
    return pd.concat([frame, again], ignore_index=True), np.append(who, np.full(times - 1, 17))


# Dropped subjects


@pytest.mark.parametrize("shape", ["M-{:06d}", "{}", "user{}@example.com"])
def test_rows_of_a_dropped_subject_count_once(shape: str) -> None:
    frame, who = visits()
    frame["cust"] = [shape.format(number) for number in NUMBERS[who]]
    assert SECRET not in employers(ingest(frame, drop="cust"))
    assert SECRET in employers(ingest(frame, keep="cust")) or "example" in shape


def test_rows_of_a_dropped_subject_are_on_one_side_of_each_split() -> None:
    frame, who = visits()
    frame["cust"] = NUMBERS[who]
    frame["mark"] = who + 0.5
    found = ingest(frame, drop="cust")
    assert not set(found.training["mark"]) & set(found.holdout["mark"])
    folds = found.training.assign(fold=found.folds["fold"]).groupby("mark")["fold"].nunique()
    assert folds.max() == 1
    assert len(set(found.held_subjects)) * 6 == len(found.holdout)


def test_names_of_people_that_are_dropped_or_replaced_still_say_whose_rows_are() -> None:
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(1)
    frame, who = visits()
    frame["name"] = np.array([fake.unique.name() for _ in range(120)])[who]
    for remedy in ("drop", "replace"):
        assert SECRET not in employers(ingest(frame, **{remedy: "name"}))


@settings(max_examples=10)
@given(st.integers(1, 4), st.integers(3, 8), st.booleans(), st.integers(0, 1_000))
def test_no_text_of_fewer_than_k_dropped_subjects_comes_out(
    holders: int, each: int, as_text: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    frame, who = persons(rng, 100, each)
    frame["note"] = np.where(np.isin(who, rng.permutation(100)[:holders]), "Zyxomarkle", "none")
    frame["cust"] = [f"C{number}" if as_text else number for number in NUMBERS[who]]
    frame = frame.iloc[rng.permutation(len(frame))]
    assert "Zyxomarkle" not in ingest(frame, drop="cust").encoding.columns["note"].categories


def test_a_dropped_column_of_which_the_user_says_that_it_joins_nothing_does_not() -> None:
    frame, who = visits()
    frame["cust"] = NUMBERS[who]
    assert owners(frame, keep="cust") == len(frame)
    assert owners(frame, entity="cust") == owners(frame, drop="cust") == 120


def test_dropping_subjects_of_which_there_are_few_goes_on() -> None:
    frame, who = visits(each=10, people=30)
    frame["cust"] = NUMBERS[who]
    assert SECRET not in employers(ingest(frame, drop="cust"))


# Columns that cannot be read


@pytest.mark.parametrize("kind", [pa.binary(16), pa.binary(), pa.large_binary()])
def test_rows_of_a_subject_that_cannot_be_read_count_once(kind: pa.DataType) -> None:
    frame, who = visits()
    ids = pa.array([uuid.UUID(int=int(number) * 10**30).bytes for number in NUMBERS[who]], kind)
    data = parquet(frame, customer=ids)
    with pytest.raises(InputError, match=r"'customer'.*make it text, and name it in --entity"):
        ingest_table(data, "t.parquet")
    assert SECRET not in employers(ingest_table(data, "t.parquet", drop="customer"))


def test_boost_counts_by_dropped_subjects_and_by_python_objects() -> None:
    frame, who = visits()
    frame = frame[["employer", "city"]]
    for ids in (NUMBERS, [uuid.UUID(int=int(number) * 10**30) for number in NUMBERS]):
        table = frame.assign(cust=np.array(ids, dtype=object if isinstance(ids, list) else None)[who])
        model = tabtwin.fit(table, drop=["cust"], seed=1, knobs=Knobs(members=1), threads=1)
        assert SECRET not in model.encoding.columns["employer"].categories
        assert "cust" not in [column.name for column in model.schema.columns]


def test_bytes_are_neither_learned_nor_named_in_what_is_said() -> None:
    frame, who = visits()
    ids = pa.array([b"Zyxomarkle%06d" % number for number in NUMBERS[who]])
    data = parquet(frame, customer=ids)
    seen = open_table(data, "t.parquet", b"", Asked())
    assert b"Zyxomarkle".hex() not in seen.refusal
    assert not seen.file.columns["customer"].held


# Few values that repeat


def test_one_customer_of_several_rows_is_one_and_his_number_is_made_new() -> None:
    frame, who = duplicates()
    frame["customer_id"] = NUMBERS[who]
    found = ingest(frame)
    assert SECRET not in employers(found)
    assert found.schema["customer_id"].kind == "key"
    twin = export_table(found.training, found.schema, np.random.default_rng(1))
    assert twin["customer_id"].is_unique
    checked = check_table(opened(frame), "t.csv")
    assert checked.stops == ""
    assert any(
        "customer_id counts as a key, although 1 of its values repeat" in line for line in checked.doubts
    )


@pytest.mark.parametrize("stand_in", ["", "UNKNOWN", "M-000000"])
def test_texts_of_one_pattern_of_which_few_repeat_are_keys_whatever_stands_for_none(stand_in: str) -> None:
    frame, who = duplicates()
    frame["ref"] = [f"M-{number}" for number in NUMBERS[who]]
    frame.loc[frame.index[::60], "ref"] = stand_in
    frame.loc[frame["employer"] == SECRET, "ref"] = f"M-{NUMBERS[17]}"
    found = ingest(frame, drop="" if stand_in != "UNKNOWN" else "ref")
    assert SECRET not in employers(found)


def test_a_stand_in_of_many_rows_joins_none() -> None:
    frame, who = visits(each=1, people=1_000)
    ids = NUMBERS[who].astype(object)
    ids[::12] = 0
    assert owners(frame.assign(customer_id=ids)) == 1_000


def test_a_plain_number_of_one_persons_rows_is_no_heavy_one() -> None:
    frame, who = duplicates()
    frame["salary"] = NUMBERS[who] + 7
    found = ingest(frame)
    assert found.schema["salary"].kind == "integer"
    assert owners(frame) == 600
    assert SECRET not in employers(found)


def test_numbers_that_people_share_by_chance_join_nothing() -> None:
    rng = np.random.default_rng(2)
    frame, _ = visits(each=1, people=1_000)
    frame["salary"] = rng.integers(10_000, 30_000, 1_000)
    frame.loc[:11, "salary"] = 50_000
    assert frame["salary"].duplicated().sum() > 11
    assert owners(frame) == 1_000


def test_two_columns_of_chance_do_not_chain_rows_together() -> None:
    rng = np.random.default_rng(2)
    frame, _ = visits(each=1, people=1_000)
    frame["a_id"], frame["b_id"] = rng.integers(0, 5_000, 1_000), rng.integers(0, 5_000, 1_000)
    assert np.bincount(opened(frame).owners.rows).max() <= 100


# Parts of keys


PARTS = {
    "patient and visit": lambda who, at: f"P{who:03d}-V{at}",
    "patient and number": lambda who, at: f"{who:04d}_{at + 1:02d}",
    "patient in a number": lambda who, at: (who + 100) * 100 + at,
    "no separator": lambda who, at: f"P{who:04d}{at:02d}",
    "barcode": lambda who, at: f"TCGA-{who % 7:02d}-{who:04d}-{at + 1:02d}A-11D",
    "the patient last": lambda who, at: f"V{at}-P{who:03d}",
    "a letter": lambda who, at: f"S{who:03d}{'abcdef'[at]}",
}


@pytest.mark.parametrize("spell", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("name", ["visit", "visit_id"])
def test_a_key_of_which_a_part_names_subjects_stops(spell: Any, name: str) -> None:
    frame, who = visits()
    at = pd.Series(who).groupby(who).cumcount()
    frame.insert(0, name, [spell(int(one), int(nth)) for one, nth in zip(who, at, strict=True)])
    with pytest.raises(InputError, match=f"a part of '{name}', with 120 values in 720") as stop:
        ingest(frame)
    said = str(stop.value)
    assert "a separate column, and name it in --entity" in said
    assert f"(--drop {name})" in said
    assert f"(--keep {name})" in said
    assert not re.search(r"P0|TCGA|S0", said)
    assert SECRET not in employers(ingest(frame, drop=name))
    assert opened(frame, keep=name).refusal == ""
    assert opened(frame.assign(who=who), entity="who").refusal == ""


def test_running_numbers_days_and_shops_in_keys_are_no_subjects() -> None:
    rng = np.random.default_rng(4)
    frame, _ = visits(each=1, people=900)
    days = np.sort(rng.integers(0, 90, 900))
    nth = pd.Series(days).groupby(days).cumcount() + 1
    dates = (pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d")
    shops = rng.integers(1, 10, 900)
    keys = {
        "running": 10_001 + np.arange(900),
        "gaps": np.sort(rng.permutation(3_000)[:900]) + 10_000,
        "receipt": [f"{day}-{number:03d}" for day, number in zip(dates, nth, strict=True)],
        "slip": [f"S{shop:03d}-{number:06d}" for shop, number in zip(shops, range(900), strict=True)],
        "token": [f"{number:08x}" for number in rng.integers(0, 2**31, 900)],
    }
    weather = rng.choice(["rain", "sun", "snow"], 90)[days]
    wind = rng.choice(["calm", "storm"], 90)[days]
    frame = frame.assign(weather=weather, wind=wind, city=np.array(list("abcdefghij"))[shops], **keys)
    assert opened(frame, drop="").refusal == ""


def test_a_holdout_of_ones_own_has_other_subjects_though_they_are_dropped() -> None:
    frame, who = visits(each=6, people=200)
    frame["cust"] = NUMBERS[who]
    mine, theirs = frame[who < 150], frame[who >= 150]
    found = ingest(mine, drop="cust", holdout=as_csv(theirs))
    assert len(set(found.held_subjects)) == 50
    with pytest.raises(InputError, match="subjects that the table does not have, found 50 in both"):
        ingest(frame, drop="cust", holdout=as_csv(theirs))


def test_nothing_is_joined_in_a_table_of_a_row_each() -> None:
    frame, _ = visits(each=1, people=500)
    seen = open_table(from_pandas(frame), "t.parquet", b"", Asked())
    assert seen.owners.rows.tolist() == list(range(500))
    assert seen.owners.by == ()
