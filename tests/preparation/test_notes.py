from __future__ import annotations

import pytest

from audited import SCHEMA
from tabtwin.preparation.notes import lifted, notes
from tabtwin.protection.identifiers.remedies import Remedies


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


def test_protection_that_a_schema_lifts_is_said_column_by_column() -> None:
    public, own, *rest = SCHEMA.learned
    columns = (public.model_copy(update={"public": True}), own.model_copy(update={"protect": 1}), *rest)
    said = lifted(SCHEMA.model_copy(update={"columns": columns}))
    assert [line.split()[0] for line in said] == [public.name, own.name]
    assert set(said) <= set(notes(SCHEMA.model_copy(update={"columns": columns}), [], {}, Remedies()))
    assert lifted(SCHEMA) == []
