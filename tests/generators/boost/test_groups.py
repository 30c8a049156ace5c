"""Columns are dealt to groups, and the boosters of a group to shards, by what they cost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tabtwin.generators.boost.categories import Categories
from tabtwin.generators.boost.coding import Coding, ColumnCoding
from tabtwin.generators.boost.groups import boosters_of, columns_of, deal

COSTS = st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 1_000), max_size=6), max_size=8)
"""What the boosters of a part cost, by part; other parts are constant."""


def coding(columns: int) -> Coding:
    return tuple(ColumnCoding(f"c{number}", {"": Categories(("a", "b"))}) for number in range(columns))


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=40), st.integers(1, 12))
def test_columns_are_dealt_evenly_and_no_group_goes_without_one_for_nothing(
    costs: list[int], groups: int
) -> None:
    dealt = deal(costs, groups)
    loads = [
        sum(cost for cost, to in zip(costs, dealt, strict=True) if to == group) for group in range(groups)
    ]

    assert len(dealt) == len(costs)
    assert set(dealt) <= set(range(groups))
    assert len(set(dealt)) == min(groups, len(costs))
    assert max(loads) - min(loads) <= max(costs)


@given(COSTS, st.integers(1, 5), st.integers(1, 5))
def test_every_booster_of_every_column_is_fitted_by_one_shard_of_one_group(
    costs: dict[int, list[int]], groups: int, shards: int
) -> None:
    fitted = []
    for group in range(1, groups + 1):
        columns = columns_of(coding(9), costs, group, groups)
        own = [part for part in costs if f"c{part}" in columns]
        for shard in range(1, shards + 1):
            found = boosters_of(costs, own, shard, shards)
            assert list(found) == own
            fitted += [(part, number) for part, numbers in found.items() for number in numbers]

    assert sorted(fitted) == sorted(
        (part, number) for part, all_ in costs.items() for number in range(len(all_))
    )
