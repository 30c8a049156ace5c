"""What of a run's outputs comes to its output folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import divided
from audited import SCHEMA, source
from step_outputs import sliced, stand
from tabtwin.pipeline.pool import BLOCK, MEMBER
from tabtwin.runner import deliver
from tabtwin.runner.folder import hold
from tabtwin.runner.twin import released_rows
from tabtwin.store.run import Run
from tabtwin.store.store import Store


@pytest.mark.parametrize("most", [39, 40])
def test_a_pool_is_delivered_as_csv_unless_it_is_too_large(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    shard = source(20, 1).assign(**{MEMBER: "boost-1", BLOCK: np.int32(0)})
    found = {
        "ingest": {"schema.json": SCHEMA.model_dump(mode="json"), "models.json": []},
        "weigh": {"slices.json": sliced(40, ["a", "b"])},
        "sample/a": {"pool.parquet": shard},
        "sample/b": {"pool.parquet": shard},
        "report": {"report_private.html": "page"},
    }
    run = stand(store, "run", found)
    monkeypatch.setattr(deliver, "POOL_ROWS", most)
    ended = deliver.Ending(task="release", code=3, reason="a gate refused")
    with hold(tmp_path / "twin", b"table", "t.csv") as folder:
        assert deliver.deliver(run, folder, ended) == 3
    place = tmp_path / "twin" / "private" / "syn_up.csv"
    assert place.exists() == (most == 40)
    assert most < 40 or len(pd.read_csv(place)) == 40


def test_a_twin_in_parts_comes_as_a_folder_and_reads_as_one_table(store: Store, tmp_path: Path) -> None:
    divided.run_steps(store, "run", divided.with_parts([source(100, 2), source(140, 3)]))
    with hold(tmp_path / "twin", b"table", "t.csv") as folder:
        assert deliver.deliver(Run(store, "run"), folder, None, private=False) == 0
    release = tmp_path / "twin" / "release"
    parts = [pd.read_parquet(release / "synthetic" / f"part-0000{number}.parquet") for number in (1, 2)]
    whole = released_rows(release)
    assert len(whole) == 240
    pd.testing.assert_frame_equal(whole.to_pandas(), pd.concat(parts, ignore_index=True))
