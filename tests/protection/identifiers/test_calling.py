from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.io.reading import read_source
from tabtwin.protection.identifiers.calling import is_called_category, is_called_subject
from tabtwin.protection.identifiers.subjects import find_subjects


@pytest.mark.parametrize(
    "name", ["customer_id", "PatientNo", "account", "Kundennr", "userId", "ACCOUNT_NO", "cuenta", "client"]
)
def test_names_of_subjects_numbers_are_known(name: str) -> None:
    assert is_called_subject(name)


@pytest.mark.parametrize(
    "name", ["id", "no", "store_id", "user_agent", "account_balance", "customers_served", "patient_age", ""]
)
def test_what_is_said_of_subjects_is_not_their_number(name: str) -> None:
    assert not is_called_subject(name)


def payments(name: str, people: int) -> pd.DataFrame:
    """Rows of which nothing but the number says whose they are."""
    rng = np.random.default_rng(1)
    rows = people * 12
    return pd.DataFrame(
        {
            name: np.repeat(rng.permutation(9_000)[:people] + 1_000, 12),
            "amount": rng.lognormal(3, 1, rows).round(2),
            "shop": rng.choice(["bakery", "fuel", "books"], rows),
        }
    )


def found(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [one.columns for one in find_subjects(read_source(table.to_csv(index=False).encode(), "t.csv"))]


def test_a_number_that_is_called_a_subjects_is_one_though_nothing_hangs_on_it() -> None:
    assert found(payments("customer_id", 120)) == [("customer_id",)]
    assert found(payments("shelf_id", 120)) == []


def test_fifteen_subjects_are_enough_where_their_names_are_no_categories() -> None:
    table = payments("patient", 15)
    rng = np.random.default_rng(2)
    ids = {number: rng.bytes(16).hex() for number in table["patient"].unique()}
    assert found(table.assign(patient=table["patient"].map(ids))) == [("patient",)]
    assert found(table) == []


def test_categories_are_known_by_their_last_word() -> None:
    assert all(map(is_called_category, ["model", "carMake", "home_state", "stop_name", "ZipCode", "SKU"]))
    assert not any(map(is_called_category, ["model_id", "state_no", "customer", ""]))


def test_models_with_a_maker_and_a_size_of_their_own_are_no_subjects() -> None:
    rng = np.random.default_rng(3)
    kinds = 127
    at = rng.integers(0, kinds, 3_000)
    forms = ("7{1}7-{0}H{1}", "A3{1}-{0}", "CL-{0}-2B{1}", "EMB-{0}XR")
    names = np.array([forms[number % 4].format(number, number % 7) for number in range(kinds)])
    table = pd.DataFrame(
        {
            "model": names[at],
            "manufacturer": rng.choice(["BOEING", "AIRBUS", "EMBRAER", "CESSNA"], kinds)[at],
            "seats": rng.choice([50, 70, 100, 150, 180, 300], kinds)[at],
            "engine": rng.choice(["jet", "fan", "prop"], kinds)[at],
            "speed": rng.normal(400, 50, 3_000).round(),
        }
    )
    assert found(table) == []
    assert found(table.rename(columns={"model": "plane"})) == [("plane",)]


def test_long_words_with_years_are_no_hashes_of_few_subjects() -> None:
    words = [
        "One_Story_1946_and_Newer",
        "Two_Story_1945_and_Older",
        "One_and_Half_Story_PUD_1946",
        "Split_1950",
    ]
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"style": rng.choice(words, 600), "price": rng.lognormal(11, 1, 600).round()})
    assert found(table.rename(columns={"style": "x"})) == []
