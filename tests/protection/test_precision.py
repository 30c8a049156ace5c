"""What is told of how a column is written goes by training, and by k subjects there."""

import io

import numpy as np
import pandas as pd
import pytest

from tabtwin.io.reading import read_source
from tabtwin.preparation.describing import describe
from tabtwin.protection.precision import as_vouched, as_written, with_vouched_encoding
from tabtwin.schema.declared import Declared
from tabtwin.schema.schema import Column, Schema

ROWS, K = 120, 5


def told(
    cells: list[str], training: np.ndarray | None = None, subjects: np.ndarray | None = None, **stated: object
) -> tuple[Column, Column]:
    """A column as all rows of a CSV say, and as k subjects of its training do."""
    table = pd.DataFrame({"x": cells, "y": np.arange(len(cells)) % 3})
    declared = Declared(columns=({"name": "x"} | stated,))
    return found(table.to_csv(index=False).encode(), "t.csv", declared, training, subjects)


def found(
    data: bytes,
    name: str,
    declared: Declared | None = None,
    training: np.ndarray | None = None,
    subjects: np.ndarray | None = None,
) -> tuple[Column, Column]:
    source, declared = read_source(data, name), declared or Declared()
    schema = describe(source, declared, None, K)
    rows = np.ones(source.rows, bool) if training is None else training
    owners = np.arange(source.rows) if subjects is None else subjects
    return schema["x"], as_vouched(schema, source, rows, owners, K, declared.fields)["x"]


def parquet(cells: object) -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame({"x": cells}).to_parquet(buffer)
    return buffer.getvalue()


def money(count: int = ROWS) -> list[str]:
    return [f"{number * 1.37:.2f}" for number in range(count)]


def with_some(cells: list[str], odd: list[str]) -> list[str]:
    return [*odd, *cells[len(odd) :]]


@pytest.mark.parametrize(("lacking", "missing"), [(K - 1, False), (K, True)])
def test_cells_may_be_missing_where_k_subjects_lack_one(lacking: int, missing: bool) -> None:
    read, new = told(with_some(money(), [""] * lacking))
    assert (read.missing, new.missing) == (True, missing)


def test_missing_cells_of_one_subject_are_one() -> None:
    cells = with_some(money(), [""] * 20)
    assert not told(cells, subjects=np.maximum(np.arange(ROWS), 19))[1].missing


@pytest.mark.parametrize(("letters", "encoding"), [(K - 1, "utf-8"), (K, "cp1252")])
def test_k_subjects_letters_keep_an_encoding(letters: int, encoding: str) -> None:
    table = pd.DataFrame({"x": with_some(["town"] * ROWS, ["Zürich"] * letters)})
    source = read_source(table.to_csv(index=False).encode("cp1252"), "t.csv")
    schema, everyone = describe(source, Declared(), None, K), np.arange(ROWS)
    assert schema.encoding == "cp1252"
    assert with_vouched_encoding(schema, source, everyone >= 0, everyone, K).encoding == encoding


def test_a_letter_in_a_columns_name_keeps_an_encoding() -> None:
    source = read_source("Größe\n1\n2\n".encode("cp1252"), "t.csv")
    schema, everyone = describe(source, Declared(), None, K), np.arange(2)
    assert with_vouched_encoding(schema, source, everyone >= 0, everyone, K).encoding == "cp1252"


def test_one_cell_of_six_decimals_does_not_give_a_column_six() -> None:
    read, new = told(with_some(money(), ["1.123456"]))
    assert (read.digits, new.digits) == (6, 2)


def test_k_cells_of_six_decimals_do_unless_they_are_one_subjects() -> None:
    cells = with_some(money(), ["1.123456"] * K)
    assert told(cells)[1].digits == 6
    assert told(cells, subjects=np.maximum(np.arange(ROWS), K))[1].digits == 2


def test_cells_that_are_held_out_have_no_say() -> None:
    cells = with_some(money(), ["1.123456"] * 20)
    assert told(cells, training=np.arange(ROWS) >= 20)[1].digits == 2


@pytest.mark.parametrize("odd", ["1e-7", "0.1234567890123456789"])
def test_one_number_of_all_digits_does_not_give_a_column_all(odd: str) -> None:
    read, new = told(with_some(money(), [odd]))
    assert (read.digits, new.digits, new.least) == (17, 2, 2)


def test_one_number_without_decimals_does_not_shorten_the_others() -> None:
    read, new = told(with_some(money(), ["7"]))
    assert (read.least, new.least) == (0, 2)


def test_one_number_with_decimals_leaves_integers_integers() -> None:
    whole = [str(number) for number in range(ROWS)]
    read, new = told(with_some(whole, ["3.5"]))
    assert (read.kind, new.kind, new.digits, new.dtype) == ("decimal", "integer", 0, "int64")
    read, new = told(with_some([f"{number}.0" for number in range(ROWS)], ["3.25"]))
    assert (read.kind, new.kind, new.least, new.dtype) == ("decimal", "integer", 1, "double")


def test_a_clean_column_is_told_as_it_is_read() -> None:
    for cells in (
        money(),
        [str(number % 7) for number in range(ROWS)],
        [f"{number}e-3" for number in range(ROWS)],
    ):
        read, new = told(cells)
        assert new == read


def test_what_the_user_states_stays() -> None:
    assert told(with_some(money(), ["1.123456"]), digits=6)[1].digits == 6


def test_numbers_that_are_stored_as_such_are_told_likewise() -> None:
    cells = np.round(np.arange(ROWS) * 1.37, 2)
    assert found(parquet(cells), "t.parquet")[1].digits == 2
    cells[3] = 0.1 + 0.2
    read, new = found(parquet(cells), "t.parquet")
    assert (read.digits, new.digits) == (17, 2)


def test_one_time_of_day_does_not_make_days_times() -> None:
    days = pd.Series(pd.date_range("2001-01-01", periods=ROWS))
    days[7] += pd.Timedelta("13:45:11.25")
    read, new = found(parquet(days), "t.parquet")
    assert read.format == "%Y-%m-%d %H:%M:%S.%f"
    assert (new.format, new.digits) == ("%Y-%m-%d", 0)


def test_one_date_does_not_tell_how_fine_seconds_are_nor_how_days_are_spelled() -> None:
    seconds = [f"2001-01-01 10:00:00.{number:03d}" for number in range(ROWS)]
    assert told(with_some(seconds, ["2001-01-01 10:00:00.123456"]))[1].digits == 3
    bare = [f"{number % 12 + 1}/{number % 28 + 1}/2001" for number in range(ROWS)]
    read, new = told(with_some(bare, ["01/02/2001"]))
    assert (read.format, new.format) == ("%m/%d/%Y", "%-m/%-d/%Y")


def test_cells_are_rounded_to_what_is_told() -> None:
    number = Column(name="x", kind="decimal", digits=6)
    date = Column(name="d", kind="datetime", format="%Y-%m-%d %H:%M:%S")
    before = Schema(columns=(number, date))
    after = Schema(
        columns=(number.model_copy(update={"digits": 2}), date.model_copy(update={"format": "%Y-%m-%d"}))
    )
    table = pd.DataFrame({"x": [1.234567, np.nan], "d": pd.to_datetime(["2001-01-01 13:45:00", None])})
    rounded = as_written(table, before, after)
    assert rounded["x"][0] == 1.23
    assert rounded["d"][0] == pd.Timestamp("2001-01-02")
    assert rounded.isna().to_numpy()[1].all()
    assert as_written(table, before, before) is table


def test_one_key_does_not_widen_a_pattern() -> None:
    keys = [f"C{number:05d}" for number in range(0, 40 * ROWS, 40)]
    assert told(keys)[1].pattern.startswith("C")
    for odd in ("XX0017", "C0017", "c00017", "C-0017", "C000170000"):
        pattern = told(with_some(keys, [odd]), kind="key")[1].pattern
        assert pattern[0] == "C"
        assert len(pattern.replace("\\", "")) == 6


def test_one_long_running_number_does_not_tell_where_new_ones_begin() -> None:
    keys = [f"u{number}" for number in range(1, ROWS + 1)]
    read, new = told(with_some(keys, ["u98765432109"]))
    assert (read.pattern, new.pattern, new.first) == ("u#", "u#", 1001)
    assert told(keys)[1].first == 1001


def test_new_running_numbers_keep_clear_of_a_long_one() -> None:
    keys = [f"u{number}" for number in range(1, ROWS + 1)]
    assert told(with_some(keys, ["u1234"]))[1].first == 10_001


def test_a_mark_that_few_cells_hold_is_not_told() -> None:
    cells = money()
    read, new = told(with_some(cells, ["?"]))
    assert (read.marks, new.marks, new.blank) == (("?",), (), "")
    read, new = told(with_some(cells, ["?"] * K + ["-"]))
    assert (new.marks, new.blank) == (("?",), "?")
    stated = told(with_some(cells, ["?"]), marks=["?"], blank="?")[1]
    assert (stated.marks, stated.blank) == ((), "")
