"""Dates may be written as numbers, and ordinary numbers are no dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.io.writing_parquet import to_arrow
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.kinds.numeral_dates import find, find_times
from tabtwin.schema.kinds.registry import learned
from tabtwin.schema.schema import Schema
from tabtwin.schema.source import Source
from tabtwin.schema.typed import canonical

DAYS = np.datetime64("2020-01-01") + np.random.default_rng(1).integers(0, 1_400, 300)


@pytest.mark.parametrize("form", ["%Y%m%d", "%Y%m", "%Y%j", "%Y%m%d%H%M%S"])
@pytest.mark.parametrize("stored", [True, False])
def test_dates_as_numbers_are_dates_in_that_form(form: str, stored: bool) -> None:
    texts = pd.DatetimeIndex(DAYS).strftime(form).to_numpy(object)
    cells = distinct(texts.astype("float64"), "int32") if stored and "%H" not in form else distinct(texts)
    found = guess("day", cells)
    assert (found.kind, found.format) == ("datetime", form)
    schema = Schema(columns=(found,))
    table = canonical(Source({"day": cells}, len(DAYS)), schema)
    back = to_arrow(table, schema)["day"]
    assert str(back.type) == (cells.dtype or "int64")
    assert [str(cell) for cell in back.to_pylist()] == texts.tolist()


MOMENTS = DAYS.astype("datetime64[m]") + np.random.default_rng(2).integers(0, 1_440, 300)
LOST = [("%d%m%Y", "datetime"), ("%m%d%Y", "datetime"), ("%m%Y", "datetime"), ("%d%m%y", "datetime")]


@pytest.mark.parametrize(("form", "kind"), [*LOST, ("%H%M", "time")])
@pytest.mark.parametrize("lost", [True, False])
def test_days_first_and_times_are_numbers_with_their_zeros_or_without(
    form: str, kind: str, *, lost: bool
) -> None:
    texts = pd.DatetimeIndex(MOMENTS).strftime(form).to_numpy(object)
    if lost:
        texts = texts.astype(int).astype(str).astype(object)
    cells = distinct(texts)
    found = guess("day", cells)
    own = f"%-{form[1:]}" if lost else form
    assert (found.kind, found.format, found.dtype) == (kind, own, "int64" if lost else "string")
    schema = Schema(columns=(found,))
    table = canonical(Source({"day": cells}, len(texts)), schema)
    assert learned(found).texts(table["day"], found).tolist() == texts.tolist()


@pytest.mark.parametrize(("form", "own"), [("%Y%m%d", "%Y%m%d.0"), ("%H%M", "%-H%M.0")])
def test_numbers_that_pandas_wrote_beside_missing_cells_keep_their_point(form: str, own: str) -> None:
    texts = pd.DatetimeIndex(MOMENTS).strftime(form).astype(int).astype(float).astype(str).to_numpy(object)
    texts[:9] = None
    cells = distinct(texts)
    found = guess("day", cells)
    assert (found.format, found.dtype, found.missing) == (own, "double", True)
    schema = Schema(columns=(found,))
    table = canonical(Source({"day": cells}, len(texts)), schema)
    assert learned(found).texts(table["day"], found).tolist() == texts.tolist()
    assert to_arrow(table, schema)["day"].to_pylist()[9] == float(texts[9])


def test_years_and_minutes_are_no_times() -> None:
    for numbers in (np.arange(1_900, 1_960), np.arange(0, 60), np.arange(100, 2_360, 10)):
        assert find_times(distinct(numbers.astype("float64"), "int64")) == ""


def test_a_number_for_none_is_a_mark() -> None:
    texts = [*pd.DatetimeIndex(DAYS).strftime("%Y%m%d"), *["99991231"] * 30, *["0"] * 20]
    found = guess("day", distinct(np.array(texts, dtype=object)), 5)
    assert (found.kind, set(found.marks)) == ("datetime", {"0", "99991231"})


@pytest.mark.parametrize(
    "numbers",
    [np.arange(202_001, 202_013), np.arange(2_001_001, 2_001_301), np.arange(20_200_101, 20_200_129)],
)
def test_numbers_that_count_on_are_no_dates(numbers: np.ndarray) -> None:
    assert find(distinct(numbers.astype("float64"), "int64")) == ""


@given(
    st.integers(0, 2**32),
    st.sampled_from([(190_001, 210_012), (19_000_101, 21_001_231), (1_900_001, 2_100_366)]),
)
@settings(max_examples=200)
def test_random_numbers_in_the_range_of_dates_are_none(seed: int, ends: tuple[int, int]) -> None:
    numbers = np.random.default_rng(seed).integers(*ends, 60)
    assert find(distinct(numbers.astype("float64"), "int64")) == ""


def test_a_year_a_row_is_learned_and_no_key() -> None:
    assert guess("year", distinct(np.arange(1850.0, 2000.0), "int64")).kind == "integer"
    assert guess("year_id", distinct(np.arange(1850.0, 2000.0), "int64")).kind == "key"
    assert guess("row", distinct(np.arange(1.0, 151.0), "int64")).kind == "key"


def test_a_number_0_is_one_mark_which_protection_can_hide() -> None:
    numbers = np.append(pd.DatetimeIndex(DAYS).strftime("%Y%m%d").to_numpy(object).astype("float64"), 0.0)
    found = guess("day", distinct(numbers, "int64"))
    assert (found.kind, found.marks) == ("datetime", ("0",))
