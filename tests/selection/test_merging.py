from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
from tabtwin.selection.merging import merge_refined, merge_screened
from tabtwin.selection.results import Refined, Screened

BIN = st.lists(st.integers(0, 500), min_size=2, max_size=2)


def screened(near: Sequence[int] = (30, 570), kept: Sequence[int] = (10, 490), **given: Any) -> Screened:
    """What is found of a slice with so many rows near training, and far from it."""
    counts = {"edges": (0.0, 0.05), "pool": tuple(near), "kept": tuple(kept), "training": (8, 792)}
    sums = {"pool": sum(near), "kept": sum(kept), "training": 800}
    shares = {name: counts[name][0] / max(1, sums[name]) for name in sums}
    values: dict[str, Any] = {
        "rows": {"pool": sum(near), "compared": sum(near), "kept": sum(kept), "wanted": sum(kept)},
        "models": {"boost-1": {"pool": sum(near), "kept": sum(kept)}},
        "dropped": {"copy": near[0], "dcr": 1},
        "training_dropped": {"copy": 0.01, "dcr": 0.0},
        "copies": shares,
        "below": {name: {"dcr": share, "nndr": share / 2} for name, share in shares.items()},
        "dcr": counts,
        "nndr": counts,
    }
    return Screened.model_validate(examples.example(Screened, values | given))


def refined(rows: int = 400, after: float = 0.98, **given: Any) -> Refined:
    values: dict[str, Any] = {
        "rows": rows,
        "screened": rows + 100,
        "models": {"boost-1": {"weight": 1.0, "screened": rows + 100, "rows": rows}},
        "after.overall": after,
        "worst": ({"column": "pay", "before": 0.9, "after": after},),
        "start": {"blocks": True, "kept": rows - 5, "filled": 5},
        "swaps": {"tried": 0, "done": 0, "stopped": "nothing to swap"},
    }
    return Refined.model_validate(examples.example(Refined, values | given))


@pytest.mark.parametrize(("merge", "one"), [(merge_screened, screened()), (merge_refined, refined())])
def test_of_one_slice_all_is_as_it_was_found(merge: Any, one: Any) -> None:
    assert merge([one]) == one


@given(st.lists(st.tuples(BIN, BIN), min_size=2, max_size=4))
def test_what_is_found_of_slices_is_what_would_be_found_of_their_rows_together(
    slices: list[tuple[list[int], list[int]]],
) -> None:
    near, kept = ([sum(found) for found in zip(*side, strict=True)] for side in zip(*slices, strict=True))

    found = merge_screened([screened(*one) for one in slices])
    whole = screened(near, kept, dropped={"copy": near[0], "dcr": len(slices)})

    if not sum(near) or not sum(kept):
        assert None in (found.copies.pool, found.copies.kept)
        return
    assert found.copies.pool == pytest.approx(whole.copies.pool)
    assert found.below.kept.nndr == pytest.approx(whole.below.kept.nndr)
    assert found.model_copy(update={"copies": whole.copies, "below": whole.below}) == whole


def test_closeness_to_the_target_is_the_mean_by_rows() -> None:
    found = merge_refined([refined(300, after=0.9), refined(100, after=0.5)])

    assert (found.rows, found.screened, found.models["boost-1"].rows) == (400, 600, 400)
    assert found.after.overall == pytest.approx(0.8)
    assert (found.start.kept, found.start.filled) == (390, 10)
    assert found.swaps.stopped == "nothing to swap"


def test_a_column_that_stays_worst_in_several_slices_is_named_once() -> None:
    names = ("pay", "age", "plan", "city", "since", "left")
    slices = [
        refined(worst=tuple({"column": name, "before": 0.5, "after": 0.7 + place / 10} for name in some))
        for place, some in enumerate((names[:4], names[2:]))
    ]

    found = merge_refined(slices).worst

    assert [change.column for change in found] == ["pay", "age", "plan", "city", "since"]
    assert [change.after for change in found] == pytest.approx([0.7, 0.7, 0.75, 0.75, 0.8])
