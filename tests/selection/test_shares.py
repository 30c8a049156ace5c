"""tabtwin.selection.shares: what is asked for, and quotas that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.errors import InputError
from tabtwin.schema.schema import Column, MadeTarget, Schema
from tabtwin.selection.shares import Shares, parse_shares

SCHEMA = Schema(
    columns=(
        Column(name="a=b", kind="category"),
        Column(name="left", kind="boolean"),
        Column(name="age", kind="integer"),
    ),
    target="age >= 50",
    made=MadeTarget(column="age", operator=">=", value="50"),
)


def parsed(text: str) -> Shares:
    shares = parse_shares(text, SCHEMA)
    assert shares is not None
    return shares


def test_nothing_asked_for_is_nothing() -> None:
    assert parse_shares("", SCHEMA) is None


def test_several_values_may_be_asked_for_and_hold_signs_of_the_form() -> None:
    assert parsed("a=b=x, y:z:0.25,w:.5") == Shares("a=b", {"x, y:z": 0.25, "w": 0.5})


def test_a_made_target_may_be_asked_for() -> None:
    assert parsed("age >= 50=yes:0.5") == Shares("age >= 50", {"yes": 0.5})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("left", "expected COLUMN=VALUE:SHARE"),
        ("left=True", "expected COLUMN=VALUE:SHARE"),
        ("left=True:half", "expected COLUMN=VALUE:SHARE"),
        ("left=True:0.5;", "expected COLUMN=VALUE:SHARE"),
        ("left=True:0", "above 0"),
        ("left=True:0.7,False:0.4", "at most 1 together"),
        ("age=50:0.5", "expected a column of categories"),
        ("lefd=True:0.5", "did you mean 'left'"),
    ],
)
def test_what_cannot_be_asked_for_says_why(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parsed(text)


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1), st.integers(1, 500), st.floats(0.01, 1))
def test_quotas_add_up_to_the_rows_wanted(values: list[str | None], rows: int, share: float) -> None:
    cells = np.array([*values, "b"], dtype=object)
    quotas = Shares("x", {"a": share}).quotas(cells, rows)
    assert sum(quotas.values()) == rows
    assert abs(quotas["a"] - share * rows) < 1


def test_values_that_nothing_is_asked_of_keep_their_ratio() -> None:
    cells = np.array(["a"] * 10 + ["b"] * 60 + [None] * 30, dtype=object)
    assert Shares("x", {"a": 0.4}).quotas(cells, 100) == {"a": 40, "b": 40, None: 20}


def test_a_value_that_is_not_there_is_bad_input_and_not_repeated() -> None:
    cells = np.array(["a", "b"], dtype=object)
    Shares("x", {"a": 0.4}).check(cells)
    with pytest.raises(InputError, match=r"'x' has .*, found 1 other") as caught:
        Shares("x", {"a": 0.4, "secret": 0.1}).check(cells)
    assert "secret" not in str(caught.value)


def test_weights_make_the_rows_have_the_shares() -> None:
    cells = np.array(["a"] * 10 + ["b"] * 90, dtype=object)
    weights = Shares("x", {"a": 0.4}).weights(cells)
    assert weights.sum() == pytest.approx(100)
    assert weights[:10].sum() == pytest.approx(40)


def test_shares_of_all_values_must_add_up_to_one() -> None:
    with pytest.raises(InputError, match="add up to 1"):
        Shares("x", {"a": 0.4, "b": 0.4}).quotas(np.array(["a", "b"], dtype=object), 10)


def test_the_natural_rows_have_the_real_rows_shares() -> None:
    twin = np.array(["a"] * 60 + ["b"] * 40, dtype=object)
    real = np.array(["a"] * 20 + ["b"] * 80, dtype=object)
    rows = Shares("x", {"a": 0.6}).natural(twin, real, np.random.default_rng(1))
    assert len(rows) == 50
    assert (twin[rows] == "a").sum() == 10
    assert len(Shares("x", {"a": 1.0}).natural(twin[:60], real, np.random.default_rng(1))) == 60
