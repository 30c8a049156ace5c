"""Categories that fix what another column writes: they change to such as fix what their row holds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.yielding import alike_rows, of_the_same

BANK = Rule(kind="implies", columns=("bank", "state"), values={"b1": "x", "b2": "x", "b3": "y"}, yields=True)
SIZE = Rule(kind="implies", columns=("bank", "size"), values={"b1": "S", "b2": "L", "b3": "L"}, yields=True)


def texts(*cells: str | None) -> np.ndarray:
    return np.array(cells, dtype=object)


def test_a_category_changes_to_one_that_fixes_what_its_row_holds() -> None:
    banks, states = texts("b1", "b3", "b2", "b1"), texts("x", "x", "y", "y")
    assert of_the_same(banks, {"state": states}, [BANK]).tolist() == ["b1", "b1", "b3", "b3"]


def test_a_category_of_several_rules_changes_to_one_that_fits_all_of_them() -> None:
    held = {"state": texts("x", "x"), "size": texts("S", "L")}
    assert of_the_same(texts("b3", "b3"), held, [BANK, SIZE]).tolist() == ["b1", "b2"]


def test_a_category_stays_where_none_fits_or_it_fixes_nothing() -> None:
    banks, states = texts("b1", "(other)", None, "b2"), texts("z", "x", "y", None)
    assert of_the_same(banks, {"state": states}, [BANK]).tolist() == ["b1", "(other)", None, "b2"]
    own = BANK.model_copy(update={"gaps": True})
    assert of_the_same(banks, {"state": states}, [own]).tolist() == ["b1", "(other)", None, "b2"]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y"]))))
def test_rows_are_alike_that_hold_the_same_in_all_columns(rows: list[tuple[str | None, str]]) -> None:
    found = alike_rows([texts(*(row[at] for row in rows)) for at in (0, 1)])
    assert sorted(place for places in found for place in places) == list(range(len(rows)))
    held = [{rows[place] for place in places} for places in found]
    assert all(len(one) == 1 for one in held)
    assert len(held) == len(set(rows))
