"""Plausible values of a kind, made by a library."""

import re

import numpy as np
import pytest

from tabtwin.protection.identifiers.direct_identifiers import identify
from tabtwin.protection.identifiers.replacing import POOL, replace
from tabtwin.schema.column import Column, Identifies
from tabtwin.schema.kinds.cells import distinct

COUNT = 300


def column(what: Identifies, locale: str = "en_US", **fields: object) -> Column:
    return Column.model_validate(
        {"name": "x", "kind": "identifier", "identifier": what, "locale": locale, **fields}
    )


def values(what: Identifies, seed: int = 1, count: int = COUNT, **fields: object) -> np.ndarray:
    return replace(column(what, **fields), count, np.random.default_rng(seed))  # type: ignore[arg-type] # test's own


@pytest.mark.parametrize("what", ["email", "iban", "card", "national number", "phone", "address", "name"])
def test_values_look_like_what_they_stand_for(what: Identifies) -> None:
    made = values(what)
    assert made.shape == (COUNT,)
    one = identify({"national number": "ssn"}.get(what, what), distinct(made))
    assert one is not None
    assert one.what == what


def test_the_same_seed_makes_the_same_values_and_another_others() -> None:
    assert (values("name") == values("name")).all()
    assert (values("name") != values("name", seed=2)).any()


def test_values_are_all_different_where_the_sources_are() -> None:
    assert len(set(values("name", count=5_000, distinct=True))) == 5_000
    assert len(set(values("name", count=5_000))) < 5_000


def test_no_more_values_are_made_than_repeat_anyway() -> None:
    assert len(set(values("last name", count=3 * POOL))) <= POOL


def test_mail_to_such_an_address_arrives_nowhere() -> None:
    assert all(re.fullmatch(r".+@example\.(com|net|org)", address) for address in values("email"))


@pytest.mark.parametrize(("what", "locale"), [("phone", "fil_PH"), ("iban", "en_PH")])
def test_every_locale_has_values_and_none_says_a_word(
    what: Identifies, locale: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert all(replace(column(what, locale), 5, np.random.default_rng(1)))
    assert not caplog.records


def test_a_column_of_numbers_gets_numbers() -> None:
    assert all(text.isdigit() for text in values("national number", dtype="int64"))


@pytest.mark.parametrize("locale", ["zh_CN", "ja_JP", "ko_KR", "hi_IN", "ar_SA", "th_TH", "hu_HU"])
def test_names_come_out_in_the_writing_and_order_of_their_language(locale: str) -> None:
    one = identify("patient_name", distinct(values("name", locale=locale)))
    assert one is not None
    assert (one.what, one.locale) == ("name", locale)
