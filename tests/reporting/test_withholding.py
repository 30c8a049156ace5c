from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.reporting import withholding
from tabtwin.tables.findings import FEW


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_no_count_from_one_to_four_is_shown_or_follows_from_the_sum(rows: list[int]) -> None:
    shown = withholding.counts(rows)

    hidden = sum(count for count, seen in zip(rows, shown, strict=True) if seen is None)
    assert all(seen is None or seen == count >= FEW for count, seen in zip(rows, shown, strict=True))
    assert hidden == 0 or hidden >= FEW or all(seen is None for seen in shown)


def test_a_rate_that_few_training_rows_stand_behind_is_withheld() -> None:
    assert withholding.rate(4 / 200, 200) is None
    assert withholding.rate(5 / 200, 200) == 5 / 200
    assert withholding.rate(None, 200) is None
