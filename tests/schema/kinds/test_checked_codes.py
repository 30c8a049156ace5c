"""Codes with check digits are keys with right ones, or categories; other numbers are neither."""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import ean, iban, isbn, luhn

import tabtwin
from tabtwin.lib.errors import InputError
from tabtwin.lib.taken import Taken
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.checked_codes import find_checked
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.spelling.check_digits import SCHEMES, complete

COUNT = 300


def completed(name: str, *forms: str, count: int = COUNT, seed: int = 1) -> list[str]:
    """Return codes of some forms in turn, whose signs # are digits and @ are letters."""
    rng = np.random.default_rng(seed)
    signs = {"#": "0123456789", "@": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    drawn = [
        "".join(signs[sign][rng.integers(len(signs[sign]))] if sign in signs else sign for sign in form)
        for form in itertools.islice(itertools.cycle(forms), count)
    ]
    return [str(complete(np.array([text], dtype=object), SCHEMES[name])[0]) for text in drawn]


CODES: dict[str, tuple[list[str], Callable[[str], bool], tuple[str, ...]]] = {
    "articles": (completed("gtin", "40012#######?"), ean.is_valid, ("40012",)),
    "short articles": (completed("gtin", "40#####?"), ean.is_valid, ("40", "41")),
    "articles with zeros": (completed("gtin", "0##########?"), ean.is_valid, ("0",)),
    "books": (completed("gtin", "978-3-##-######-?", "978-0-####-####-?"), isbn.is_valid, ("978-",)),
    "books with their word": (
        completed("gtin", "ISBN 9783########?"),
        lambda text: isbn.is_valid(text[5:]),
        ("ISBN",),
    ),
    "old books": (completed("isbn10", "3-16-######-?"), isbn.is_valid, ("3-16-",)),
    "accounts": (completed("iban", "DE??37040044##########"), iban.is_valid, ("DE",)),
    "accounts in groups": (
        completed("iban", "GB?? @@@@ #### #### #### ##", "DE?? #### #### #### #### ##"),
        iban.is_valid,
        ("GB", "DE"),
    ),
    "cards": (
        completed("luhn", "4##############?", "51#############?", "37############?"),
        luhn.is_valid,
        ("4", "51", "37"),
    ),
    "cards in groups": (
        completed("luhn", "4### #### #### ###?"),
        lambda text: luhn.is_valid(text.replace(" ", "")),
        ("4",),
    ),
    "articles as pandas writes them beside missing ones": (
        [f"{code}.0" for code in completed("gtin", "40012#######?")],
        lambda text: text.endswith(".0") and ean.is_valid(text[:-2]),
        ("40012",),
    ),
    "devices": (completed("luhn", "35############?"), luhn.is_valid, ("35",)),
}


@pytest.mark.parametrize("what", CODES)
def test_new_keys_have_right_check_digits_in_the_form_of_the_sources(what: str) -> None:
    codes, is_valid, begins = CODES[what]
    column = guess("code", distinct(np.array(codes, dtype=object)), protect=5)
    assert column.kind == "key"
    assert "right check digits" in column.why
    made = KEY.make(column, COUNT, np.random.default_rng(3), Taken())
    assert all(map(is_valid, made))
    assert len(set(made)) == COUNT
    assert not set(made) & set(codes)
    assert all(text.startswith(begins) for text in made)
    separators = {"".join(sign for sign in text if sign in " -") for text in codes}
    assert {"".join(sign for sign in text if sign in " -") for text in made} == separators
    assert {len(text) for text in made} == {len(text) for text in codes}


def test_later_twins_have_other_keys() -> None:
    column = guess("code", distinct(np.array(CODES["old books"][0], dtype=object)))
    first = KEY.make(column, COUNT, np.random.default_rng(3), Taken())
    second = KEY.make(column, COUNT, np.random.default_rng(3), Taken(KEY.bare(first, column)))
    assert not set(first) & set(second)


def table(codes: list[str] | np.ndarray, **columns: object) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame({"ean": codes, "paid": rng.gamma(2, 9, len(codes)).round(2)}).assign(**columns)


@pytest.mark.parametrize("dtype", ["int64", "object"])
def test_products_that_repeat_are_categories_and_none_is_invented(dtype: str) -> None:
    products = completed("gtin", "40012#######?", count=20)
    rows = np.random.default_rng(2).integers(0, 20, 400)
    source = table(np.array(products)[rows]).astype({"ean": dtype})
    found = tabtwin.check(source, seed=1)
    assert (found.schema_found["ean"].kind, found.columns[0].kind) == ("category", "category")
    assert found.schema_found["ean"].why.startswith("repeated article numbers")
    twin = tabtwin.fit(source, seed=1).sample(200)
    assert twin["ean"].dtype == source["ean"].dtype
    assert set(twin["ean"].astype(str)) <= {*products, "(other)"}


def test_member_numbers_with_check_digits_still_name_subjects() -> None:
    members = completed("gtin", "2########00#?", count=60)
    source = table(np.repeat(members, 8)).rename(columns={"ean": "member"})
    assert tabtwin.check(source, seed=1).columns[0].kind == "subject"


def test_codes_that_repeat_too_rarely_for_categories_are_keys() -> None:
    codes = completed("gtin", "40012#######?", count=200)
    column = guess("ean", distinct(np.array([*codes, *codes[:150]], dtype=object)), protect=5)
    assert column.kind == "key"
    assert column.why.startswith("rare article numbers")


def test_a_twin_keeps_gaps_and_types_of_codes() -> None:
    source = table(completed("gtin", "40012#######?"))
    source["ean"] = source["ean"].astype("int64").astype("Int64").where(source.index % 5 > 0)
    twin = tabtwin.fit(source, seed=1).sample(300)
    assert twin["ean"].dtype == "Int64"
    assert 0.1 < twin["ean"].isna().mean() < 0.3
    assert all(ean.is_valid(str(code)) for code in twin["ean"].dropna())


def test_a_few_wrong_codes_are_counted_and_do_not_matter() -> None:
    codes = completed("iban", "DE??37040044##########")
    wrong = [*codes[:-2], codes[-2][:-1] + "x", "none yet"]
    column = guess("iban", distinct(np.array(wrong, dtype=object)), protect=5)
    assert column.why.endswith("(2 cells are not)")
    assert all(map(iban.is_valid, KEY.make(column, 50, np.random.default_rng(1), Taken())))


def test_a_form_that_fewer_than_k_subjects_have_is_not_published() -> None:
    codes = [
        *completed("iban", "DE??37040044##########"),
        *completed("iban", "MC??1122200001######ABC12", count=3),
    ]
    schema = tabtwin.check(table(codes), min_subjects=5, seed=1).schema_found
    assert "MC" not in "".join(schema["ean"].forms)
    assert schema["ean"].forms[0].startswith("DE??37040044")


def test_a_schema_overrules_check_digits() -> None:
    source = table(CODES["articles"][0])
    declared = {"columns": [{"name": "ean", "kind": "integer"}]}
    assert tabtwin.check(source, schema=declared, seed=1).schema_found["ean"].kind == "integer"
    plain = {"columns": [{"name": "ean", "check": ""}]}
    made = tabtwin.check(source, schema=plain, seed=1).schema_found["ean"]
    assert (made.kind, made.check) == ("key", "")
    with pytest.raises(InputError, match="expected one of the known checks"):
        tabtwin.check(source, schema={"columns": [{"name": "ean", "check": "sum"}]}, seed=1)


@settings(max_examples=100)
@given(seed=st.integers(0, 10**6), length=st.integers(8, 16), count=st.integers(8, 60))
def test_random_numbers_have_no_check_digits(seed: int, length: int, count: int) -> None:
    numbers = np.random.default_rng(seed).integers(10 ** (length - 1), 10**length, count)
    assert find_checked(distinct(np.array([str(number) for number in numbers], dtype=object))) is None
    assert find_checked(distinct(numbers.astype(float))) is None


def test_columns_of_older_schemas_have_no_check_digits() -> None:
    column = Column.model_validate({"name": "id", "kind": "key", "pattern": "9999?"})
    assert (column.check, column.forms) == ("", ())
    assert all(key.endswith("?") for key in KEY.make(column, 5, np.random.default_rng(1), Taken()))
