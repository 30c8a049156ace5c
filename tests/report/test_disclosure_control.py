from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.protection.small_counts import FEW
from tabtwin.report import disclosure_control


@settings(max_examples=100)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_what_is_withheld_is_never_few_together_and_what_is_shown_is_in_tens(rows: list[int]) -> None:
    shown = disclosure_control.counts(rows)

    hidden = [count for count, seen in zip(rows, shown, strict=True) if seen is None]
    assert all(seen is None or (seen % 10 == 0 and abs(seen - count) <= FEW)
               for count, seen in zip(rows, shown, strict=True))  # fmt: skip
    assert all(seen is None for count, seen in zip(rows, shown, strict=True) if count < FEW)
    assert not hidden or sum(hidden) >= FEW or len(hidden) == len(rows)


def test_three_rows_in_two_withheld_bins_are_withheld_with_a_third() -> None:
    assert disclosure_control.counts([9, 2, 1, 600, 1638]) == [None, None, None, 600, 1640]


def test_none_are_not_told_from_a_few() -> None:
    assert disclosure_control.cells({"a": 0, "b": 4, "c": 5, "d": 117}) == {
        "a": None,
        "b": None,
        "c": 10,
        "d": 120,
    }
