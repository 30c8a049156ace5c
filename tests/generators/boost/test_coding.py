from __future__ import annotations

import json

import numpy as np
import pandas as pd

from tabtwin.generators.boost.coding import DAY, TIME, WEEKDAY, Coding, fit_column, load_coding, split, state
from tabtwin.schema.schema import Column, Schema

ROWS = 4_000


def stamps(form: str) -> tuple[pd.DataFrame, Coding]:
    """Appointments over three years: working days only, and those from 9 to 17 o'clock."""
    rng = np.random.default_rng(1)
    days = rng.integers(15_000, 16_100, 3 * ROWS)
    days = days[(days + 3) % 7 < 5][:ROWS].astype(float)
    time = rng.integers(9 * 60, 17 * 60, ROWS) / 1_440 if "%H" in form else 0.0
    values = np.where(rng.random(ROWS) < 0.1, np.nan, days + time)
    rows = pd.DataFrame({"when": values})
    schema = Schema(columns=(Column(name="when", kind="datetime", format=form),))
    return rows, (fit_column(rows["when"], schema["when"], np.arange(ROWS), 5, 64),)


def drawn_from(rows: pd.DataFrame, coding: Coding) -> np.ndarray:
    """The cells that come of the cells' own codes."""
    (column,) = coding
    values = split(rows["when"], column)
    rng = np.random.default_rng(2)
    return column.join(
        {
            name: part.draw(part.codes(values[name]), rng.random(len(rows)))
            for name, part in column.parts.items()
        }
    )


def test_a_date_with_a_time_has_three_parts_that_keep_its_pattern() -> None:
    rows, coding = stamps("%Y-%m-%d %H:%M")
    assert list(coding[0].parts) == [DAY, WEEKDAY, TIME]
    drawn = drawn_from(rows, coding)
    there = drawn[~np.isnan(drawn)]
    np.testing.assert_array_equal(np.isnan(drawn), rows["when"].isna())
    assert ((np.floor(there) + 3) % 7 < 5).mean() > 0.99
    assert ((there % 1 >= 9 / 24 - 1e-9) & (there % 1 < 17 / 24)).all()


def test_a_date_without_a_time_keeps_its_days_of_the_week() -> None:
    rows, coding = stamps("%-d.%-m.%Y")
    assert list(coding[0].parts) == [DAY, WEEKDAY]
    drawn = drawn_from(rows, coding)
    there = drawn[~np.isnan(drawn)]
    np.testing.assert_array_equal(there, np.rint(there))
    assert ((there + 3) % 7 < 5).mean() > 0.99


def test_months_are_numbers_like_others() -> None:
    _, coding = stamps("%Y-%m")
    assert list(coding[0].parts) == [""]


def test_the_state_of_a_coding_restores_it() -> None:
    rows, coding = stamps("%Y-%m-%d %H:%M")
    about, arrays = state(coding)
    restored = load_coding(json.loads(json.dumps(about)), arrays)
    np.testing.assert_array_equal(drawn_from(rows, restored), drawn_from(rows, coding))
