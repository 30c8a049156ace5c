"""What columns fix, from one to the next."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.schema.rule import Rule, fixing_order
from tabtwin.schema.rules.chains import follows, is_turned, reached, told

TOWN = Rule(kind="implies", columns=("code", "town"), values={"1": "a", "2": "a", "3": "b"})
STATE = Rule(kind="implies", columns=("town", "state"), values={"a": "x", "b": "y"})
BANK = Rule(kind="implies", columns=("code", "bank"), values={"1": "k"}, yields=True)


def test_a_code_fixes_what_its_town_does() -> None:
    assert reached("code", [STATE, TOWN]) == {"town": TOWN.values, "state": {"1": "x", "2": "x", "3": "y"}}
    direct = Rule(kind="implies", columns=("code", "state"), values={"1": "x", "3": "y"})
    assert follows(direct, [STATE, TOWN])
    assert not follows(direct.model_copy(update={"values": {"1": "y"}}), [STATE, TOWN])


def test_what_a_rule_says_that_yields_is_told_and_not_written() -> None:
    assert "bank" not in reached("code", [TOWN, BANK])
    assert told("code", [TOWN, BANK])["bank"] == {"1": "k"}


def test_a_rule_is_turned_where_each_fixed_value_fixes_its_own() -> None:
    back = Rule(kind="implies", columns=("state", "town"), values={"x": "a", "y": "b"})
    assert is_turned(back, [STATE])
    assert not is_turned(back.model_copy(update={"values": {"x": "b", "y": "b"}}), [STATE])


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_rules_that_lead_nowhere_from_a_column_change_nothing(columns: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = [f"c{number}" for number in range(columns)]
    pairs = [(a, b) for at, a in enumerate(names) for b in names[at + 1 :] if draw.random() < 0.6]
    rules = [Rule(kind="implies", columns=pair, values=_random_values(draw)) for pair in pairs]
    draw.shuffle(rules)
    known: dict[str, dict[str, str | None]] = {}
    for rule in fixing_order(rules):  # all of them, in one order
        by, then = rule.columns
        if by == "c0":
            known.setdefault(then, {}).update(rule.values)
        elif by in known:
            onwards = {value: rule.values[to] for value, to in known[by].items() if to in rule.values}
            known.setdefault(then, {}).update(onwards)
    assert reached("c0", rules) == known


def _random_values(draw: np.random.Generator) -> dict[str, str | None]:
    return {str(value): str(draw.integers(0, 4)) for value in draw.permutation(4)[: draw.integers(1, 5)]}
