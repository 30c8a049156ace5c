"""The form of a text is told in little time, however odd it is."""

import numpy as np
import pytest

from tabtwin.schema.spelling.date_formats import fitting_formats
from tabtwin.schema.spelling.date_shapes import formats_of

ODD = {
    "blanks": " " * 30,
    "brackets": "[" * 9_000 + "]" * 9_000,
    "days of the week": "Mon, " * 6_000,
    "a note after a time": "10:15" + " a" * 15_000,
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_date_has_no_format(name: str) -> None:
    assert formats_of(ODD[name]) == []


def test_blanks_between_dates_are_no_date() -> None:
    assert fitting_formats(np.array(["2024-01-05", " " * 30, "2024-01-07"], dtype=object)) == []


def test_dates_may_have_many_blanks_around_them() -> None:
    assert f"{' ' * 200}%Y-%m-%d" in formats_of(f"{' ' * 200}2024-01-05")
