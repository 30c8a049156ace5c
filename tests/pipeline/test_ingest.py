"""The step: what decides its fingerprint, and what it writes."""

import json
from pathlib import Path

import pytest

from tabtwin.evaluation.canaries.planting import PLANTED
from tabtwin.lib import frames
from tabtwin.lib.errors import InputError
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.ingest import STEP, Params
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import Ref, read_file
from tabtwin.store.run import Run
from tabtwin.store.store import Store
from tests.small import small_table

FILES = {
    "schema.json",
    "published.json",
    "training.parquet",
    "holdout.parquet",
    "holdout_subjects.parquet",
    "folds.parquet",
    "encoded.parquet",
    "encoding.json",
    "canaries.parquet",
    "seed.json",
    "contents.json",
    "facts.json",
    "models.json",
}


def put(store: Store, name: str, seed: int = 5) -> Params:
    store.put(name, small_table(seed=seed).to_csv(index=False).encode())
    return Params(source=store.address(name), target="bought", generators="ctgan:1,tvae:1", epochs=7)


def test_the_step_writes_its_files_and_emits_the_models(store: Store, tmp_path: Path) -> None:
    emitted = tmp_path / "models.json"
    manifest = execute(STEP, put(store, "a.csv"), store, "run", "", {"models": emitted})
    assert set(manifest.files) == FILES
    assert json.loads(emitted.read_text()) == [
        {
            "name": "ctgan-1",
            "generator": "ctgan",
            "member": "1",
            "members": "1",
            "epochs": "7",
            "torch": "true",
            "parts": [{"name": "ctgan-1", "group": "1", "groups": "1", "shard": "1", "shards": "1"}],
        },
        {
            "name": "tvae-1",
            "generator": "tvae",
            "member": "2",
            "members": "1",
            "epochs": "7",
            "torch": "true",
            "parts": [{"name": "tvae-1", "group": "1", "groups": "1", "shard": "1", "shards": "1"}],
        },
    ]
    assert manifest.figures["target"] == "bought"


def test_a_model_has_no_more_parts_than_the_table_has_columns_to_learn(store: Store, tmp_path: Path) -> None:
    params = put(store, "a.csv").model_copy(update={"generators": "boost:4", "column_groups": 50})
    execute(STEP, params, store, "run", "", {"models": tmp_path / "models.json"})
    (model,) = json.loads((tmp_path / "models.json").read_text())
    schema = Schema.model_validate_json(Run(store, "run").read(Ref(step="ingest", file="schema.json")))
    assert len(model["parts"]) == len(schema.learned)


def test_each_group_of_columns_has_as_many_shards_as_are_asked_for(store: Store, tmp_path: Path) -> None:
    asked = {"generators": "boost:4", "column_groups": 2, "row_shards": 3}
    params = put(store, "a.csv").model_copy(update=asked)
    execute(STEP, params, store, "run", "", {"models": tmp_path / "models.json"})
    (model,) = json.loads((tmp_path / "models.json").read_text())
    places = [(part["group"], part["groups"], part["shard"], part["shards"]) for part in model["parts"]]
    assert places == [(group, "2", shard, "3") for group in "12" for shard in "123"]


def test_what_a_table_holds_and_not_where_it_lies_decides_the_output(store: Store) -> None:
    first, moved, other = (
        execute(STEP, put(store, name, seed), store, "run", "", {})
        for name, seed in (("a.csv", 5), ("b.csv", 5), ("c.csv", 6))
    )
    assert moved.fingerprint == first.fingerprint
    assert other.fingerprint != first.fingerprint
    assert "a.csv" not in first.model_dump_json()


def test_what_a_user_says_of_columns_and_rows_is_heard(store: Store) -> None:
    said = {"drop": "age,income", "max_train_rows": 150, "target": "bought"}
    manifest = execute(STEP, put(store, "a.csv").model_copy(update=said), store, "run", "", {})
    schema = Schema.model_validate_json(read_file(store, manifest, "schema.json"))
    assert not {"age", "income"} & {column.name for column in schema.columns}
    assert manifest.figures["training"] == 150


def test_columns_that_name_people_end_the_step(store: Store) -> None:
    table = small_table()
    table["mail"] = [f"{name}@example.org" for name in table["id"]]
    store.put("people.csv", table.to_csv(index=False).encode())
    params = Params(source=store.address("people.csv"), target="bought")
    with pytest.raises(InputError, match=r"'mail'.*--replace mail"):
        execute(STEP, params, store, "run", "", {})
    execute(STEP, params.model_copy(update={"replace": "mail"}), store, "run", "", {})


def test_canaries_stand_in_a_file_of_their_own_and_change_no_other_table(store: Store) -> None:
    store.put("long.csv", small_table(1_000).to_csv(index=False).encode())
    params = Params(source=store.address("long.csv"), target="bought")
    planted = params.model_copy(update={"canaries": 12})
    without, with_some = (
        {
            file: read_file(store, manifest, file)
            for manifest in [execute(STEP, one, store, "run", "", {})]
            for file in manifest.files
        }
        for one in (params, planted)
    )
    assert {file for file in FILES if with_some[file] != without[file]} == {"canaries.parquet", "facts.json"}
    canaries = frames.from_parquet(with_some["canaries.parquet"])
    assert (len(canaries), canaries[PLANTED].sum()) == (24, 12)
    assert len(frames.from_parquet(without["canaries.parquet"])) == 0
    assert json.loads(with_some["facts.json"]) == json.loads(without["facts.json"]) | {"canaries": 12}


def test_more_canaries_than_suit_the_table_are_bad_input(store: Store) -> None:
    with pytest.raises(InputError, match="expected at least 500 training rows, found 180"):
        execute(STEP, put(store, "a.csv").model_copy(update={"canaries": 12}), store, "run", "", {})


def test_the_output_is_current_for_the_steps_after_it(store: Store) -> None:
    execute(STEP, put(store, "a.csv"), store, "run", "", {})
    facts = json.loads(Run(store, "run").read(Ref(step="ingest", file="facts.json")))
    assert facts["rows"] == 240
