"""Columns that each are one person's are found by their names, and those of measures are not."""

import io
import shlex

import numpy as np
import pandas as pd
import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import ingest_table
from tabtwin.preparation.profile import Asked, open_table
from tabtwin.protection.identifiers.wide import FEWEST, people_in_columns

RNG = np.random.default_rng(5)


def people(locale: str = "en_US", count: int = 12) -> list[str]:
    fake = Faker(locale)
    fake.seed_instance(2)
    return [f"{fake.first_name()} {fake.last_name()}" for _ in range(count)]


def mails(count: int = 12) -> list[str]:
    return [f"{name.lower().replace(' ', '.')}@example.com" for name in people(count=count)]


def table(names: list[str]) -> bytes:
    rng = np.random.default_rng(1)
    cells = {name: rng.choice(["office", "home", "sick"], 200) for name in names}
    days = pd.date_range("2022-01-01", periods=200).strftime("%Y-%m-%d")
    return pd.DataFrame({"date": days, **cells}).to_csv(index=False).encode()


@pytest.mark.parametrize(
    "locale", ["en_US", "de_DE", "fr_FR", "ru_RU", "ja_JP", "he_IL", "th_TH", "pl_PL", "hi_IN"]
)
def test_full_names_are_people(locale: str) -> None:
    found = people_in_columns(["date", *people(locale)])
    assert found is not None
    assert found.what == "names of people"
    assert "date" not in found.columns


@pytest.mark.parametrize("joint", ["_", ".", ""])
def test_full_names_may_be_joined(joint: str) -> None:
    assert people_in_columns(["date", *(name.replace(" ", joint) for name in people())])


@pytest.mark.parametrize("form", ["{} hours", "hours {}", "hours_{}", "{}_status", "{} (h)", "shift: {}"])
def test_a_word_before_or_behind_hides_nobody(form: str) -> None:
    for names in (people(), mails(), [f"patient_{number:03d}" for number in range(9)]):
        found = people_in_columns(["date", "team", *map(form.format, names)])
        assert found is not None
        assert set(found.columns) <= set(map(form.format, names))


@pytest.mark.parametrize(
    "columns",
    [
        [name.split()[0] for name in people()],
        ["梁鑫", "李欣", "蔡利", "朱冬梅", "吴红梅", "王丽"],
        ["Dr. Krebs", "Dr. Huhn", "Dr. Junck", "Dr. Qorwub", "Dr. Siering"],
        [f"TCGA-A1-{number:04d}" for number in RNG.integers(0, 9999, 12)],
        [f"TCGA-A{number}-A0SB-01A" for number in range(1, 8)],
        [f"MRN-{number}" for number in RNG.integers(10**5, 10**6, 8)],
        [f"patient_{number:03d}" for number in range(1, 8)],
        [f"Subject {number}" for number in range(1, 13)],
        [f"K-{number}" for number in RNG.integers(10**3, 10**4, 12)],
    ],
)
def test_first_names_titles_and_record_numbers_are_people(columns: list[str]) -> None:
    assert people_in_columns(["gene", *columns])


@pytest.mark.parametrize(
    "columns",
    [
        [f"Q{number}" for number in range(1, 41)],
        [f"V{number:03d}" for number in range(40)],
        [f"x{number}" for number in range(30)],
        [f"item_{number:02d}" for number in range(30)],
        [f"sensor{number}" for number in range(30)],
        [f"pixel_{number:04d}" for number in range(784)],
        [f"W-{number}" for number in range(1100, 2500, 4)],
        [str(year) for year in range(1990, 2030)],
        [f"FY-{year}" for year in range(2000, 2020)],
        [f"ENSG{number:011d}" for number in RNG.integers(0, 10**6, 30)],
        [f"rs{number}" for number in RNG.integers(10**4, 10**7, 30)],
        [f"cg{number:08d}" for number in RNG.integers(0, 10**8, 30)],
        ["BRCA1", "TP53", "EGFR", "HLA-A", "HLA-B", "HLA-DRB1", "MT-ND1", "MT-CO1", "NKX2-1", "KRAS"],
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"],
        ["Jan Sales", "Feb Sales", "April Sales", "May Sales", "June Sales", "July Sales", "August Sales"],
        ["max_price", "max_field", "mark_down", "art_work", "grace_period", "max_day", "dean_list"],
        ["Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width", "Species"],
        ["North Dakota", "South Dakota", "New York", "West Virginia", "North Carolina", "New Jersey"],
        ["student_1", "student_2", "student_3", "student_4", "student_5"],
        ["first_name", "last_name", "date_of_birth", "home_address", "email", "phone"],
    ],
)
def test_measures_questions_genes_and_periods_are_none(columns: list[str]) -> None:
    assert people_in_columns(["id", *columns]) is None


@given(st.integers(0, 12), st.permutations([f"x{number}" for number in range(8)]))
def test_as_many_as_are_told_apart_stop_wherever_they_stand(count: int, others: list[str]) -> None:
    columns = [*others[:4], *mails()[:count], *others[4:]]
    found = people_in_columns(columns)
    assert (found is not None) is (count >= FEWEST)


@pytest.mark.parametrize("names", [people(), mails(), [f"patient_{number:03d}" for number in range(9)]])
def test_a_table_of_a_column_for_each_person_stops_and_tells_no_name(names: list[str]) -> None:
    with pytest.raises(InputError) as raised:
        open_table(table(names), "table.csv", b"", Asked())
    line = str(raised.value)
    assert f"found {len(names)} columns" in line
    assert "melt" in line
    assert "\n" not in line
    assert not any(name in line for name in names)


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (people(), "* *"),
        (mails(), "*@*"),
        ([f"patient_{number:03d}" for number in range(9)], "patient_*"),
        ([f"TCGA-A1-{number:04d}" for number in range(9)], "TCGA-*"),
    ],
)
def test_a_pattern_that_the_line_tells_keeps_or_drops_them(names: list[str], pattern: str) -> None:
    with pytest.raises(InputError) as raised:
        open_table(table(names), "table.csv", b"", Asked())
    assert f"--keep {shlex.quote(pattern)})" in str(raised.value)
    kept = ingest_table(table(names), "table.csv", keep=pattern)
    assert set(names) <= {column.name for column in kept.schema.columns}
    with_more = pd.read_csv(io.BytesIO(table(names))).assign(plan=["a", "b"] * 100)
    dropped = open_table(with_more.to_csv(index=False).encode(), "table.csv", b"", Asked(drop=pattern))
    assert set(dropped.source.columns) == {"date", "plan"}


def test_a_pattern_that_fits_no_column_is_refused_without_a_column_s_name() -> None:
    with pytest.raises(
        InputError, match="--keep: expected a pattern that matches a column, found none"
    ) as raised:
        open_table(table(mails()), "table.csv", b"", Asked(keep="TCGA-*"))
    assert "@" not in str(raised.value)
