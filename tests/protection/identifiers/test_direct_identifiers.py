"""Columns that name people are found, and hardly any other."""

import numpy as np
import pandas as pd
import pytest
from faker import Faker

from tabtwin.protection.identifiers.direct_identifiers import Identifier, identify
from tabtwin.schema.kinds.cells import distinct

COUNT = 200


def made(method: str, locale: str = "en_US") -> list[str]:
    fake = Faker(locale)
    fake.seed_instance(3)
    return [str(getattr(fake, method)()) for _ in range(COUNT)]


def found(name: str, cells: list[str]) -> Identifier | None:
    return identify(name, distinct(np.array(cells, dtype=object)))


@pytest.mark.parametrize(
    ("method", "locale", "what"),
    [
        ("email", "en_US", "email"),
        ("iban", "de_DE", "iban"),
        ("credit_card_number", "en_US", "card"),
        ("name", "en_US", "name"),
        ("name", "fr_FR", "name"),
        ("ssn", "it_IT", "national number"),
        ("ssn", "no_NO", "national number"),
        ("ssn", "en_US", "national number"),
        ("address", "de_DE", "address"),
        ("phone_number", "es_ES", "phone"),
    ],
)
def test_cells_alone_tell_what_they_are(method: str, locale: str, what: str) -> None:
    one = found("x", made(method, locale))
    assert one is not None
    assert one.what == what


@pytest.mark.parametrize(
    ("name", "method", "locale", "what"),
    [
        ("E-Mail", "email", "en_US", "email"),
        ("Telefon", "phone_number", "de_DE", "phone"),
        ("first_name", "first_name", "en_US", "first name"),
        ("Nachname", "last_name", "de_DE", "last name"),
        ("customerName", "last_name", "en_GB", "name"),
        ("street_address", "street_address", "nl_NL", "address"),
    ],
)
def test_the_name_of_a_column_helps(name: str, method: str, locale: str, what: str) -> None:
    one = found(name, made(method, locale))
    assert one is not None
    assert one.what == what
    assert one.why.endswith("and its name")


@pytest.mark.parametrize(("method", "locale"), [("iban", "fr_FR"), ("name", "sv_SE"), ("ssn", "pl_PL")])
def test_the_locale_is_that_of_most_values(method: str, locale: str) -> None:
    one = found("x", made(method, locale))
    assert one is not None
    assert one.locale == locale


def test_a_column_that_is_only_called_so_is_none() -> None:
    assert found("email", ["yes", "no"] * 50) is None
    assert found("phone", [f"model {number}" for number in range(COUNT)]) is None
    assert found("Stem_Cell_Factor", [f"{number / 7:.12f}" for number in range(1, COUNT)]) is None
    assert found("name", [f"Mazda RX{number}" for number in range(COUNT)]) is None
    assert found("address", [f"10.0.{number}.1" for number in range(COUNT)]) is None


def test_places_products_and_numbers_name_nobody() -> None:
    rng = np.random.default_rng(1)
    assert found("city", made("city")) is None
    assert found("company", made("company")) is None
    assert found("job", made("job")) is None
    assert found("amount", [str(number) for number in rng.integers(10**8, 10**9, COUNT)]) is None
    hours = pd.date_range("2010-01-01", periods=COUNT, freq="31h").strftime("%Y%m%d%H")
    assert found("hour", list(hours)) is None


def test_numbers_are_looked_at_as_they_are_written() -> None:
    numbers = np.array([float(number) for number in made("ssn", "no_NO")])
    one = identify("x", distinct(numbers))
    assert one is not None
    assert (one.what, one.locale) == ("national number", "no_NO")
    assert identify("x", distinct(numbers + 0.5)) is None


@pytest.mark.parametrize("people", [1, 2, 9])
def test_few_people_of_many_rows_are_found_by_plain_identifiers_or_what_a_column_is_called(
    people: int,
) -> None:
    for kind in ("email", "iban"):
        assert found("x", made(kind)[:people] * 40) is not None
    assert found("patient_name", made("name")[:people] * 40) is not None


def test_a_word_of_few_that_could_be_a_name_names_nobody() -> None:
    assert found("region", ["Victoria", "Florence", "Sydney", "Adelaide"] * 40) is None
    assert found("kind", made("last_name")[:4] * 40) is None


def test_the_reason_holds_no_cell() -> None:
    cells = made("email")
    one = found("mail", cells)
    assert one is not None
    assert not any(cell in one.why for cell in cells)
