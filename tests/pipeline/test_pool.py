import pandas as pd

from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.pool import BLOCK, MEMBER, SHARDS, pool_refs, read_pool
from tabtwin.pipeline.step import Inputs, Outputs, Step, StepParams
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.store import Store


def plan(params: StepParams, inputs: Inputs, outputs: Outputs) -> dict[str, int]:
    outputs.json("shards.json", [{"name": "b-1-0"}, {"name": "a-1-0"}])
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
    assert pool_refs(Run(store, "r")) == [SHARDS] == [Ref(step="weigh", file="shards.json")]
