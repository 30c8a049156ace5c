"""Columns that name what several rows are about are found by content, and categories are not."""

import hashlib
import uuid
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

from repeated import as_csv, births, clinics, patients, records, visits
from tabtwin.io.reading import read_source
from tabtwin.protection.identifiers.subjects import Subject, find_subjects
from tabtwin.schema.entities import named_subjects

COUNT = 120


def found(table: pd.DataFrame, **said: object) -> list[Subject]:
    return find_subjects(read_source(as_csv(table), "t.csv"), **said)  # type: ignore[arg-type] # test's own


def named(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [subject.columns for subject in found(table)]


def faked(method: str, locale: str = "en_US") -> list[str]:
    fake = Faker(locale)
    fake.seed_instance(7)
    return [str(getattr(fake, method)()) for _ in range(COUNT)]


def hashed(digits: int) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest()[:digits] for number in range(COUNT)]


def test_a_record_number_is_found_with_what_hangs_on_it() -> None:
    (one,) = found(patients(np.random.default_rng(1)))
    assert one == Subject(("who",), 120, 720, ("born", "dx"), "record numbers")


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (hashed(10), "hashes"),
        (hashed(32), "unique identifiers"),
        ([str(uuid.UUID(hashed(32)[at])) for at in range(COUNT)], "unique identifiers"),
        (faked("url"), "web addresses"),
        (faked("user_name"), "user names"),
        ([f"{name.lower()}{at % 89 + 10}" for at, name in enumerate(faked("last_name"))], "user names"),
        (faked("ean13"), "article numbers"),
        (faked("phone_number", "de_DE"), "long numbers"),
        (faked("license_plate"), "plates"),
        (faked("license_plate", "de_DE"), "plates"),
        (faked("license_plate", "pl_PL"), "plates"),
        (faked("ipv4"), "network addresses"),
        (records(np.random.default_rng(1), COUNT), "record numbers"),
        (
            [
                name.lower() if at % 2 else name
                for at, name in enumerate(records(np.random.default_rng(1), COUNT))
            ],
            "record numbers",
        ),
        ([f"S-2023-{at:04d}" for at in range(COUNT)], "record numbers"),
        ([7_000_000_000 + 7_919 * at for at in range(COUNT)], "long numbers"),
    ],
)
def test_what_is_spelled_as_a_name_is_found_though_nothing_hangs_on_it(
    names: list[object], what: str
) -> None:
    (one,) = found(visits(np.random.default_rng(2), names, each=9))
    assert (one.columns, one.what) == (("who",), what)


Names = Callable[[np.random.Generator, int], list[object]]

CALLED: dict[str, Names] = {
    "running numbers": lambda rng, count: list(range(1, count + 1)),
    "drawn numbers": lambda rng, count: list(rng.permutation(9_000)[:count] + 1_000),
    "numbers as broken ones are written": lambda rng, count: [float(at) for at in range(50, 50 + count)],
    "letters and digits": lambda rng, count: [f"P{at:03d}" for at in range(count)],
    "letters of several arms": lambda rng, count: [f"{'XYZ'[at % 3]}{at // 3:02d}" for at in range(count)],
    "random letters": lambda rng, count: ["".join(rng.choice(list("ABCDEFGH"), 8)) for _ in range(count)],
}


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    called=st.sampled_from(sorted(CALLED)),
    count=st.integers(60, 150),
    each=st.integers(3, 8),
    wrong=st.sampled_from([0.0, 0.03]),
    gaps=st.sampled_from([0.0, 0.1]),
)
def test_random_subjects_are_found_by_what_hangs_on_them(
    seed: int, called: str, count: int, each: int, wrong: float, gaps: float
) -> None:
    rng = np.random.default_rng(seed)
    ages, sexes = rng.integers(18, 90, count), rng.choice(["m", "f"], count)
    table = visits(rng, CALLED[called](rng, count), each, age=ages, sex=sexes)
    table["age"] = np.where(rng.random(len(table)) < wrong, 50, table["age"])
    table["who"] = table["who"].astype(object).where(rng.random(len(table)) >= gaps, None)
    assert named(table) == [("who",)]


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_random_categories_numbers_and_what_follows_from_them_are_no_subjects(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, towns = 600, int(rng.integers(20, 150))
    town, age = rng.integers(0, towns, rows), rng.integers(18, 90, rows)
    names = np.array([f"{word} {'abcdefghij'[at % 10]}" for at, word in enumerate(faked("city") * 2)][:towns])
    states = rng.choice([f"state {letter}" for letter in "abcdefg"], towns)
    table = pd.DataFrame(
        {
            "town": names[town],
            "state": states[town],
            "age": age,
            "group": age // 10,
            "hour": rng.integers(0, 24, rows),
            "price": rng.choice(np.round(rng.lognormal(4, 1, 60)), rows),
            "grade": rng.choice([f"{letter}{digit}" for letter in "ABCDE" for digit in range(5)], rows),
        }
        | {f"count {at}": rng.poisson(20, rows) for at in range(3)}
    )
    assert named(table) == []


def test_panels_of_states_and_countries_are_no_subjects() -> None:
    rng = np.random.default_rng(3)
    fake = Faker()
    fake.seed_instance(3)
    countries = [fake.unique.country() for _ in range(100)]
    continent = dict(zip(countries, rng.choice(["Asia", "Africa", "Europe"], 100), strict=True))
    panel = pd.DataFrame(
        [(name, year) for name in countries for year in range(1950, 2010, 5)], columns=["country", "year"]
    )
    panel["continent"] = panel["country"].map(continent)
    panel["iso"] = panel["country"].map({name: name[:3].upper() for name in countries})
    rates = dict(zip(range(1950, 2010, 5), np.round(rng.normal(5, 2, 12), 1), strict=True))
    panel["world"] = panel["year"].map(rates)
    panel["life"] = np.round(rng.normal(60, 10, len(panel)), 1)
    assert named(panel) == []


def test_codes_with_a_description_and_what_they_belong_to_are_no_subjects() -> None:
    rng = np.random.default_rng(3)
    codes = [
        f"{letter}{number:02d}.{digit}" for letter in "ABCDE" for number in range(10) for digit in range(3)
    ]
    words = [f"Disorder of kind {at}" for at in range(len(codes))]
    zips = rng.permutation(90_000)[:150] + 10_000
    table = visits(
        rng, codes, 9, chapter=[code[0] for code in codes], block=[code[:3] for code in codes], words=words
    )
    assert named(table.drop(columns="visit")) == []
    assert (
        named(visits(rng, zips, 9, state=zips // 10_000, town=[f"Town {zip_ // 700}" for zip_ in zips])) == []
    )


def test_dates_may_name_subjects_and_calendars_do_not() -> None:
    rng = np.random.default_rng(5)
    own = {"sex": rng.choice(["m", "f"], COUNT), "arm": rng.choice(["drug", "placebo", "none"], COUNT)}
    assert named(visits(rng, list(births(rng, COUNT)), 6, **own)) == [("who",)]
    days = list(pd.date_range("2020-01-01", periods=COUNT).strftime("%Y-%m-%d"))
    assert named(visits(rng, days, 6, **own)) == []


def test_numbers_of_all_weeks_are_no_subjects_whatever_is_so_in_a_week() -> None:
    rng = np.random.default_rng(5)
    own = {"promotion": rng.choice(["yes", "no"], 52), "theme": rng.choice(["a", "b", "c"], 52)}
    assert named(visits(rng, list(range(1, 53)), 20, **own)) == []


def test_two_columns_name_a_subject_together() -> None:
    (one,) = found(clinics(np.random.default_rng(1)))
    assert one.columns == ("clinic", "number")
    assert (one.values, one.rows) == (240, 1_200)
    assert {"born", "sex", "arm"} == set(one.dependent)


def test_what_two_of_three_columns_say_of_a_price_names_no_subject() -> None:
    rng = np.random.default_rng(4)
    product, size, count = rng.integers(0, 7, 700), rng.integers(0, 4, 700), rng.integers(1, 9, 700)
    prices = np.round(rng.permutation(28) * 0.45 + 1.99, 2).reshape(7, 4)[product, size]
    table = pd.DataFrame(
        {
            "product": [f"P {number}" for number in product],
            "size": np.array(list("SMLX"))[size],
            "price": prices,
            "count": count,
            "amount": (prices * count).round(2),
        }
    )
    assert named(table) == []


def test_few_rows_of_a_part_of_the_subjects_are_enough() -> None:
    rng = np.random.default_rng(6)
    ages, sexes = rng.integers(18, 90, 640), rng.choice(["m", "f"], 640)
    many = visits(rng, list(range(600)), 1, age=ages[:600], sex=sexes[:600])
    some = visits(rng, list(range(600, 640)), 3, age=ages[600:], sex=sexes[600:])
    assert named(pd.concat([many, some])) == [("who",)]


def test_a_stand_in_for_unknown_subjects_hides_none() -> None:
    rng = np.random.default_rng(6)
    table = patients(rng)
    table.loc[rng.random(len(table)) < 0.3, "who"] = "UNKNOWN"
    assert named(table) == [("who",)]


def test_what_hangs_on_a_named_subject_or_a_kept_column_is_settled_and_other_subjects_are_not() -> None:
    rng = np.random.default_rng(7)
    table = patients(rng)
    source = read_source(as_csv(table), "t.csv")
    entity = named_subjects(source, ["who"])
    assert find_subjects(source, entity=entity, kept=("who",)) == []
    assert find_subjects(source, kept=("who",)) == []
    table["vehicle"] = rng.choice([f"V-{number}" for number in range(10_000, 10_080)], len(table))
    assert [one.columns for one in found(table, kept=("who",))] == [("vehicle",)]


def test_another_name_of_a_kept_column_stops_no_run_unless_it_is_spelled_as_one() -> None:
    rng = np.random.default_rng(7)
    table = patients(rng)
    table["other"] = table["who"].str[-6:].astype(int) % 9_973
    table["hash"] = [hashlib.sha256(name.encode()).hexdigest()[:12] for name in table["who"]]
    assert [one.columns for one in found(table, kept=("who",))] == [("hash",)]


def test_the_finest_of_several_columns_that_hang_on_one_another_is_named() -> None:
    rng = np.random.default_rng(8)
    school = rng.integers(1, 31, 150)
    own = {
        "school": school,
        "size": rng.integers(200, 900, 31)[school],
        "town": rng.choice(list("abcd"), 31)[school],
    }
    table = visits(
        rng, list(range(1, 151)), 5, **own, age=rng.integers(6, 18, 150), sex=rng.choice(["m", "f"], 150)
    )
    assert named(table) == [("who",)]
