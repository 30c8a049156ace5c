"""Durations are numbers of seconds, written as the table writes them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.duration import DURATION
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.spelling.duration_forms import find, parse, spell

FORMS = {
    "26:03:04": ["26:03:04", "2:03:04"],
    "126:03:04": ["126:03:04", "02:03:04"],
    "pandas": ["1 days 02:03:04", "0 days 00:00:05"],
    "python": ["1 day, 2:03:04", "3:04:05", "2 days, 0:00:01"],
    "fractions": ["1 days 02:03:04.500000", "2 days 01:00:00.250000"],
    "laps": ["1:27.452", "61:03.005"],
    "iso": ["PT2H3M", "PT45M", "P1DT2H"],
    "seconds": ["PT1.5S", "PT2.25S"],
    "words": ["2h 30m", "1h 5m", "45m"],
    "tight": ["2h30m", "2h0m"],
    "long": ["1 hour 5 minutes", "2 hours 1 minute"],
}


@pytest.mark.parametrize("cells", FORMS.values(), ids=FORMS)
def test_durations_of_a_usual_form_are_written_as_they_were(cells: list[str]) -> None:
    texts = np.array(cells, dtype=object)
    found = guess("span", distinct(texts))
    assert found.kind == "duration"
    assert DURATION.spell(DURATION.read(distinct(texts), found), found).tolist() == cells


@pytest.mark.parametrize("cells", [["10:15", "12:00"], ["5 m", "7 m"], ["a:b", "26:00"], ["12", "30"]])
def test_times_of_day_lengths_and_words_are_none(cells: list[str]) -> None:
    assert find(np.array(cells, dtype=object)) == ""


@given(
    st.integers(0, 10**7),
    st.sampled_from(["%H:%M:%S", "[%D day(s), ]%-H:%M:%S", "%D days %H:%M:%S", "P[%-DD]T[%-HH][%-MM][%-SS]"]),
)
def test_any_duration_is_read_as_it_is_written(seconds: int, form: str) -> None:
    assert parse(spell(np.array([float(seconds)]), form, 0), form) == seconds


def test_whole_minutes_stay_whole() -> None:
    seconds = np.random.default_rng(1).integers(0, 9_000, 300) * 60.0
    texts = spell(seconds, "%H:%M:%S", 0)
    found = guess("span", distinct(texts))
    assert DURATION.unit(found) == 1
    assert DURATION.unit(found.model_copy(update={"every": 60.0})) == 60
    assert DURATION.on_grid(np.array([89.0, 91.0]), found.model_copy(update={"every": 60.0})).tolist() == [
        60,
        120,
    ]
