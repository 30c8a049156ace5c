from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import examples
from modelled import ROWS, ingest
from tabtwin.evaluation.fidelity.score_results import Score
from tabtwin.lib.errors import InputError, IntegrityError, RefusedError
from tabtwin.pipeline import weigh
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.step import Inputs, Outputs, Step, StepParams
from tabtwin.store.artifacts import Failure, Manifest
from tabtwin.store.run import Run
from tabtwin.store.store import Store
from tabtwin.store.twins import SLICES


class ScoreParams(StepParams):
    quality: float
    balanced: bool = False


def scored(params: ScoreParams, inputs: Inputs, outputs: Outputs) -> dict[str, Any]:
    given = {
        "block": 5_000,
        "balanced": params.balanced,
        "quality.score": params.quality,
        "references.noise.score": 0.5,
        "privacy.*.score": 1.0,
        "privacy.near.*": 0.0,
        "*.error": None,
    }
    outputs.json("score.json", examples.example(Score, given))
    return {}


SCORE = Step(name="score", params=ScoreParams, reads=lambda params, run: (), run=scored)


def prepare(store: Store, **qualities: float) -> None:
    """Models a, b and c are planned; those named are scored."""
    ingest(store, "r", "a,b,c")
    for name, quality in qualities.items():
        execute(SCORE, ScoreParams(quality=quality), store, "r", name, {})


def fail(store: Store, name: str, code: int, reason: str = "it broke") -> None:
    Run(store, "r").fail(Failure(step="train", name=name, code=code, reason=reason))


def weighed(store: Store, tmp_path: Path, **params: Any) -> Manifest:
    return execute(weigh.STEP, weigh.Params(**params), store, "r", "", {"slices": tmp_path / "slices.json"})


def weights(store: Store) -> Any:
    run = Run(store, "r")
    return Inputs(run, [ref := weigh.Ref(step="weigh", file="weights.json")]).json(ref.step, ref.file)


def test_rows_go_by_weight_and_shards_add_up_to_what_is_wanted(store: Store, tmp_path: Path) -> None:
    prepare(store, a=0.9, b=0.9, c=0.2)
    weighed(store, tmp_path, rows=1_001, oversample=3)
    found = weights(store)
    assert found["weights"] == {"a": 0.5, "b": 0.5, "c": 0.0}
    assert (found["rows"], found["pool"], found["reserve"], found["lost"]) == (1_001, 3_003, 0, [])
    (whole,) = Inputs(Run(store, "r"), [SLICES]).json(SLICES.step, SLICES.file)
    assert {shard["model"]: int(shard["count"]) for shard in whole["shards"]} == {"a": 1_502, "b": 1_501}
    assert (tmp_path / "slices.json").read_text().count("count") == 2


def test_the_twin_is_as_long_as_the_table_unless_told_otherwise(store: Store, tmp_path: Path) -> None:
    prepare(store, a=0.9)
    weighed(store, tmp_path)
    assert weights(store)["rows"] == ROWS


def test_a_model_that_failed_gets_no_rows_and_is_reported_with_its_reason(
    store: Store, tmp_path: Path
) -> None:
    prepare(store, a=0.9)
    fail(store, "b", 1, "out of memory")
    weighed(store, tmp_path)
    found = weights(store)
    assert found["weights"] == {"a": 1.0}
    assert [(lost["name"], lost["reason"]) for lost in found["lost"]] == [
        ("b", "out of memory"),
        ("c", "it was not scored in this run"),
    ]


def test_too_few_models_are_refused_with_every_reason(store: Store, tmp_path: Path) -> None:
    prepare(store, a=0.9, b=0.3)
    fail(store, "c", 3, "it diverged")
    with pytest.raises(RefusedError, match=r"2 or more.*found 1 \(c: it diverged; b: its quality"):
        weighed(store, tmp_path, min_models=2)


def test_a_setting_that_is_to_blame_is_an_input_error(store: Store, tmp_path: Path) -> None:
    prepare(store)
    fail(store, "a", 2, "there is no CUDA device")
    with pytest.raises(InputError, match="a: there is no CUDA device"):
        weighed(store, tmp_path)


def test_damage_to_any_model_ends_the_run(store: Store, tmp_path: Path) -> None:
    prepare(store, a=0.9, b=0.9)
    fail(store, "c", 4, "a byte was changed")
    with pytest.raises(IntegrityError, match="c: a byte was changed"):
        weighed(store, tmp_path)


def test_of_a_models_parts_the_worst_failure_counts(store: Store, tmp_path: Path) -> None:
    ingest(store, "r", "a,b", groups=3)
    execute(SCORE, ScoreParams(quality=0.9), store, "r", "a", {})
    fail(store, "b-1of3", 1, "out of memory")
    weighed(store, tmp_path)
    assert [lost["name"] for lost in weights(store)["lost"]] == ["b-1of3"]
    fail(store, "b-3of3", 4, "a byte was changed")
    with pytest.raises(IntegrityError, match="b-3of3: a byte was changed"):
        weighed(store, tmp_path)


def test_another_failure_is_another_output(store: Store, tmp_path: Path) -> None:
    prepare(store, a=0.9)
    fail(store, "b", 1, "first")
    first = weighed(store, tmp_path)
    fail(store, "b", 1, "second")
    second = weighed(store, tmp_path)
    assert first.fingerprint != second.fingerprint
    assert weighed(store, tmp_path) == second


def test_a_model_that_recovered_is_weighed(store: Store, tmp_path: Path) -> None:
    prepare(store, a=0.9)
    fail(store, "b", 1)
    weighed(store, tmp_path)
    execute(SCORE, ScoreParams(quality=0.9), store, "r", "b", {})
    weighed(store, tmp_path)
    assert weights(store)["weights"] == {"a": 0.5, "b": 0.5}


@pytest.mark.parametrize(
    ("params", "pool", "reserve"),
    [
        ({}, 1_000 + 1_000, 1_000),
        ({"rows": 100_000}, 120_000, 20_000),
        ({"oversample": 2}, 2_000, 0),
        ({"training_weight": 0.1}, 5_000, 0),
    ],
)
def test_a_model_that_balances_rows_draws_them_once_and_a_reserve(
    store: Store, tmp_path: Path, params: dict[str, Any], pool: int, reserve: int
) -> None:
    ingest(store, "r", "a,b")
    execute(SCORE, ScoreParams(quality=0.9, balanced=True), store, "r", "a", {})
    weighed(store, tmp_path, **{"rows": 1_000, **params})
    found = weights(store)
    assert (found["pool"], found["reserve"]) == (pool, reserve)
    shards = [shard for one in json.loads((tmp_path / "slices.json").read_text()) for shard in one["shards"]]
    reserved = [shard for shard in shards if shard["reserve"] == "true"]
    assert [(shard["first"], shard["count"]) for shard in reserved] == (
        [(str(pool - reserve), str(reserve))] if reserve else []
    )
