"""Cells that are marks are missing, however a column is stored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.rules.fixed_cells import as_text
from tabtwin.schema.spelling.number_style import Style


def test_an_empty_text_is_missing_unless_the_source_tells_it_from_a_missing_cell() -> None:
    cells = distinct(np.array(["a", "", "?", None], dtype=object))
    assert cells.without(("?",)).values.tolist() == ["a"]
    kept = replace(cells, keeps_empty=True).without(("?",))
    assert kept.values.tolist() == ["a", ""]
    assert kept.codes.tolist() == [0, 1, -1, -1]


def test_a_mark_among_stored_dates_is_missing() -> None:
    days = np.array(["2024-01-01T10:00", "9999-12-31", "NaT"], dtype="datetime64[us]")
    cells = distinct(days, "timestamp[us]")
    assert cells.without(()) is cells
    assert cells.without(("9999-12-31",)).codes.tolist() == [0, -1, -1]


def test_a_mark_is_also_missing_in_what_numbers_are_written_as() -> None:
    cells = distinct(np.array(["$1,200", "?", "$5"], dtype=object)).plainly(Style(prefix="$", thousands=","))
    found = cells.without(("?",))
    assert found.values.tolist() == ["1200", "5"]
    assert found.raw is not None
    assert found.raw.values.tolist() == ["$1,200", "$5"]


def test_times_in_rules_have_no_zeros_that_say_nothing() -> None:
    spelled = ["2020-01-31", "2020-01-31T10:00:00", "2020-01-31T00:00:00.500", "2020-01-31T00:00:00.000001"]
    for unit in ("us", "ns"):
        assert [as_text(np.datetime64(text, unit)) for text in spelled] == spelled
