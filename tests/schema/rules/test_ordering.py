"""Chains, trees and diamonds of orderings over columns whose bounds overlap little."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.agreement import obstacle
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.enforcing import enforce

NAMES = tuple("abcdef")
NOT_DATED: frozenset[str] = frozenset()


def order(low: str, high: str) -> Rule:
    return Rule(kind="order", columns=(low, high))


@pytest.mark.parametrize("seed", range(60))
def test_any_orderings_that_have_room_are_kept_within_all_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    bounds, units = {}, {}
    for name in NAMES:
        low = float(rng.integers(0, 8))
        bounds[name] = (low, low + float(rng.integers(0, 12)))
        units[name] = float(rng.choice([0.01, 0.1, 1.0])) if seed % 2 else 1.0
    rules: list[Rule] = []
    for low, high in rng.permutation(list(combinations(rng.permutation(NAMES), 2)))[:9]:
        if not obstacle(order(low, high), rules, bounds, units, NOT_DATED):
            rules.append(order(low, high))
    drawn = {name: rng.uniform(*bounds[name], 500).round(round(-np.log10(units[name]))) for name in NAMES}
    table = pd.DataFrame(drawn).mask(rng.random((500, len(NAMES))) < 0.1)
    held = enforce(table, tuple(rules), bounds, units)
    assert len(rules) > 1
    assert not broken(held, tuple(rules), units).any()
    for name, (low, high) in bounds.items():
        assert held[name].dropna().between(low, high).all()
    assert (held.isna() == table.isna()).all(axis=None)


@pytest.mark.parametrize(
    ("bounds", "room"),
    [
        ({"a": (0.0, 9.0), "b": (5.0, 6.0), "c": (1.0, 9.0)}, True),
        ({"a": (7.0, 9.0), "b": (0.0, 6.0), "c": (1.0, 9.0)}, False),
        ({"a": (5.0, 9.0), "b": (0.0, 9.0), "c": (1.0, 4.0)}, False),
    ],
)
def test_an_ordering_without_room_is_not_kept(bounds: dict[str, tuple[float, float]], room: bool) -> None:
    found = obstacle(order("b", "c"), [order("a", "b")], bounds, dict.fromkeys("abc", 1.0), NOT_DATED)
    assert found == "" if room else "in reverse order" in found


def test_a_number_between_steps_is_rounded_away_and_never_a_hair_to_the_other_side() -> None:
    table = pd.DataFrame({"exact": [3.0000004], "whole": [1.0]})
    held = enforce(table, (order("exact", "whole"),), {}, {"exact": 0.0, "whole": 1.0})
    assert not broken(held, (order("exact", "whole"),), {}).any()
    assert held["whole"].tolist() == [4.0]


def test_the_ends_of_a_chain_are_in_order_where_the_one_between_them_is_missing() -> None:
    rules = (order("a", "b"), order("b", "c"), order("c", "d"))
    bounds, units = dict.fromkeys("abcd", (0.0, 9.0)), dict.fromkeys("abcd", 1.0)
    table = pd.DataFrame({"a": [5.0, 7.0], "b": [np.nan, 8.0], "c": [np.nan, 9.0], "d": [2.0, 1.0]})
    held = enforce(table, rules, bounds, units)
    assert (held["a"] <= held["d"]).all()
    assert held["b"].isna().tolist() == [True, False]
