"""Kinds are guessed conservatively: what might be text stays text."""

import numpy as np
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.cells import Cells, distinct
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.schema import Column


def column(*cells: str | None, name: str = "x") -> Column:
    return guess(name, distinct(np.array(cells, dtype=object)))


def many(form: str, count: int = 200) -> list[str]:
    return [form.format(number) for number in range(count)]


def test_numbers_are_integers_where_all_are_whole() -> None:
    assert column("1", "2", "2").kind == "integer"
    assert column("1.0", "2.0", None).kind == "integer"
    assert column("1.25", "2", "-3e2").kind == "decimal"


def test_decimals_keep_the_digits_that_they_are_written_with() -> None:
    found = column("1.5", "2.25", "3.0")
    assert (found.digits, found.least) == (2, 1)


def test_digits_with_leading_zeros_stay_text() -> None:
    assert column("01234", "99999", "01234").kind == "category"


def test_integers_that_float64_cannot_hold_stay_text() -> None:
    assert column(str(2**53 + 1), "1", "1").kind == "category"


def test_usual_markers_are_missing_among_numbers_and_only_there() -> None:
    assert column("1", "NA", "?", "2").missing
    words = column("red", "NA", "red", "NA", "red")
    assert (words.kind, words.missing) == ("category", False)


@pytest.mark.parametrize("infinite", ["inf", "-Infinity", "1e999", "1e31", "-1.5e300"])
def test_infinite_numbers_are_refused(infinite: str) -> None:
    with pytest.raises(InputError, match=r"'x'.*finite"):
        column("1", infinite, "3")


def test_infinite_floats_are_refused() -> None:
    with pytest.raises(InputError, match="finite"):
        guess("x", distinct(np.array([1.0, np.inf])))


def test_a_boolean_keeps_its_spelling_and_its_missing_cells() -> None:
    found = column("Yes", "No", None, "Yes")
    assert (found.kind, found.spelling, found.missing) == ("boolean", ("No", "Yes"), True)
    assert column("TRUE", "FALSE").dtype == "bool"


def test_zeros_and_ones_stay_numbers() -> None:
    assert column("0", "1", "1").kind == "integer"


def test_dates_need_one_format_for_every_cell() -> None:
    assert column("2020-01-31", "2021-12-01", None).format == "%Y-%m-%d"
    assert column("31/01/2020", "01/02/2020").format == "%d/%m/%Y"
    assert column("01/31/2020", "01/02/2020").format == "%m/%d/%Y"
    assert column("2020-01-31", "soon", "2020-01-31").kind == "category"


def test_an_ambiguous_date_takes_the_format_that_most_cells_rule_in_and_says_so() -> None:
    months = [f"01/{month:02d}/{year}" for year in range(2000, 2010) for month in range(1, 13)]
    found = column(*months)
    assert found.format == "%d/%m/%Y"
    assert "1 more would" in found.why


def test_dates_without_leading_zeros_are_written_so_again() -> None:
    assert column("1/31/2020 9:05", "11/1/2020 10:00").format == "%-m/%-d/%Y %-H:%M"
    assert column("1/31/2020", "11/01/2020").format == "%m/%d/%Y"
    assert column("11/30/2020", "12/31/2020").format == "%m/%d/%Y"


def test_times_of_a_day_are_no_text_and_are_stored_as_it() -> None:
    found = column("08:05", "23:59", None)
    assert (found.kind, found.format, found.dtype) == ("time", "%H:%M", "string")
    assert column("8:05:01", "12:00:00").format == "%-H:%M:%S"
    assert column("8:05 AM", "12:00 PM").format == "%-I:%M %p"
    assert column("26:10:00", "08:05:00", "08:05:00").kind == "duration"


def test_fractions_of_a_second_keep_their_digits() -> None:
    found = column("2020-01-01 10:00:00.125", "2020-01-01 10:00:00.250")
    assert (found.format, found.digits) == ("%Y-%m-%d %H:%M:%S.%f", 3)


def test_unique_texts_of_one_pattern_are_a_key() -> None:
    found = column(*many("CUST-{:05d}"))
    assert (found.kind, found.pattern) == ("key", "CUST-0\\1999")


def test_unique_integers_are_a_key_only_where_they_look_like_one() -> None:
    shuffled = np.random.default_rng(1).permutation(200).astype(str)
    assert column(*shuffled).kind == "key"
    measured = np.random.default_rng(1).permutation(10_000)[:200].astype(str)
    assert column(*measured, name="amount").kind == "integer"
    assert column(*measured, name="customerID").kind == "key"
    assert column(*measured, name="paid").kind == "integer"


def test_unique_decimals_are_never_a_key() -> None:
    assert column(*many("{}.5"), name="id").kind == "decimal"


def test_constant_and_empty_columns_are_told() -> None:
    assert column("a", "a", "a").value == "a"
    assert column(None, None).kind == "empty"
    assert column("a", None, "a").kind == "category"
    assert guess("x", Cells(np.empty(0, object), np.full(3, -1, "int32"))).kind == "empty"


def test_text_that_hardly_repeats_is_refused_by_name_with_the_remedy_and_without_a_cell() -> None:
    remarks = ["word " * (number % 7) + str(number) for number in range(200)]
    with pytest.raises(InputError, match=r"'x'.*drop it, or declare it a key in --schema") as error:
        column(*remarks)
    assert "word" not in str(error.value)


@pytest.mark.parametrize("form", ["{},25", "{} 250,5", "1,{}", "2.{},5", "1,{}.75"])
def test_numbers_of_another_country_are_refused_as_numbers_and_not_as_text(form: str) -> None:
    with pytest.raises(InputError, match=r"'x': expected plain numbers.* 200 of 200 cells"):
        column(*(form.format(number) for number in range(100, 300)))


def test_text_that_repeats_is_a_category() -> None:
    assert column(*many("{}"), *many("x{}"), *["y"] * 100).kind == "category"
