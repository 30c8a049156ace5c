"""A twin by another tool is read as far as it goes, and what does not fit is counted by column."""

from __future__ import annotations

import datetime
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audited import SCHEMA, source
from tabtwin.io.foreign import of_one_type, read_foreign
from tabtwin.io.lenient import REASONS, Lenient, read_leniently, without
from tabtwin.io.reading import from_pandas, read_source
from tabtwin.lib.errors import InputError
from tabtwin.protection.rare_values import fit_encoding
from tabtwin.report.disclosure import DEFECTS
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.registry import KINDS
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.typed import canonical

TRAINING = source(400, 1)
ENCODING = fit_encoding(TRAINING, SCHEMA, np.arange(len(TRAINING)), 5)
TWIN = TRAINING.sample(frac=1, random_state=1).reset_index(drop=True)


def read(table: pd.DataFrame, *, as_csv: bool = True, na_rep: str = "") -> Lenient:
    """What is read of a twin, through a CSV or through Parquet."""
    data = table.to_csv(index=False, na_rep=na_rep).encode() if as_csv else from_pandas(of_one_type(table))
    return read_leniently(read_source(data, "--synthetic"), SCHEMA, TRAINING, ENCODING)


def learned(
    kind: str, training: list[object], twin: list[object], **fields: object
) -> tuple[pd.Series, dict[str, int]]:
    """One column of a twin as it is read, and its defects."""
    schema = Schema(columns=(Column.model_validate({"name": "x", "kind": kind, **fields}),))
    dtype = {
        "integer": "float64",
        "decimal": "float64",
        "duration": "float64",
        "datetime": "datetime64[us]",
    }.get(kind, object)
    known = pd.DataFrame({"x": pd.Series(training, dtype=dtype)})
    encoding = fit_encoding(known, schema, np.arange(len(known)), 1)
    data = pd.DataFrame({"x": twin, "y": 1}).to_csv(index=False).encode()
    found = read_leniently(read_source(data, "--synthetic"), schema, known, encoding)
    return found.table["x"], found.defects.get("x", {})


def test_a_twin_that_fits_is_read_as_our_own_is_and_has_no_defects() -> None:
    found = read(TWIN)
    data = TWIN.to_csv(index=False).encode()
    pd.testing.assert_frame_equal(found.table, canonical(read_source(data, "--synthetic"), SCHEMA))
    assert found.defects == {}
    assert found.lacking == ()


@pytest.mark.parametrize("as_csv", [True, False])
def test_decimals_in_a_column_of_integers_are_the_numbers_that_they_are(as_csv: bool) -> None:
    found = read(TWIN.assign(age=TWIN["age"] + 0.25), as_csv=as_csv)
    assert found.defects == {"age": {"decimals": 400}}
    assert (found.table["age"] == TWIN["age"] + 0.25).all()


def test_whole_numbers_with_a_point_are_whole() -> None:
    values, defects = learned("integer", [1, 2, 3], ["1.0", "2.0", "3.00"])
    assert (values.tolist(), defects) == ([1, 2, 3], {})


def test_a_new_category_is_a_value_of_its_own_and_counted() -> None:
    found = read(TWIN.assign(plan=TWIN["plan"].mask(TWIN.index < 7, "platinum")))
    assert found.defects == {"plan": {"unknown_category": 7}}
    assert (found.table["plan"][:7] == "platinum").all()


def test_numbers_out_of_range_are_counted_and_kept() -> None:
    found = read(TWIN.assign(age=TWIN["age"].mask(TWIN.index < 3, 999)))
    assert found.defects == {"age": {"out_of_range": 3}}
    assert (found.table["age"][:3] == 999).all()


def test_one_row_a_little_beyond_the_range_is_not_told_since_fresh_rows_are_there_too() -> None:
    most = TRAINING["age"].max()
    assert read(TWIN.assign(age=TWIN["age"].mask(TWIN.index < 1, most + 1))).defects == {}
    assert read(TWIN.assign(age=TWIN["age"].mask(TWIN.index < 12, most + 1))).defects == {
        "age": {"out_of_range": 12}
    }


@pytest.mark.parametrize(
    "form", ["%d/%m/%Y", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00", "%d %B %Y", "%b %d, %Y"]
)
def test_dates_of_another_format_are_the_days_that_they_are(form: str) -> None:
    found = read(TWIN.assign(since=TWIN["since"].dt.strftime(form)))
    assert found.defects == {"since": {"date_format": 400}}
    assert (found.table["since"] == TWIN["since"]).all()


def test_a_date_that_may_be_two_days_is_missing() -> None:
    days = [f"2020-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 13)]
    values, defects = learned("datetime", days, ["01/02/2020", "03/04/2020"] * 60, format="%Y-%m-%d")
    assert values.isna().all()
    assert defects == {"not_a_date": 120, "missing": 120} or defects == {"not_a_date": 120}


def test_text_among_dates_does_not_take_the_others_along() -> None:
    since = TWIN["since"].dt.strftime("%d/%m/%Y").to_numpy(object, copy=True)
    since[:3], since[3] = ["soon", "0000-00-00", "99/99/2020"], None
    found = read(TWIN.assign(since=since))
    assert found.defects == {"since": {"not_a_date": 3, "date_format": 396, "missing": 1}}
    assert (found.table["since"][4:] == TWIN["since"][4:]).all()


@pytest.mark.parametrize(
    ("false", "true"),
    [("no", "yes"), ("0", "1"), ("0.0", "1.0"), ("FALSE", "TRUE"), ("f", "t"), (" False", "True ")],
)
def test_booleans_in_other_words_are_the_same_booleans(false: str, true: str) -> None:
    found = read(TWIN.assign(left=TWIN["left"].map({"False": false, "True": true})))
    assert found.defects == {"left": {"spelling": 400}}
    assert (found.table["left"] == TWIN["left"]).all()


@pytest.mark.parametrize("dtype", ["bool", "boolean", "int64", "float64", "Int8"])
def test_booleans_of_another_type_are_the_same_booleans(dtype: str) -> None:
    table = TWIN.assign(left=(TWIN["left"] == "True").astype(dtype))
    assert (read(table, as_csv=False).table["left"] == TWIN["left"]).all()


def test_a_boolean_of_a_third_word_is_an_unknown_category() -> None:
    found = read(TWIN.assign(left=TWIN["left"].mask(TWIN.index < 5, "perhaps")))
    assert found.defects == {"left": {"unknown_category": 5}}


def test_numbers_of_no_and_yes_in_words_are_numbers() -> None:
    values, defects = learned("integer", [0, 1] * 5, ["True", "False", "1"])
    assert (values.tolist(), defects) == ([1, 0, 1], {"spelling": 2})
    values, defects = learned("integer", [0, 1, 2], ["True", "False", "1"])
    assert defects == {"not_a_number": 2}


@pytest.mark.parametrize("mark", ["NA", "nan", "None", "<NA>", "NULL", "N/A"])
def test_marks_for_missing_in_another_spelling_are_missing(mark: str) -> None:
    found = read(TWIN, na_rep=mark)
    gone = {name: int(TWIN[name].isna().sum()) for name in ("debt", "plan")}
    assert found.defects == {name: {"spelling": count} for name, count in gone.items()}
    pd.testing.assert_frame_equal(found.table.isna(), TWIN.isna())


def test_missing_cells_where_training_has_none_are_counted() -> None:
    found = read(TWIN.assign(age=TWIN["age"].mask(TWIN.index < 11), left=TWIN["left"].mask(TWIN.index < 6)))
    assert found.defects == {"age": {"missing": 11}, "left": {"missing": 6}}


def test_text_in_a_column_of_numbers_is_missing_and_counted() -> None:
    age = TWIN["age"].astype(object)
    age[:4] = ["old", "inf", "1,234", "12 %"]
    found = read(TWIN.assign(age=age))
    assert found.defects == {"age": {"not_a_number": 4}}
    assert found.table["age"].isna().sum() == 4


def test_numbers_spelled_in_another_way_are_read() -> None:
    values, defects = learned("decimal", [1, 5000.5], ["+5", "007", "1,234.5", " 12 ", "1e2"], digits=1)
    assert values.tolist() == [5, 7, 1234.5, 12, 100]
    assert defects == {"spelling": 3}


def test_durations_that_are_none_or_of_another_form_are_counted() -> None:
    training: list[object] = [3_600.0 * hours for hours in range(24, 60)]
    values, defects = learned("duration", training, ["26:00:00", "97200", "soon"], format="%H:%M:%S")
    assert values.tolist()[:2] == [93_600.0, 97_200.0]
    assert defects == {"not_a_duration": 1, "duration_format": 1}


def test_the_defects_of_every_kind_are_counted_and_told() -> None:
    told = {reason for kind in KINDS if kind.is_learned for reason in (kind.unread, kind.otherwise)}
    assert told <= set(REASONS)
    assert set(DEFECTS) == set(REASONS)


def test_spaces_around_a_category_and_its_case_are_a_spelling() -> None:
    plan = TWIN["plan"].str.upper() + " "
    found = read(TWIN.assign(plan=plan))
    assert found.defects == {"plan": {"spelling": int(plan.notna().sum())}}
    assert (found.table["plan"].dropna() == TWIN["plan"].dropna()).all()


def test_categories_of_numbers_may_come_as_other_numbers() -> None:
    values, defects = learned("category", ["1", "2", "01"], ["1.0", "2.00", "3"])
    assert (values.tolist(), defects) == (["1.0", "2", "3"], {"unknown_category": 2, "spelling": 1})


def test_a_cell_of_dates_as_numbers_is_no_date() -> None:
    found = read(TWIN.assign(since=TWIN["since"].astype("int64")), as_csv=False)
    assert found.defects == {"since": {"not_a_date": 400}}


def test_stamps_with_a_time_in_a_column_of_days_are_finer_than_it() -> None:
    found = read(TWIN.assign(since=TWIN["since"] + pd.Timedelta("7h")), as_csv=False)
    assert found.defects == {"since": {"date_format": 400}}


def test_a_column_that_the_twin_lacks_is_named_and_the_rest_is_read() -> None:
    found = read(TWIN.drop(columns=["plan", "left"]))
    assert found.lacking == ("plan", "left")
    left = without(
        SCHEMA.model_copy(update={"target": "left", "quasi_identifiers": ("age", "plan")}), found.lacking
    )
    assert [column.name for column in left.learned] == list(found.table.columns)
    assert (left.target, left.quasi_identifiers) == (None, ("age",))


def test_columns_of_several_types_or_odd_ones_are_text() -> None:
    table = TWIN.assign(
        left=[True, "no"] * 200,
        age=[1.5, "old"] * 200,
        since=TWIN["since"].dt.to_period("D"),
        plan=pd.Categorical(TWIN["plan"]),
        pay=TWIN["pay"].astype("Float32"),
        debt=[pd.Timedelta("1D")] * 400,
    )
    found = read(table, as_csv=False)
    assert found.defects["left"] == {"spelling": 200}
    assert found.defects["age"]["not_a_number"] == 200
    assert found.defects["debt"] == {"not_a_number": 400}
    assert "since" not in found.defects
    assert "plan" not in found.defects


def test_a_parquet_file_of_types_that_we_do_not_read_is_read_as_text() -> None:
    table = TWIN.assign(
        age=[[1, 2]] * 400,
        pay=[{"a": 1}] * 400,
        debt=[b"\xff"] * 400,
        since=[datetime.date(9999, 12, 31)] * 400,
        left=[datetime.time(1)] * 400,
    )
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    with pytest.raises(InputError):
        read_source(buffer.getvalue(), "--synthetic")
    for twin in (
        read_foreign(buffer.getvalue(), "--synthetic"),
        read_source(from_pandas(of_one_type(table)), ""),
    ):
        found = read_leniently(twin, SCHEMA, TRAINING, ENCODING)
        assert found.defects == {
            "age": {"not_a_number": 400},
            "pay": {"not_a_number": 400},
            "debt": {"not_a_number": 400},
            "since": {"out_of_range": 400},
            "left": {"unknown_category": 400},
        }


@pytest.mark.parametrize(
    "cell", [10**30, 1 + 2j, pd.Interval(0, 1), datetime.datetime(9000, 1, 1), ("a", 1), b"x"]
)
def test_a_pandas_column_of_anything_is_read(cell: object) -> None:
    assert len(read(TWIN.assign(age=[cell] * 400), as_csv=False).table) == 400


def test_a_damaged_file_is_none() -> None:
    with pytest.raises(InputError, match="damaged"):
        read_foreign(b"PAR1 and no more", "--synthetic")


@settings(max_examples=60)
@given(st.data())
def test_nothing_that_a_tool_may_write_stops_the_reading(data: st.DataObject) -> None:
    cell = st.one_of(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=8),
        st.floats(allow_nan=True, allow_infinity=True),
        st.integers(-(10**20), 10**20),
        st.sampled_from(["1e999", "2020-13-45", "-", "∞", "0x10", "1_000", "٣", "9999-12-31", "1/1/1"]),
    )
    rows = {name: data.draw(st.lists(cell, min_size=5, max_size=5)) for name in TWIN}
    text = io.StringIO()
    pd.DataFrame(rows).astype(str).to_csv(text, index=False)
    source_read = read_source(text.getvalue().encode(), "--synthetic")
    found = read_leniently(source_read, SCHEMA, TRAINING, ENCODING)
    assert len(found.table) == source_read.rows
    for column in SCHEMA.learned:
        cells = found.table[column.name]
        assert cells.dtype == TRAINING[column.name].dtype
        if column.kind in {"integer", "decimal"}:
            assert np.isfinite(cells.dropna()).all()
    assert {reason for part in found.defects.values() for reason in part} <= set(REASONS)


def test_an_encoding_of_one_value_reads_too() -> None:
    assert isinstance(ENCODING, Encoding)
    values, defects = learned("decimal", [2.5, 2.5], ["2.5", "2.75"], digits=1)
    assert (values.tolist(), defects) == ([2.5, 2.75], {"decimals": 1, "out_of_range": 1})
