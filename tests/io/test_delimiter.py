"""tabtwin.io.delimiter: by what the cells of a CSV are separated."""

from __future__ import annotations

import pytest

from tabtwin.io.delimiter import find_delimiter


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_usual_delimiter_separates_cells(delimiter: str) -> None:
    text = delimiter.join(["town", "area", "note"]) + "\n" + delimiter.join(["Uster", "28.5", "lake"]) + "\n"
    assert find_delimiter(text) == delimiter


def test_a_mark_that_is_not_in_every_line_separates_nothing() -> None:
    assert find_delimiter("town;note\nUster;lake, castle\nChur;old\n") == ";"


def test_a_mark_in_quotes_separates_nothing() -> None:
    assert find_delimiter('town,note\nUster,"a; b; c"\nChur,"d; e; f"\n') == ","


def test_a_table_of_one_column_has_commas() -> None:
    assert find_delimiter("town\nUster\nChur\n") == ","


def test_an_open_quote_leaves_commas() -> None:
    assert find_delimiter('town;"area\n' + "Uster;28\n" * 20_000) == ","
