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


@pytest.mark.parametrize("texts", [["a", "b", "c"], [*NUMBERS, *["x"] * 50], [*NUMBERS], [None, None]])
def test_other_text_is_text(texts: list[str]) -> None:
    assert cells(*texts) == ""
