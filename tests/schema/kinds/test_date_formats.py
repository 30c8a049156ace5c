"""Dates are read in every usual form, and written as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.date_formats import fitting_formats, is_format, parse, spell
from tabtwin.schema.kinds.datetime import DATETIME
from tabtwin.schema.kinds.time import TIME

FORMS = [
    ["2023-02-16T16:05:56+02:00", "2020-04-15T19:19:12+02:00"],
    ["2023-02-16 16:05:56+0200", "2020-04-15 19:19:12+0200"],
    ["2023-02-16 16:05 UTC", "2020-04-15 19:19 UTC"],
    ["2023-02-16 16:05:56 GMT+2", "2020-04-15 19:19:12 GMT+2"],
    ["2023-02-16+01:00", "2020-04-15+01:00"],
    ["2023-02-16T16", "2020-04-15T19"],
    ["0201-05-04", "1555-02-17", "9998-12-31"],
    ["31/Jan/2024:10:15:00 +0200", "01/Feb/2024:10:15:00 +0200"],
    ["20240131T101500", "20240201T101501"],
    ["20240131T1015Z", "20240201T1016Z"],
    ["2024-01-31 10:15:00,123", "2024-01-31 10:15:00,125"],
    ["2024-31-01", "2024-30-05"],
    ["24-01-15", "22-12-31", "22-03-03"],
    ["3. März 2024", "12. Januar 2024"],
    ["3 févr. 2024", "12 janv. 2024"],
    ["12 de enero de 2024", "1 de febrero de 2024"],
    ["3-JAN-24", "12-MAY-24"],
    ["12-mei-2024", "1-mrt-2024"],
    ["3 stycznia 2024", "4 maja 2024"],
    ["2024-W05", "2024-W10"],
    ["2024-W05-3", "2020-W53-7"],
    ["2024-Q1", "2023-Q4"],
    ["Q1 2024", "Q3 2023"],
    ["2024-031", "2024-365"],
    ["1/2/24 3:05 PM", "11/12/24 11:05 AM"],
    ["Mon, 29 Jan 2024 10:15:00 +0000", "Tue, 30 Jan 2024 10:15:00 +0000"],
    ["Mon Jan 29 10:15:00 2024", "Tue Jan 30 10:15:00 2024"],
    ["2024年1月3日", "2024年11月13日"],
    ["janvier 2024", "mai 2023"],
]
TIMES = [["10:15", "23:59"], ["10:15:00.5 PM", "1:15:00.2 AM"], ["10h15", "9h05"], ["10:15pm", "9:05am"]]


def texts(*cells: str) -> np.ndarray:
    return np.array(cells, dtype=object)


@pytest.mark.parametrize("cells", FORMS, ids=lambda cells: cells[0])
def test_dates_of_a_usual_form_are_written_as_they_were(cells: list[str]) -> None:
    found = DATETIME.guess("at", distinct(texts(*cells)))
    assert found is not None
    stamps = DATETIME.read(distinct(texts(*cells)), found)
    assert DATETIME.spell(stamps, found).tolist() == cells


@pytest.mark.parametrize("cells", TIMES, ids=lambda cells: cells[0])
def test_times_of_day_are_written_as_they_were(cells: list[str]) -> None:
    assert DATETIME.guess("at", distinct(texts(*cells))) is None
    found = TIME.guess("at", distinct(texts(*cells)))
    assert found is not None
    assert TIME.spell(TIME.read(distinct(texts(*cells)), found), found).tolist() == cells


@pytest.mark.parametrize(
    "text", ["0905", "10.15", "2023-02-29", "2024-13-13", "2024-W54", "0000-00-00", "2024-01-01 24:00"]
)
def test_what_is_on_no_calendar_is_no_date(text: str) -> None:
    assert fitting_formats(texts(text)) == []


def test_days_before_1677_are_those_that_they_are() -> None:
    stamps = parse(texts("0001-01-01", "1582-10-15"), "%Y-%m-%d")
    assert stamps.tolist() == np.array(["0001-01-01", "1582-10-15"], "datetime64[us]").tolist()


def test_a_year_first_is_no_day_first_where_both_can_be_read() -> None:
    assert fitting_formats(texts("2024-01-05", "2024-01-07")) == ["%Y-%m-%d"]


@given(
    st.datetimes(), st.sampled_from(["%Y-%m-%dT%H:%M:%S.%f", "%d/%b/%Y %I:%M:%S.%f %p", "%Y%m%d%H%M%S.%f"])
)
def test_any_moment_is_read_as_it_is_written(moment: object, form: str) -> None:
    stamp = np.array([moment], "datetime64[us]")
    assert (parse(spell(stamp, form, 6), form) == stamp).all()


def test_a_users_format_has_directives() -> None:
    assert is_format("on %d/%m/%Y at %H")
    assert not is_format("%Y-%Q")
    assert not is_format("no directive")


def test_digits_below_a_microsecond_are_zeros_only_where_the_tables_are() -> None:
    stamp = np.array(["2024-01-01T10:15:00.123456"], "datetime64[us]")
    (whole,) = spell(stamp, "%S.%f", 9, every_micro=True)
    (fine,) = spell(stamp, "%S.%f", 9)
    assert whole == "00.123456000"
    assert fine.startswith("00.123456")
    assert (len(fine), fine == whole) == (len(whole), False)
