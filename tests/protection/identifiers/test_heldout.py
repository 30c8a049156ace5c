"""Subjects and categories of tables that the detector was not made with."""

import hashlib
import random
import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repeated import as_csv, births, visits
from tabtwin.io.reading import read_source
from tabtwin.preparation.profile import Asked, open_table
from tabtwin.protection.identifiers.alike import find_alike
from tabtwin.protection.identifiers.asking import line, tells
from tabtwin.protection.identifiers.subjects import Subject, find_subjects

COUNT = 150


def found(table: pd.DataFrame) -> list[Subject]:
    return find_subjects(read_source(as_csv(table), "t.csv"))


def named(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [subject.columns for subject in found(table)]


def drawn(rng: np.random.Generator, signs: str, length: int) -> list[str]:
    return ["".join(rng.choice(list(signs), length)) for _ in range(COUNT)]


def hexed(digits: int) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest()[:digits] for number in range(COUNT)]


def sexes(rng: np.random.Generator, count: int = COUNT) -> np.ndarray:
    return rng.choice(["m", "f"], count)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    length=st.integers(5, 14),
    signs=st.sampled_from(
        [
            string.ascii_lowercase + string.digits,
            string.ascii_letters + string.digits,
            "ABCDEFGHJKLMNPRSTUVWXYZ" + string.digits,
            "0123456789abcdef",
        ]
    ),
)
def test_texts_drawn_sign_by_sign_are_names_whatever_their_length(seed: int, length: int, signs: str) -> None:
    rng = np.random.default_rng(seed)
    assert named(visits(rng, drawn(rng, signs, length))) == [("who",)]


@pytest.mark.parametrize(
    ("names", "what"),
    [
        ([str(2**60 + 7**20 * at) for at in range(COUNT)], "long numbers"),
        ([f"{one[:4]}.{one[4:8]}.{one[8:]}" for one in hexed(12)], "network addresses"),
        ([f"10.{at}.7.{at + 3}:{8_000 + 7 * at}" for at in range(COUNT)], "network addresses"),
        ([f"srv-web-{at:03d}.corp.local" for at in range(COUNT)], "web addresses"),
        ([f"example.com/in/{one}" for one in hexed(5)], "web addresses"),
        ([f"@{one}" for one in drawn(np.random.default_rng(1), "abcdefghi", 7)], "user names"),
        ([f"CORP\\{one}7" for one in drawn(np.random.default_rng(1), "abcdefghi", 6)], "user names"),
    ],
)
def test_further_spellings_are_names(names: list[str], what: str) -> None:
    (one,) = found(visits(np.random.default_rng(2), names))
    assert (one.columns, one.what) == (("who",), what)


def test_a_last_name_with_the_letter_of_a_first_one_names_a_person() -> None:
    rng = np.random.default_rng(2)
    lasts = ["Miller", "Smith", "Jones", "Brown", "Davis", "Wilson", "Moore", "Taylor", "Clark", "Lewis"]
    table = visits(rng, [f"{lasts[at % 10]}, {string.ascii_uppercase[at // 10]}." for at in range(COUNT)])
    opened = open_table(as_csv(table), "t.csv", b"", Asked())
    assert opened.identifiers["who"].what == "name"


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), largest=st.integers(100, 3_000), second=st.integers(2, 200))
def test_a_subject_of_very_many_rows_hides_no_other(seed: int, largest: int, second: int) -> None:
    rng = np.random.default_rng(seed)
    each = np.full(COUNT, 3)
    each[:2] = largest, second
    at = rng.permutation(np.repeat(np.arange(COUNT), each))
    table = pd.DataFrame(
        {
            "client": (rng.permutation(90_000)[:COUNT] + 10_000)[at],
            "sex": sexes(rng)[at],
            "since": rng.integers(1_980, 2_020, COUNT)[at],
            "amount": np.round(rng.lognormal(4, 1, len(at)), 2),
        }
    )
    assert named(table) == [("client",)]


def test_negative_numbers_and_large_ones_of_several_lengths_may_name_subjects() -> None:
    rng = np.random.default_rng(3)
    own = {"sex": sexes(rng), "arm": rng.choice(["a", "b", "c"], COUNT)}
    assert named(visits(rng, list(-1 - rng.permutation(9_000)[:COUNT]), **own)) == [("who",)]
    assert named(visits(rng, random.Random(3).sample(range(9 * 10**7), COUNT), **own)) == [("who",)]


@pytest.mark.parametrize("spelled", ["P{0:04d}-V{1}", "{0}_{2}", "TCGA-{0:04d}-{1:02d}", "{0}/{1}"])
def test_keys_that_begin_with_a_subject_are_found_and_are_proposed_as_no_entity(spelled: str) -> None:
    rng = np.random.default_rng(4)
    table = visits(rng, list(range(1_001, 1_001 + COUNT)), age=rng.integers(18, 90, COUNT), sex=sexes(rng))
    turns = table.groupby("who").cumcount()
    table["who"] = [
        spelled.format(who, at + 1, "LRABCD"[at]) for who, at in zip(table["who"], turns, strict=True)
    ]
    (one,) = found(table)
    assert (one.columns, one.values, one.dependent, one.partly) == (("who",), COUNT, ("age", "sex"), True)
    said = line([one], ["who"], entity=False)
    assert "a part of 'who'" in said
    assert "--entity who" not in said
    assert "--drop who" in said
    assert tells(one).startswith("a part of its values repeats")


def test_running_keys_with_a_year_or_a_letter_before_begin_with_no_subject() -> None:
    rng = np.random.default_rng(4)
    table = visits(rng, list(range(COUNT)))
    for spelled in ("INV-2021-{0:05d}", "A-{0}", "2021-03-{1:02d} {0:03d}"):
        keys = [spelled.format(at, at % 28 + 1) for at in range(len(table))]
        assert named(table.drop(columns="who").assign(key=keys)) == []


def test_three_columns_name_a_subject_together() -> None:
    rng = np.random.default_rng(5)
    whom = [(site, year, at) for site in "ABCD" for year in (2019, 2020, 2021) for at in range(1, 26)]
    own = {"age": rng.integers(18, 90, len(whom)), "sex": sexes(rng, len(whom)), "arm": sexes(rng, len(whom))}
    sites, years, numbers = zip(*whom, strict=True)
    table = visits(rng, numbers, site=sites, year=years, **own)
    (one,) = found(table)
    assert (set(one.columns), one.columns[-1]) == ({"site", "year", "who"}, "who")
    assert set(one.dependent) == {"age", "sex", "arm"}
    opened = open_table(as_csv(table), "t.csv", b"", Asked(entity=",".join(one.columns)))
    assert opened.refusal == ""


def test_dates_of_birth_name_subjects_with_one_column_beside() -> None:
    rng = np.random.default_rng(6)
    assert named(visits(rng, list(births(rng, COUNT)), sex=sexes(rng))) == [("who",)]


def test_people_whom_no_column_names_are_found_or_doubted() -> None:
    rng = np.random.default_rng(7)
    own = {
        "zip": rng.integers(8_000, 8_100, COUNT),
        "sex": sexes(rng),
        "job": rng.choice(list("abcd"), COUNT),
    }
    tall = rng.integers(150, 200, COUNT)
    table = visits(rng, list(rng.integers(18, 90, COUNT)), 12, **own, tall=tall)
    assert {"zip", "who"} == set(named(table)[0])
    told = {"zip": [f"Town {letter}" for letter in rng.choice(list(string.ascii_letters), COUNT)]}
    table = visits(rng, list(rng.integers(1_930, 2_005, COUNT)), **(own | told))
    assert named(table) == []
    alike = find_alike(read_source(as_csv(table), "t.csv"))
    assert alike is not None
    assert (set(alike.columns), set(alike.dependent)) == ({"who", "zip"}, {"sex", "job"})


def test_exact_places_of_homes_are_doubted() -> None:
    rng = np.random.default_rng(8)
    homes = np.round(rng.normal(47, 0.3, COUNT), 5)
    own = {"east": np.round(rng.normal(8, 0.3, COUNT), 5), "sex": sexes(rng)}
    alike = find_alike(read_source(as_csv(visits(rng, list(homes), **own)), "t.csv"))
    assert alike is not None
    assert len(alike.columns) == 1


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_independent_columns_are_not_alike(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "age": rng.integers(18, 90, 900),
            "zip": rng.integers(8_000, 8_100, 900),
            "job": rng.choice(list("abcdefghijklmn"), 900),
            "sex": sexes(rng, 900),
        }
    )
    table["group"] = table["age"] // 10
    assert find_alike(read_source(as_csv(table), "t.csv")) is None


def test_lists_with_a_word_for_each_number_and_one_column_besides_are_no_subjects() -> None:
    rng = np.random.default_rng(9)
    words = [f"{('north', 'south', 'east', 'west')[at % 4]} zone {at // 4}" for at in rng.permutation(COUNT)]
    kinds = rng.choice(["a", "b", "c"], COUNT)
    table = visits(rng, list(range(1, COUNT + 1)), zone=words, kind_of=kinds)
    assert named(table) == []
    firms = [f"{''.join(rng.choice(list('abcdefg'), 6)).title()} Ltd" for _ in range(COUNT)]
    assert len(named(visits(rng, list(range(1, COUNT + 1)), firm=firms, kind_of=kinds))) == 1


def test_cells_of_a_grid_are_no_subjects() -> None:
    rng = np.random.default_rng(10)
    north, east = np.divmod(np.arange(160), 16)
    own = {"lat": 46 + north / 4, "lon": 6 + east / 4, "cover": rng.choice(["wood", "field", "rock"], 160)}
    assert named(visits(rng, list(rng.permutation(3_000)[:160]), **own)) == []


def test_ranges_of_numbers_and_times_are_no_names() -> None:
    rng = np.random.default_rng(11)
    slots = [
        f"{at // 2:02d}:{at % 2 * 30:02d}-{(at + 1) // 2:02d}:{(at + 1) % 2 * 30:02d}" for at in range(48)
    ]
    assert named(visits(rng, slots, each=20, peak=rng.choice(["yes", "no"], 48))) == []
    ranges = [f"{at * 5_000}-{at * 5_000 + 4_999}" for at in range(30)]
    assert named(visits(rng, ranges, each=30, rate=list(range(30)))) == []
