from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from tabtwin.report import history
from tabtwin.store.history import Before


def evidence(before: Before | None = None, *, chose_seed: bool = False) -> Any:
    """As much of the evidence as is looked at here."""
    return SimpleNamespace(before=before or Before(), chose_seed=chose_seed)


def test_of_a_first_twin_with_a_keyed_seed_nothing_is_said() -> None:
    assert history.reasons(evidence()) == []
    assert history.public(evidence()) == {"before": {"releases": 0, "refused": 0}, "seed": "keyed"}


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (Before(releases=1), "1 other release of the same table went .* and no tries of it were refused"),
        (Before(releases=3, refused=1), "3 other releases .* and 1 try of it was refused"),
        (Before(refused=2), "no other releases .* and 2 tries of it were refused"),
    ],
)
def test_what_went_before_is_counted_and_said_to_be_judged_apart(before: Before, said: str) -> None:
    (line,) = history.reasons(evidence(before))
    assert line.startswith("Before this twin, ")
    assert re.search(said, line)
    assert "judged apart" in line


def test_a_chosen_seed_says_what_it_gives_up() -> None:
    (line,) = history.reasons(evidence(chose_seed=True))
    assert "--seed" in line
    assert "every cell of the table but one" in line
    assert history.public(evidence(chose_seed=True))["seed"] == "chosen"
