"""Dates are read in every usual form, and written as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.datetime import DATETIME
from tabtwin.schema.kinds.time import TIME
from tabtwin.schema.spelling.date_formats import fitting_formats, is_format, parse, spell

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
    ["March 4th, 2024", "May 1st, 2024", "June 11th, 2024", "July 22nd, 2024"],
    ["4th of March 2024", "21st of May 2023", "13th of June 2022"],
    ["Wednesday, May 1st 2024", "Friday, May 3rd 2024"],
    ["lundi 4 mars 2024", "samedi 31 août 2024"],
    ["Mo, 04.03.2024", "Sa, 31.08.2024"],
    ["Montag, 4. März 2024", "Samstag, 31. August 2024"],
    ["segunda-feira, 4 de março de 2024", "domingo, 31 de março de 2024"],
    ["пн 4 марта 2024", "сб 31 августа 2024"],
    ["1er mars 2024", "11 mai 2024"],
    ["3/4/2024 10:15 a.m.", "12/31/2024 1:05 p.m."],
    ["4/3/2024, 10:15\u202fPM", "12/31/2024, 1:05\u202fAM"],
    ["2024-03-04 9:15 p", "2024-12-31 11:05 a"],
    ["2024-03-31T10:00:00+02:00[Europe/Paris]", "2024-12-31T10:00:00+02:00[Europe/Paris]"],
    ["Mon Mar 04 2024 10:15:00 GMT+0100 (Central European Standard Time)"] * 2,
    ["2024-03-31 10:00 Europe/Paris", "2024-12-31 10:00 Europe/Paris"],
    ["2024-03-31 10:00:00 (UTC)", "2024-12-31 10:00:00 (UTC)"],
    ["10:15:00 04/03/2024", "10:15:00 31/12/2024"],
    ["10:15, 4 March 2024 (UTC)", "10:15, 14 April 2024 (UTC)"],
    ["Mon Mar  4 10:15:00 2024", "Sat Mar 16 10:15:00 2024"],
    ["Mon Mar 4 10:15:00 2024 +0100", "Sat Mar 16 10:15:00 2024 +0100"],
    ["2024:03:04 10:15:00", "2024:12:31 10:15:00"],
    ["2024-03-04-10-15-00", "2024-12-31-10-15-00"],
    ["4. 3. 2024", "31. 12. 2024"],
    ["2024. 03. 04.", "2024. 12. 31."],
    ["2024년 3월 4일", "2024년 12월 31일"],
    [" 3/ 4/2024", "12/31/2024"],
    ["041015Z MAR 24", "311015Z DEC 24"],
    ["KW 5/2024", "KW 51/2024"],
    ["Q1/24", "Q4/23"],
    ["4th quarter 2023", "1st quarter 2024"],
]
TIMES = [
    ["10:15 a.m.", "1:05 p.m."], ["10.15 p.m.", "1.05 a.m."], ["10:15 Uhr", "09:05 Uhr"],
    ["10:15:00+01:00", "23:59:00+01:00"], ["10:15:00Z", "23:59:00Z"], ["10:15", "23:59"],
    ["10:15:00.5 PM", "1:15:00.2 AM"], ["10h15", "9h05"], ["10:15pm", "9:05am"],
]  # fmt: skip


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


YEARLESS = {"%-d-%b": "4-Jan", "%b %_d %H:%M": "Jan  4 10:15", "%d.%m.": "04.01.", "%m-%d": "01-04"}


@pytest.mark.parametrize("form", YEARLESS)
def test_days_without_a_year_are_dates_where_there_are_many(form: str) -> None:
    days = np.datetime64("1904-01-01T10:15", "us") + np.arange(0, 365, 3) * np.timedelta64(1, "D")
    cells = distinct(spell(days, form, 0))
    assert cells.values[1] == YEARLESS[form]
    found = DATETIME.guess("at", cells)
    assert found is not None
    assert found.format == form
    assert DATETIME.spell(DATETIME.read(cells, found), found).tolist() == cells.values.tolist()


@pytest.mark.parametrize(
    "cells",
    [
        ["24-Jan", "23-Oct", "22-Jan"],
        ["Mon 10:15", "Tue 11:15"],
        ["1:2", "1:15"],
        ["09:00-10:00", "11:30-12:00"],
        ["2-1", "3-10"],
    ],
)
def test_what_says_no_date_is_none(cells: list[str]) -> None:
    assert fitting_formats(texts(*cells)) == []


def test_parts_of_a_second_may_be_left_out_where_they_are_zero() -> None:
    cells = distinct(texts(*[f"2024-01-31T10:15:{at:02}.25Z" for at in range(20)], "2024-01-31T10:16:00Z"))
    found = DATETIME.guess("at", cells)
    assert found is not None
    assert DATETIME.read(cells, found)[-1] == np.datetime64("2024-01-31T10:16:00")
    half = distinct(texts(*[f"2024-01-31T10:15:0{at}{'.25' * (at % 2)}" for at in range(9)]))
    assert DATETIME.guess("at", half) is None


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
