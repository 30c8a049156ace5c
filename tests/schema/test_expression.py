from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tabtwin.schema.expression import Expression, column, number, operation, parse, parse_equation

NAMES = some.sampled_from(["net", "unit price", "a`b", "year", "größe", "x.y", "12", "a=b"])


def days(*dates: str) -> np.ndarray:
    return np.array([(date.fromisoformat(text) - date(1970, 1, 1)).days for text in dates], float)


def expressions() -> some.SearchStrategy[Expression]:
    leaves = NAMES.map(column) | some.floats(-1e9, 1e9).map(number)
    return some.recursive(
        leaves,
        lambda parts: (
            some.tuples(some.sampled_from("+-*/"), parts, parts).map(lambda found: operation(*found))
            | some.tuples(some.sampled_from(["min", "days"]), parts, parts).map(
                lambda found: operation(*found)
            )
            | parts.map(lambda part: operation("negative", part))
        ),
        max_leaves=8,
    )


@settings(max_examples=200)
@given(expressions())
def test_an_expression_written_and_read_again_is_the_same(expression: Expression) -> None:
    if expression.columns:
        assert parse(str(expression)) == expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2", [7, np.nan]),
        ("(a + b) * 2", [8, np.nan]),
        ("a - b - 1", [-1, np.nan]),
        ("-a / b", [-1 / 3, np.nan]),
        ("min(a, b, 2) + max(a, 1e1)", [11, np.nan]),
        ("a / 0", [np.nan, np.nan]),
        ("round(a / 8, 2)", [0.13, 0.63]),
        ("floor(-a / 2)", [-1, -3]),
        ("abs(-a)", [1, 5]),
    ],
)
def test_numbers_are_computed_and_missing_ones_stay_missing(text: str, expected: list[float]) -> None:
    cells = {"a": np.array([1.0, 5.0]), "b": np.array([3.0 if "- b" not in text else 1.0, np.nan])}
    np.testing.assert_allclose(parse(text).evaluate(cells), expected)


def test_a_missing_number_is_replaced_by_the_first_that_is_there() -> None:
    cells = {"a": np.array([np.nan, 2.0, np.nan]), "b": np.array([1.0, 1.0, np.nan])}
    assert parse("coalesce(a, b, 0) + 1").evaluate(cells).tolist() == [2, 3, 1]
    np.testing.assert_allclose(parse("coalesce(a, b)").evaluate(cells), [1, 2, np.nan])
    with pytest.raises(ValueError, match="expected 2 to 20 values in coalesce"):
        parse("coalesce(a)")


def test_parts_of_dates_are_those_of_the_calendar() -> None:
    cells = {
        "born": days("1960-02-29", "2001-12-31", "1969-07-20"),
        "seen": days("2023-02-28", "2023-12-31", "1969-07-21") + 0.75,
    }
    for text, expected in {
        "year(born)": [1960, 2001, 1969],
        "month(born)": [2, 12, 7],
        "day(born)": [29, 31, 20],
        "weekday(born)": [1, 1, 7],
        "hour(seen)": [18, 18, 18],
        "years(born, seen)": [62, 22, 0],
        "days(born, seen)": [23010, 8035, 1],
    }.items():
        assert parse(text).evaluate(cells).tolist() == expected, text


@given(some.datetimes(datetime(1600, 1, 1), datetime(2200, 1, 1)))
def test_parts_of_stamps_are_those_of_the_standard_library(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    stamp = {"d": (np.array([moment], "datetime64[s]").astype("int64") / 86_400)}
    day = moment.replace(hour=0, minute=0, second=0)
    for text, expected in {
        "quarter(d)": (moment.month + 2) // 3,
        "week(d)": moment.isocalendar().week,
        "yearday(d)": moment.timetuple().tm_yday,
        "hour(d)": moment.hour,
        "minute(d)": moment.minute,
        "second(d)": moment.second,
        "date(d)": (day - datetime(1970, 1, 1)).days,
    }.items():
        assert parse(text).evaluate(stamp).tolist() == [expected], text
    time = (moment - day).total_seconds() / 86_400 + (datetime(1900, 1, 1) - datetime(1970, 1, 1)).days
    np.testing.assert_allclose(parse("time(d)").evaluate(stamp), time, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1 +", "a b", "(a", "2", "f(a)", "year(a, b)", "a ** b", "__import__('os')", "a = b", "+", "`"),
        *("(" * 190, "(" * 400, "+".join("a" * 400)),
    ],
)
def test_what_is_no_expression_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected [^\n]*$"):
        parse(text)


def test_an_equation_names_its_target_first() -> None:
    assert parse_equation("`a=b` = net + tax") == ("a=b", parse("net + tax"))
    with pytest.raises(ValueError, match="COLUMN = EXPRESSION"):
        parse_equation("net + tax")
