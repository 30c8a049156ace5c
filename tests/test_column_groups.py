"""A model trained in parts, by ``--column-groups`` and ``--row-shards``, is the one trained at once."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from finished import Finished
from small import command, digests, run
from tabtwin.store.artifacts import output_key
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run

pytestmark = [pytest.mark.slow, pytest.mark.whole_run]


def tasks_done(lines: list[dict[str, object]]) -> set[object]:
    return {line["task"] for line in lines if line["event"] == "step.done" and not line["skipped"]}


def shared(found: Mapping[str, str]) -> dict[str, str]:
    """What is delivered whatever a model was trained in; the private report says which tasks there were."""
    private = ("private/models/", "private/syn_up.csv", "private/hybrid.parquet")
    return {name: digest for name, digest in found.items() if name.startswith(("release/", *private))}


def test_three_groups_release_the_same_bytes_and_a_part_that_stands_is_not_trained_again(
    finished: Finished, tmp_path: Path
) -> None:
    at_once = shared(digests(finished.out))
    assert {"release/synthetic.csv", "release/report.html", "private/models/boost-1.bin"} <= set(at_once)
    out = shutil.copytree(finished.out, tmp_path / "twin")
    words = command(finished.table, out, "--column-groups", "3")

    code, lines, errors = run(words)
    assert code == 0, (lines[-2:], errors)
    parts = {f"train/boost-1-{number}of3" for number in (1, 2, 3)}
    assert tasks_done(lines) >= parts
    # From the rows on, nothing is done again but what names the tasks: they are the same.
    assert tasks_done(lines) <= parts | {"ingest", "score/boost-1", "weigh", "sample/boost-1-0", "report"}
    assert shared(digests(out)) == at_once

    store = open_store(str(out / "private" / "store"))
    (pointer,) = [key for key in store.list("private/runs/") if key.endswith("/train/boost-1-2of3.json")]
    manifest = Run(store, pointer.split("/")[2]).manifest("train", "boost-1-2of3")
    assert manifest is not None
    store.delete(output_key("train", manifest.fingerprint, "model.bin"))
    code, lines, _ = run(words)
    assert code == 0
    assert tasks_done(lines) == {"train/boost-1-2of3"}
    assert shared(digests(out)) == at_once


def test_two_groups_of_two_shards_release_the_same_bytes(finished: Finished, tmp_path: Path) -> None:
    out = shutil.copytree(finished.out, tmp_path / "twin")
    words = command(finished.table, out, "--column-groups", "2", "--row-shards", "2")

    code, lines, errors = run(words)
    assert code == 0, (lines[-2:], errors)
    parts = {f"train/boost-1-{group}of2-{shard}of2" for group in (1, 2) for shard in (1, 2)}
    assert tasks_done(lines) >= parts
    assert shared(digests(out)) == shared(digests(finished.out))
