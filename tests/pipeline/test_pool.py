import pandas as pd
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.pool import BLOCK, MEMBER, planned_slice, pool_refs, read_pool
from tabtwin.pipeline.step import Inputs, Outputs, Step, StepParams
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.store import Store
from tabtwin.store.twins import SLICES


def plan(params: StepParams, inputs: Inputs, outputs: Outputs) -> dict[str, int]:
    outputs.json(
        "slices.json",
        [
            {"name": "1", "rows": "1", "shards": [{"name": "b-1-0"}]},
            {"name": "2", "rows": "1", "shards": [{"name": "a-1-0"}]},
        ],
    )
    return {}


class Params(StepParams):
    seed: int = 1


class ShardParams(Params):
    shard: str


def shard(params: ShardParams, inputs: Inputs, outputs: Outputs) -> dict[str, int]:
    outputs.table("pool.parquet", pd.DataFrame({"x": [1.0], MEMBER: [params.shard], BLOCK: [0]}))
    return {}


WEIGH = Step(name="weigh", params=Params, reads=lambda params, run: (), run=plan)
SAMPLE = Step(name="sample", params=ShardParams, reads=lambda params, run: (), run=shard)


def test_the_pool_is_all_shards_in_the_plans_order(store: Store) -> None:
    execute(WEIGH, Params(), store, "r", "", {})
    for name in ("a-1-0", "b-1-0"):
        execute(SAMPLE, ShardParams(shard=name), store, "r", name, {})
    run = Run(store, "r")

    refs = pool_refs(run)

    assert [ref.name for ref in refs] == ["", "b-1-0", "a-1-0"]
    assert read_pool(Inputs(run, refs))[MEMBER].tolist() == ["b-1-0", "a-1-0"]


def test_without_a_plan_only_the_plan_is_asked_for(store: Store) -> None:
    assert pool_refs(Run(store, "r")) == [SLICES] == [Ref(step="weigh", file="slices.json")]


def test_a_slice_has_the_shards_of_its_own(store: Store) -> None:
    execute(WEIGH, Params(), store, "r", "", {})
    run = Run(store, "r")

    assert [ref.name for ref in pool_refs(run, "2")] == ["", "a-1-0"]
    assert planned_slice(Inputs(run, [SLICES]), "2").rows == 1


def test_a_slice_that_is_not_planned_is_bad_input(store: Store) -> None:
    execute(WEIGH, Params(), store, "r", "", {})

    with pytest.raises(InputError, match="expected a slice that weigh has planned, found '3'"):
        planned_slice(Inputs(Run(store, "r"), [SLICES]), "3")
