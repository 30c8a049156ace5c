"""A large table's digest is the same for any order, any format and any spelling of its numbers."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.io.reading import read_source
from tabtwin.io.row_sums import RowSums, sums_of

TABLE = pd.DataFrame({"a": np.arange(40) % 7, "b": np.arange(40) / 8, "c": list("xyzw") * 10})


def digest(table: pd.DataFrame, **how: object) -> str:
    return sums_of(read_source(table.to_csv(index=False, **how).encode(), "t.csv", "yes")).digest()


def cell(text: str) -> str:
    found = RowSums()
    found.add({"a": pa.array([text])}, 1)
    return found.digest()


def test_the_same_rows_are_the_same_in_any_order_and_spelling() -> None:
    mine = digest(TABLE)
    assert digest(TABLE.sample(frac=1, random_state=1)) == mine
    assert digest(TABLE[["c", "a", "b"]]) == mine
    assert digest(TABLE, float_format="%.5f") == mine
    assert digest(TABLE, sep=";", decimal=",") == mine


def test_a_cell_that_differs_or_changes_its_place_makes_another_table() -> None:
    mine = digest(TABLE)
    assert digest(TABLE.assign(c=["w", *TABLE["c"][1:]])) != mine
    assert digest(TABLE.assign(a=TABLE["a"][::-1].to_numpy())) != mine
    assert digest(TABLE.rename(columns={"a": "d"})) != mine
    assert digest(TABLE[1:]) != mine
    assert digest(pd.concat([TABLE, TABLE[:1]])) != mine


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)


@given(NUMBERS, NUMBERS)
def test_numbers_are_equal_by_their_value(first: Decimal, second: Decimal) -> None:
    spelled = {
        str(first),
        f"{first:f}",
        f"{first:f}00",
        f"{first:.6E}" if f"{first:.6E}" and Decimal(f"{first:.6E}") == first else str(first),
    }
    spelled |= {text.replace(".", ",") for text in spelled}
    assert len(set(map(cell, spelled))) == 1
    assert (cell(str(first)) == cell(str(second))) == (first == second)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_text_is_the_number_that_it_spells(number: float) -> None:
    found = RowSums()
    found.add({"a": pa.array([number]).cast(pa.string())}, 1)
    assert found.digest() == cell(repr(number).replace("e+", "e"))


@pytest.mark.parametrize(
    "text", ["007", "+1", "1e", "e1", ".", "-", "1.2.3", "1e5x", "1-", "--1", "1 2", "x"]
)
def test_what_is_no_number_is_a_text(text: str) -> None:
    assert cell(text) not in {cell(other) for other in ("7", "1", "0", "12", "1.2", "100000", "-1")}
    assert cell(text) != cell(f" {text}")


@given(st.lists(st.text(max_size=5), min_size=1, max_size=20), st.integers(0, 20))
def test_sums_of_parts_add_up(texts: list[str], cut: int) -> None:
    column = pa.array(texts, pa.string())
    whole, first, second = RowSums(), RowSums(), RowSums()
    whole.add({"a": column}, len(column))
    first.add({"a": column[:cut]}, len(column[:cut]))
    second.add({"a": column[cut:].dictionary_encode()}, len(column[cut:]))
    first.join(second)
    assert first.digest() == whole.digest()
