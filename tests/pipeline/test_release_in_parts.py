"""What passed is published as a folder if the twin was made in several parts."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import divided
from audited import source
from step_outputs import figure, findings, stand
from tabtwin.lib import frames
from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import IntegrityError, RefusedError
from tabtwin.pipeline import release, report
from tabtwin.pipeline.executing import execute
from tabtwin.schema.schema import Column, Schema
from tabtwin.store.artifacts import output_key, sha256
from tabtwin.store.run import Run
from tabtwin.store.store import Store


def halves(seed: int = 2) -> list[pd.DataFrame]:
    """A twin in two parts."""
    whole = source(240, seed)
    return [whole[:100].reset_index(drop=True), whole[100:].reset_index(drop=True)]


DIVIDED = [
    "manifest.json",
    "metrics.json",
    "report.html",
    "schema.json",
    "synthetic.csv",
    "synthetic/part-00001.parquet",
    "synthetic/part-00002.parquet",
]


def published(store: Store, run: str) -> dict[str, bytes]:
    keys = store.list(f"release/{run}/")
    return {key.removeprefix(f"release/{run}/"): store.get(key) for key in keys}


def test_a_twin_of_several_parts_is_published_as_a_folder(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided.run_steps(store, "run", divided.with_parts(halves()))
    found = published(store, "run")
    assert sorted(found) == DIVIDED
    listing = json.loads(found["manifest.json"])
    assert listing["rows"] == 240
    assert {name: entry["sha256"] for name, entry in listing["files"].items()} == {
        name: sha256(data) for name, data in found.items() if name != "manifest.json"
    }
    rows = [frames.from_parquet(found[name]) for name in DIVIDED[-2:]]
    assert pd.concat(rows)["pay"].astype(float).tolist() == source(240, 2)["pay"].tolist()
    assert json.loads(found["metrics.json"])["releases"] == [240]


def test_a_damaged_part_is_published_anew_and_a_part_too_many_goes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided.run_steps(store, "run", divided.with_parts(halves()))
    before = published(store, "run")
    store.put("release/run/synthetic/part-00002.parquet", b"damaged")
    store.put("release/run/synthetic/part-00003.parquet", b"an older run's")
    execute(release.STEP, release.Params(), store, "run", "", {})
    assert published(store, "run") == before


def test_a_refused_twin_of_several_parts_leaves_none_of_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided.run_steps(store, "run", divided.with_parts(halves()))
    with pytest.raises(RefusedError):
        divided.run_steps(store, "run", divided.with_parts(halves(), surplus=figure(0.2)))
    assert published(store, "run") == {}


def test_one_part_that_was_changed_is_not_published(store: Store) -> None:
    stand(store, "run", divided.with_parts(halves()))
    execute(report.STEP, report.Params(), store, "run", "", {})
    manifest = Run(store, "run").manifest("refine", "2")
    assert manifest is not None
    store.put(output_key("refine", manifest.fingerprint, "synthetic.parquet"), b"changed")
    with pytest.raises(IntegrityError, match="does not match its manifest"):
        execute(release.STEP, release.Params(), store, "run", "", {})
    assert published(store, "run") == {}


def test_a_release_is_published_a_file_at_a_time_and_its_manifest_last(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, written = type(store).put, []

    def noted(self: Store, key: str, data: bytes | Blob) -> None:
        if key.startswith("release/"):
            written.append((key.removeprefix("release/run/"), type(data)))
        put(self, key, data)

    monkeypatch.setattr(type(store), "put", noted)
    divided.run_steps(store, "run", divided.with_parts(halves()))
    assert [name for name, _ in written] == [*sorted(DIVIDED[1:]), "manifest.json"]
    assert all(issubclass(kind, Blob) for _, kind in written)


@pytest.mark.parametrize("first", [1, 2])
def test_keys_go_on_from_those_of_a_release_in_parts(store: Store, first: int) -> None:
    key = Column(name="id", kind="key", dtype="int64", pattern="#", first=1)
    ids = []
    for run, before in (("one", []), ("two", ["one"])):
        found = divided.with_parts(halves(seed=2 + len(before)))
        if run == "one" and first == 1:
            found = findings(plain=True)
        for file in ("schema.json", "published.json"):
            schema = Schema.model_validate(found["ingest"][file])
            columns = (key, *schema.columns)
            found["ingest"][file] = schema.model_copy(update={"columns": columns}).model_dump(mode="json")
        found["ingest"] |= dict.fromkeys(("holdout.parquet",), source(5, 1))
        found["train/tvae-1"] = found["train/tvae-2"] = {"model.bin": "m"}
        found["weigh"]["earlier.json"] = before
        divided.run_steps(store, run, found)
        files = sorted(name for name in published(store, run) if name.endswith(".parquet"))
        ids += [
            frames.from_parquet(data)["id"] for name, data in published(store, run).items() if name in files
        ]
    assert sorted(pd.concat(ids)) == list(range(1, 481))
