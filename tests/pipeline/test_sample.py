"""Train, score, weigh and sample on the real store, one briefly trained model."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from modelled import ROWS, SCHEMA, encoding, ingest
from tabtwin.generators.spec import part_tasks
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline import sample, score, train, weigh
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.pool import BLOCK, MEMBER, pool_refs, read_pool
from tabtwin.pipeline.step import Inputs
from tabtwin.protection.rare_values import violations
from tabtwin.store.artifacts import Failure, output_key
from tabtwin.store.directory.store import DirectoryStore
from tabtwin.store.run import Run
from tabtwin.store.store import Store

MODEL = "tvae-1"
TRAIN = train.Params(model=MODEL, generator="tvae", member=1, epochs=2, device="cpu")


def draw(store: Store, first: int, count: int, shard: str = "x") -> pd.DataFrame:
    params = sample.Params(shard=shard, model=MODEL, first=first, count=count)
    execute(sample.STEP, params, store, "r", shard, {})
    run = Run(store, "r")
    return Inputs(run, [ref := weigh.Ref(step="sample", file="pool.parquet", name=shard)]).table(
        ref.step, ref.file, ref.name
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = DirectoryStore(tmp_path_factory.mktemp("trained") / "store")
    ingest(store, "r", MODEL)
    execute(train.STEP, TRAIN, store, "r", MODEL, {})
    return store


def test_from_training_to_the_pool(trained: Store, tmp_path: Path) -> None:
    figures = execute(score.STEP, score.Params(model=MODEL, score="always"), trained, "r", MODEL, {}).figures
    assert 0 < figures["quality"] < 1
    execute(weigh.STEP, weigh.Params(oversample=2), trained, "r", "", {"slices": tmp_path / "slices.json"})
    for shard in json.loads((tmp_path / "slices.json").read_text())[0]["shards"]:
        params = {
            "shard": shard["name"],
            **{key: shard[key] for key in ("model", "first", "count", "reserve")},
        }
        execute(sample.STEP, sample.Params.model_validate(params), trained, "r", shard["name"], {})
    run = Run(trained, "r")
    pool = read_pool(Inputs(run, pool_refs(run)))
    assert len(pool) == 2 * ROWS
    assert list(pool) == [*(column.name for column in SCHEMA.learned), MEMBER, BLOCK]
    assert set(pool[MEMBER]) == {MODEL}
    assert not violations(pool, SCHEMA, encoding()).any()


def test_one_model_alone_is_not_scored_unless_asked_for_and_has_all_rows(
    trained: Store, tmp_path: Path
) -> None:
    found = []
    for asked in ("auto", "always"):
        params = score.Params.model_validate({"model": MODEL, "score": asked})
        figures = execute(score.STEP, params, trained, "r", MODEL, {}).figures
        execute(weigh.STEP, weigh.Params(), trained, "r", "", {"slices": tmp_path / "slices.json"})
        found.append((bool(figures), (tmp_path / "slices.json").read_bytes()))
    assert [scored for scored, _ in found] == [False, True]
    assert found[0][1] == found[1][1]


def test_models_are_scored_beside_others(store: Store) -> None:
    ingest(store, "r", "boost-1,boost-2")
    execute(train.STEP, BOOST, store, "r", "boost-1", {})
    assert execute(score.STEP, score.Params(model="boost-1"), store, "r", "boost-1", {}).figures["quality"]


def test_the_left_out_fold_is_not_trained_on(trained: Store) -> None:
    manifest = Run(trained, "r").manifest("train", MODEL)
    assert manifest is not None
    assert manifest.figures["rows"] == ROWS * 4 // 5


def test_rows_carry_their_member_and_their_block(trained: Store) -> None:
    rows = draw(trained, 4_990, 20)
    assert rows[BLOCK].tolist() == [0] * 10 + [1] * 10
    assert rows[BLOCK].dtype == "int32"
    assert set(rows[MEMBER]) == {MODEL}


def test_shards_add_up_to_the_rows_of_one_long_shard(trained: Store) -> None:
    pieces = [draw(trained, 4_990, 5, "a"), draw(trained, 4_995, 15, "b")]
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), draw(trained, 4_990, 20, "c"))


def test_a_mixture_of_members_is_trained_on_all_rows_scored_and_sampled(store: Store) -> None:
    ingest(store, "r", "boost-1")
    boosted = train.Params(model="boost-1", generator="boost", member=1, members=2, batch_rows=50, threads=1)
    assert execute(train.STEP, boosted, store, "r", "boost-1", {}).figures["rows"] == ROWS
    asked = score.Params(model="boost-1", score="always")
    scored = execute(score.STEP, asked, store, "r", "boost-1", {}).figures
    assert scored["quality"] > scored["quality_noise"]
    params = sample.Params(shard="x", model="boost-1", first=40, count=70)
    execute(sample.STEP, params, store, "r", "x", {})
    rows = Inputs(Run(store, "r"), [ref := weigh.Ref(step="sample", file="pool.parquet", name="x")]).table(
        ref.step, ref.file, ref.name
    )
    assert rows[BLOCK].tolist() == [0] * 10 + [1] * 50 + [2] * 10
    assert not violations(rows, SCHEMA, encoding()).any()


BOOST = train.Params(model="boost-1", generator="boost", member=1, members=2, batch_rows=50, threads=1)


def train_part(store: Store, group: int, groups: int = 3, **changed: int) -> None:
    params = BOOST.model_copy(update={"group": group, "groups": groups, **changed})
    tasks = part_tasks("boost-1", groups, params.shards)
    name = tasks[(group - 1) * params.shards + params.shard - 1].name
    execute(train.STEP, params, store, "r", name, {})


def draw_boost(store: Store, count: int = 70) -> bytes:
    """Rows of the model, as they stand in the store."""
    params = sample.Params(shard="x", model="boost-1", first=0, count=count)
    execute(sample.STEP, params, store, "r", "x", {})
    return Run(store, "r").read(weigh.Ref(step="sample", file="pool.parquet", name="x"))


def test_a_model_trained_by_groups_and_shards_is_scored_and_sampled_as_if_trained_at_once(
    store: Store,
) -> None:
    found = []
    for groups, shards in ((1, 1), (3, 1), (1, 3), (2, 2)):
        ingest(store, "r", "boost-1", groups, shards)
        for group in range(1, groups + 1):
            for shard in range(1, shards + 1):
                train_part(store, group, groups, shard=shard, shards=shards)
        execute(score.STEP, score.Params(model="boost-1"), store, "r", "boost-1", {})
        scored = Run(store, "r").read(weigh.score_ref("boost-1"))
        found.append((draw_boost(store), scored))

    assert all(one == found[0] for one in found)


def test_a_part_that_was_trained_with_another_seed_is_not_joined(store: Store) -> None:
    ingest(store, "r", "boost-1", 3)
    for group, seed in ((1, 1), (2, 1), (3, 2)):
        train_part(store, group, seed=seed)
    with pytest.raises(IntegrityError, match="train it again"):
        draw_boost(store)
    train_part(store, 3)
    assert draw_boost(store)


def test_a_model_lacks_its_missing_part_by_name(store: Store) -> None:
    ingest(store, "r", "boost-1", 3)
    train_part(store, 1)
    train_part(store, 3)
    with pytest.raises(InputError, match="train/boost-1-2of3"):
        draw_boost(store)


def test_a_model_lacks_its_missing_shard_by_name(store: Store) -> None:
    ingest(store, "r", "boost-1", 1, 2)
    train_part(store, 1, 1, shard=1, shards=2)
    with pytest.raises(InputError, match="train/boost-1-1of1-2of2"):
        draw_boost(store)


def test_a_shard_that_was_trained_with_another_seed_is_not_joined(store: Store) -> None:
    ingest(store, "r", "boost-1", 1, 2)
    for shard, seed in ((1, 1), (2, 2)):
        train_part(store, 1, 1, shard=shard, shards=2, seed=seed)
    with pytest.raises(IntegrityError, match="train it again") as refused:
        draw_boost(store)
    assert refused.value.code == 4


def test_scores_of_other_parts_than_the_plan_names_do_not_count(store: Store) -> None:
    ingest(store, "r", "boost-1")
    train_part(store, 1, 1)
    execute(score.STEP, score.Params(model="boost-1"), store, "r", "boost-1", {})
    assert not weigh.lost_models(Run(store, "r"))
    ingest(store, "r", "boost-1", 3)
    Run(store, "r").fail(Failure(step="train", name="boost-1-2of3", code=1, reason="out of memory"))

    (lost,) = weigh.lost_models(Run(store, "r"))
    assert (lost.name, lost.reason) == ("boost-1-2of3", "out of memory")


def test_a_model_that_somebody_else_signed_is_not_unpickled(
    trained: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABTWIN_SIGNING_KEY", "ff" * 32)
    with pytest.raises(IntegrityError, match="sign"):
        draw(trained, 0, 3, "signed")


def test_a_changed_byte_of_a_model_ends_the_step_and_a_rerun_of_training_mends_it(trained: Store) -> None:
    manifest = Run(trained, "r").manifest("train", MODEL)
    assert manifest is not None
    key = output_key("train", manifest.fingerprint, "model.bin")
    whole = trained.get(key)
    trained.put(key, whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(IntegrityError):
        draw(trained, 0, 4, "changed")
    execute(train.STEP, TRAIN, trained, "r", MODEL, {})
    assert trained.get(key) == whole
