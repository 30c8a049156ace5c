"""Text that is numbers or dates but for a few cells is told, with the row of the first."""

import numpy as np
import pytest

from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.near_misses import almost

NUMBERS = [str(n) for n in range(100)]
DATES = [f"{1 + n % 28}.2.20{10 + n // 28}" for n in range(100)]


def cells(*texts: str | None) -> str:
    return almost(distinct(np.array(texts, dtype=object)))


def test_the_first_cell_that_is_none_is_named_by_its_row_and_a_missing_one_is_not_it() -> None:
    assert cells(None, *NUMBERS[:30], "many", *NUMBERS[30:], "few") == (
        "100 of 102 cells are numbers, the first other one is in row 32"
    )
    assert cells(*DATES, None, "soon") == "100 of 101 cells are dates, the first other one is in row 102"
    assert cells("soon", *DATES) == "100 of 101 cells are dates, the first other one is in row 1"


DAYS = np.datetime64("2021-05-06") + np.arange(100)
ISO = [str(day) for day in DAYS]
MIXED = {
    "days first": ([f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in ISO[:20]], "20 as 31/12/2024"),
    "times": ([f"{day} 00:10:00" for day in ISO[:30]], "30 as 2024-12-31 22:15:30"),
    "months and years": ([*(day[:7] for day in ISO[:9]), *["2021"] * 5], "9 as 2024-12, 5 as 2024"),
    "Excel's days": ([str(44_000 + at) for at in range(9)], "9 as 45657 (Excel's number of a day)"),
    "names of months": (["3. März 2021", "14. Mai 2021"] * 3, "6 as 31. Dezember 2024"),
}


@pytest.mark.parametrize("name", MIXED)
def test_dates_in_several_forms_are_told_by_an_example_of_none_of_them(name: str) -> None:
    others, said = MIXED[name]
    assert cells(*ISO, *others) == f"100 of {100 + len(others)} cells are dates as 2024-12-31, {said}"


@pytest.mark.parametrize("texts", [["a", "b", "c"], [*NUMBERS, *["x"] * 50], [*NUMBERS], [None, None]])
def test_other_text_is_text(texts: list[str]) -> None:
    assert cells(*texts) == ""


@pytest.mark.parametrize("zone", ["SMITH", "+05:45[Asia/Kathmandu]", "UTC (Jane Smith)"])
def test_the_offset_of_a_cell_is_in_no_example(zone: str) -> None:
    others = [f"0{1 + at}/25/2024 10:15 {zone}" for at in range(2)]
    assert cells(*ISO, *others) == ("100 of 102 cells are dates as 2024-12-31, 2 as 12/31/2024 22:15 +01:00")
