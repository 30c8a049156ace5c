"""tabtwin.protection.small_counts: what a public count may say."""

from __future__ import annotations

import pytest

from tabtwin.protection.small_counts import FEW, about


@pytest.mark.parametrize("count", range(FEW))
def test_small_counts_read_alike(count: int) -> None:
    assert about(count) == "fewer than 5"


@pytest.mark.parametrize("count", [5, 14, 15, 1_234])
def test_other_counts_are_told_to_the_nearest_ten(count: int) -> None:
    said = int(about(count).removeprefix("about "))
    assert said % 10 == 0
    assert abs(said - count) <= 5
