"""What a rule may say, by its kind."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tabtwin.schema.rule import Rule

WRONG = {
    "a rule of kind order has 2 columns": {"kind": "order", "columns": ("a", "b", "c")},
    "a rule names a column twice": {"kind": "order", "columns": ("a", "a")},
    "a rule of kind implies or order, and no other, yields": {
        "kind": "sum",
        "columns": ("a", "b", "c"),
        "yields": True,
    },
    "a rule of kind never, and no other, has pairs": {
        "kind": "implies",
        "columns": ("a", "b"),
        "pairs": (("x", "y"),),
    },
}


@pytest.mark.parametrize("message", WRONG)
def test_what_a_rule_of_its_kind_cannot_say_is_refused(message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Rule.model_validate(WRONG[message])
