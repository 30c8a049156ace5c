"""What new texts must differ from."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.taken import Taken

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
"""Pandas takes a text for equal to its beginning where the rest begins with a zero."""
TEXTS = st.lists(st.text(CHARACTERS, max_size=6), max_size=30)


def array(texts: list[str]) -> np.ndarray:
    return np.array([*texts, None], dtype=object)[:-1]


@given(TEXTS, TEXTS, TEXTS)
def test_what_was_added_at_any_time_is_taken_and_nothing_else(
    first: list[str], then: list[str], asked: list[str]
) -> None:
    taken = Taken(first)
    taken.add(array(then))
    assert taken.holds(array(asked)).tolist() == [text in {*first, *then} for text in asked]


def test_texts_that_repeat_count_once() -> None:
    assert len(Taken(["a", "b", "a"])) == 2


def test_a_copy_goes_its_own_way() -> None:
    taken = Taken(["a"], planned=9)
    other = taken.copy()
    other.add(array(["b"]))
    assert (len(taken), len(other), other.planned) == (1, 2, 9)
    assert not taken.holds(array(["b"])).any()
