from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.pipeline.slicing import LEAST_RESERVE, RESERVE_SHARE, in_one, in_slices

MOST = 500_000


def test_rows_of_several_models_are_cut_into_shards_of_50_000() -> None:
    blocks, begun = dict.fromkeys("abc", 5_000), {"a": 0, "b": 0, "c": 15_000}

    (whole,) = in_one({"a": 100_001, "b": 0, "c": 50_000}, blocks, begun, wanted=30_000)

    assert (whole["name"], whole["rows"]) == ("", "30000")
    assert [(shard["name"], shard["first"], shard["count"]) for shard in whole["shards"]] == [
        ("a-0", "0", "50000"),
        ("a-1", "50000", "50000"),
        ("a-2", "100000", "1"),
        ("c-0", "15000", "50000"),
    ]


@pytest.mark.parametrize(
    ("block", "counts"),
    [
        (7_000, ["49000", "49000", "32000"]),
        (30_000, ["60000", "60000", "10000"]),
        (100_000, ["100000", "30000"]),
    ],
)
def test_shards_end_where_blocks_do(block: int, counts: list[str]) -> None:
    (whole,) = in_one({"a": 130_000}, {"a": block}, {"a": 0}, wanted=130_000)

    assert [shard["count"] for shard in whole["shards"]] == counts


def test_a_usual_twin_is_one_slice_without_a_name() -> None:
    (whole,) = in_slices("boost-1", 7_043, 7_043, 0, most=500_000)

    assert (whole["name"], whole["rows"]) == ("", "7043")
    assert [(shard["name"], shard["first"], shard["count"]) for shard in whole["shards"]] == [
        ("boost-1-0", "0", "7043"),
        ("boost-1-reserve", "7043", "2500"),
    ]


@given(
    rows=st.integers(1, 12_000_000),
    block=st.one_of(st.integers(10_000, 100_000), st.integers(1, 3).map(lambda many: many * MOST)),
    begun=st.integers(0, 3),
)
def test_slices_are_whole_blocks_that_make_all_rows_with_a_reserve_each(
    rows: int, block: int, begun: int
) -> None:
    slices = in_slices("m", rows, block, begun * block, MOST)
    shards = [shard for one in slices for shard in one["shards"] if shard["reserve"] == "false"]
    ends = [int(shard["first"]) + int(shard["count"]) for shard in shards]

    assert sum(int(one["rows"]) for one in slices) == rows
    assert [int(shard["first"]) for shard in shards] == [begun * block, *ends[:-1]]
    assert ends[-1] == begun * block + rows
    assert all(end % block == 0 for end in ends[:-1])
    assert len({shard["name"] for one in slices for shard in one["shards"]}) == len(shards) + len(slices)
    for one in slices:
        (reserve,) = [shard for shard in one["shards"] if shard["reserve"] == "true"]
        own = [shard for shard in one["shards"] if shard["reserve"] == "false"]
        assert int(one["rows"]) == sum(int(shard["count"]) for shard in own)
        assert int(one["rows"]) < max(MOST, block) + 2 * block
        assert int(reserve["count"]) >= min(LEAST_RESERVE, int(one["rows"]), RESERVE_SHARE * int(one["rows"]))
    # A block's seed derives from its number, a reserve's from where its slice ends: no two may be the same.
    assert len({one["shards"][-1]["first"] for one in slices}) == len(slices)
