"""What columns fix, from one to the next."""

from __future__ import annotations

from tabtwin.schema.rule import Rule
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
