"""The rows of all releases, which are judged together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from step_outputs import stand
from tabtwin.pipeline import released_rows
from tabtwin.pipeline.released_rows import read_released
from tabtwin.pipeline.step import Inputs
from tabtwin.store.run import Run
from tabtwin.store.store import Store
from tabtwin.store.twins import TWIN


def with_twins(store: Store, **twins: list[int]) -> Inputs:
    """Runs whose twins have parts of so many rows, numbered through; the last one goes on from the others."""
    refs, begin = [], 0
    *_, own = twins
    for run, sizes in twins.items():
        for number, size in enumerate(sizes):
            ref = TWIN.model_copy(update={"name": f"part-{number}", "run": "" if run == own else run})
            rows = pd.DataFrame({"row": np.arange(begin, begin + size)})
            stand(store, run, {f"refine/{ref.name}": {TWIN.file: rows}})
            refs.append(ref)
            begin += size
    return Inputs(Run(store, own), refs)


def test_all_parts_of_all_releases_are_read_in_their_order_and_counted_by_release(store: Store) -> None:
    released = read_released(with_twins(store, one=[3, 4], two=[5], three=[2, 2, 2]), seed=1)
    assert released.table["row"].tolist() == list(range(18))
    assert released.rows == (7, 5, 6)
    assert released.drawn_of is None


def test_of_more_rows_than_are_judged_as_many_are_drawn_by_the_seed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(released_rows, "MOST_ROWS", 10)
    inputs = with_twins(store, one=[30, 40], two=[50])
    drawn = [read_released(inputs, seed) for seed in (1, 1, 2)]
    first, again, other = (found.table["row"].tolist() for found in drawn)
    assert first == again != other
    assert first == sorted(set(first))
    assert [len(first), *drawn[0].rows, drawn[0].drawn_of] == [10, 70, 50, 120]
