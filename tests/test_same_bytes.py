"""A release is the same bytes whatever store the run works in, and wherever that lies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finished import Finished
from small import command, digests, run, small_table
from tabtwin.lib.blob import open_path
from tabtwin.pipeline import ingest, train
from tabtwin.pipeline.executing import execute
from tabtwin.runner import inputs
from tabtwin.store.artifacts import sha256
from tabtwin.store.directory.store import DirectoryStore
from tabtwin.store.memory import MemoryStore
from tabtwin.store.opening import open_store


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "customers, 1.csv"
    small_table(200).to_csv(path, index=False)
    return path


def test_steps_write_the_same_objects_into_every_store(table: Path, s3: None, tmp_path: Path) -> None:
    stores = [DirectoryStore(tmp_path / "store"), MemoryStore(), open_store("s3://tabtwin/objects")]
    held = []
    for store in stores:
        source = inputs.upload(store, inputs.InputFile(table.name, open_path(table)))
        params = ingest.Params(source=source, target="bought", generators="boost:1")
        execute(ingest.STEP, params, store, "r", "", {})
        given = train.Params(model="boost-1", generator="boost", member=1, device="cpu")
        execute(train.STEP, given, store, "r", "boost-1", {})
        held.append({key: sha256(store.get(key)) for key in store.list("")})

    assert len(held[0]) > 15
    assert held[0] == held[1] == held[2]


@pytest.mark.slow
def test_a_folder_and_s3_give_the_same_release_which_names_neither(
    finished: Finished, s3: None, tmp_path: Path
) -> None:
    s3_out = tmp_path / "in s3"
    code, lines, errors = run(command(finished.table, s3_out, "--store", "s3://tabtwin/same"))
    assert code == 0, (lines[-2:], errors)
    outs = {"folder": finished.out, "s3": s3_out}
    names = {json.loads((out / "private" / "released.json").read_text())["run"] for out in outs.values()}
    released = [
        {name: digest for name, digest in digests(out).items() if name.startswith("release/")}
        for out in outs.values()
    ]

    assert len(released[0]) == 6
    assert released[0] == released[1]
    places = (str(tmp_path), str(finished.out), finished.table.name)
    for path in (outs["folder"] / "release").iterdir():
        for word in (*names, "s3://", "file://", "store://", *places):
            assert word.encode() not in path.read_bytes(), (path.name, word)
