"""What a line proposes is what is run."""

import pandas as pd

from tests.benchmarks.attempt import Attempt, is_hidden, subjects_of


def attempt(line: str) -> Attempt:
    return Attempt(options=(), code=2, line=line, lines=1, seconds=1.0, megabytes=1.0)


def test_all_columns_that_a_line_would_drop_are_dropped_however_they_are_called() -> None:
    line = (
        "expected no columns that name people, found 'full name' (names of people); drop them (--drop "
        "'full name') or fill them with plausible values (--replace 'full name'), or declare that they name "
        "no one (--keep 'full name'); expected categories, found text in 'a', 'b (c)'; leave it out (--drop "
        "'a,b (c)'), or x"
    )
    assert attempt(line).proposed == ("--drop", "full name", "--drop", "a,b (c)")


def test_a_line_that_proposes_no_column_is_not_run_again() -> None:
    assert (
        attempt("t.csv: expected at least 100 rows, found 30; a smaller table cannot hide its rows").proposed
        == ()
    )


def test_another_type_is_forgiven_only_where_protection_hides_what_gave_it() -> None:
    numbers, empty = pd.Series([1, 2, 3]), pd.Series([float("nan")] * 3)
    few, many = (pd.Series(["4", "5"] * 9 + ["-"] * count, dtype=object) for count in (4, 5))
    assert is_hidden(few, numbers)
    assert not is_hidden(many, numbers)
    assert is_hidden(many, empty)
    assert not is_hidden(pd.Series([1.5, 2.0]), numbers)


def test_columns_that_are_dropped_say_whom_rows_are_of() -> None:
    real = pd.DataFrame({"who": ["b", "a", "b", None], "x": [1, 2, 3, 4]})
    found = subjects_of(real, ["x"])
    assert found is not None
    assert found.tolist() == [0, 1, 0, 2]
    assert subjects_of(real, ["who", "x"]) is None
