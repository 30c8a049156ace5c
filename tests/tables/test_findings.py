from __future__ import annotations

import pytest

from audited import SCHEMA
from tabtwin.tables.findings import notes
from tabtwin.tables.identifiers.remedies import Remedies


@pytest.mark.parametrize(
    ("protected", "said"),
    [
        ({"pay": 8, "debt": 5}, "changed about 10 cells"),
        ({"pay": 1, "debt": 2}, "changed fewer than 5 cells"),
        ({"pay": 8, "debt": 2}, "changed about 10 cells"),
        ({"pay": 30, "debt": 7}, "changed about 40 cells"),
        ({"pay": 3, "debt": 4}, "changed about 10 cells"),
    ],
)
def test_the_sum_of_protected_cells_is_told_in_tens(protected: dict[str, int], said: str) -> None:
    assert said in notes(SCHEMA, [], protected, Remedies())[-1]
