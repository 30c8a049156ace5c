"""tabtwin.refine: rows whose tables come near the target's, none twice, shuffled."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from step_outputs import sliced
from tabtwin.lib import frames
from tabtwin.lib.errors import InputError, RefusedError
from tabtwin.pipeline.pool import BLOCK, COPY, MEMBER
from tabtwin.pipeline.refine import STEP, Params, run
from tabtwin.pipeline.step import Inputs, Outputs
from tabtwin.protection.rare_values import encode, fit_encoding
from tabtwin.schema.schema import Column, Schema
from tabtwin.selection.weight_results import Weights
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.store import Store

SCHEMA = Schema(
    columns=(
        Column(name="n", kind="integer"),
        Column(name="plan", kind="category"),
        Column(name="left", kind="boolean", spelling=("no", "yes")),
        Column(name="key", kind="key"),
    ),
    target="left",
)


def rows(count: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    """A canonical table whose columns hang together."""
    draw = np.random.default_rng(seed)
    hidden = draw.normal(shift, 1, count)
    return pd.DataFrame(
        {
            "n": np.rint(10 * hidden),
            "plan": np.where(hidden > 0.5, "gold", "basic").astype(object),
            "left": np.where(draw.random(count) < 1 / (1 + np.exp(-hidden)), "yes", "no").astype(object),
        }
    )


class Given(Inputs):
    """The inputs of refine, as bytes; a file that was not declared cannot be read."""

    def __init__(
        self,
        pool: pd.DataFrame,
        wanted: int,
        *,
        members: list[str] | None = None,
        weights: dict[str, float] | None = None,
        blocks: int = 0,
        copies: np.ndarray | None = None,
        training: pd.DataFrame | None = None,
        kept: np.ndarray | None = None,
    ) -> None:
        places = np.arange(len(pool))
        origin = pool.assign(**{MEMBER: members or "a", BLOCK: (places // (blocks or 1)).astype("int32")})
        screened = origin.assign(**{COPY: np.zeros(len(pool), bool) if copies is None else copies})
        weighed = Weights(
            rows=wanted,
            pool=len(pool),
            reserve=0,
            weights=weights or {"a": 1.0},
            drawn={},
            balanced={"a": bool(blocks)},
            models=(),
            lost=(),
        )
        self.refs = (Ref(step="sample", file="pool.parquet", name="a-0"),)
        self.files = {
            "schema.json": SCHEMA.model_dump_json().encode(),
            "slices.json": json.dumps(sliced(wanted, ["a-0"])).encode(),
            "weights.json": weighed.model_dump_json().encode(),
            "screened.parquet": frames.to_parquet(screened if kept is None else screened[kept]),
            "pool.parquet": frames.to_parquet(origin),
        }
        if training is not None:
            encoding = fit_encoding(training, SCHEMA, np.arange(len(training)), 1)
            encoded = encode(training, SCHEMA, encoding)
            self.files["encoded.parquet"] = frames.to_parquet(encoded)
            self.files["encoding.json"] = encoding.model_dump_json().encode()

    def read(self, step: str, file: str, name: str = "", run: str = "") -> bytes:
        return self.files[file]


def refined(given: Given, **params: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    outputs = Outputs()
    run(Params(**params), given, outputs)
    twin = frames.from_parquet(outputs.files["synthetic.parquet"])
    return twin, json.loads(outputs.files["refine.json"])


def test_the_twin_holds_learned_columns_only_and_the_rows_wanted() -> None:
    twin, report = refined(Given(rows(500, 1), 100))
    assert list(twin) == ["n", "plan", "left"]
    assert len(twin) == report["rows"] == 100
    assert report["screened"] == 500


def test_tables_come_nearer_to_the_pools_than_those_of_a_plain_draw() -> None:
    _, report = refined(Given(rows(1_500, 1), 300))
    for order in ("overall", "univariate", "bivariate", "trivariate"):
        assert report["after"][order] > report["before"][order]
    assert report["after"]["overall"] > 0.97


def test_fitting_training_comes_nearer_to_it_than_the_pool_is() -> None:
    training = rows(400, 2)
    given = Given(rows(2_000, 1, shift=1.0), 400, training=training)
    plain, _ = refined(given)
    fitted, _ = refined(given, training_weight=1.0)
    assert abs(fitted["n"].mean() - training["n"].mean()) < 2
    assert abs(plain["n"].mean() - training["n"].mean()) > 7


def test_no_row_of_training_is_read_unless_it_is_fitted(store: Store) -> None:
    training = Ref(step="ingest", file="encoded.parquet")
    found = {fit: list(STEP.reads(Params(training_weight=fit), Run(store, "r"))) for fit in (0.0, 0.1)}
    assert training not in found[0.0]
    assert training in found[0.1]
    real = {ref.file for ref in found[0.0]} & {"training.parquet", "holdout.parquet", "folds.parquet"}
    assert not real


def test_a_balanced_block_is_kept_but_for_what_screening_dropped() -> None:
    pool = rows(1_000, 1).assign(n=np.arange(1_000.0))
    kept = np.ones(1_000, bool)
    kept[:10] = False
    twin, report = refined(Given(pool, 200, blocks=200, kept=kept))
    assert set(range(10, 200)) <= set(twin["n"])
    assert report["start"] == {"blocks": True, "kept": 190, "filled": 10}
    assert report["swaps"] == {"tried": 0, "done": 0, "stopped": "nothing to swap"}
    assert twin["n"].tolist() != sorted(twin["n"])


def test_no_row_is_taken_twice() -> None:
    twin, _ = refined(Given(rows(400, 1).assign(n=np.arange(400.0)), 390))
    assert twin["n"].nunique() == 390


def test_copies_of_training_rows_are_no_larger_a_part_than_was_screened() -> None:
    copies = np.arange(1_000) % 50 == 0
    pool = rows(1_000, 1).assign(n=np.where(copies, 1_000.0, 0.0))
    training = rows(200, 2).assign(n=1_000.0)
    for given, params in (
        (Given(pool, 200, copies=copies, training=training), {"training_weight": 1.0}),
        (Given(pool, 200, copies=copies, blocks=200), {}),
    ):
        twin, _ = refined(given, **params)
        assert (twin["n"] == 1_000).sum() <= 4


def test_other_shares_are_met_and_the_rest_is_conditional_on_them() -> None:
    pool = rows(3_000, 1)
    twin, report = refined(Given(pool, 400), rebalance="plan=gold:0.8")
    assert (twin["plan"] == "gold").sum() == 320
    assert report["share"] == {"column": "plan", "values": {"gold": 0.8}}
    for plan in ("gold", "basic"):
        own = pool[pool["plan"] == plan], twin[twin["plan"] == plan]
        left = [(part["left"] == "yes").mean() for part in own]
        assert abs(left[0] - left[1]) < 0.05


def test_a_share_that_cannot_be_met_is_refused_with_the_rows_it_needs() -> None:
    pool = rows(300, 1).assign(plan=["gold"] * 30 + ["basic"] * 270)
    with pytest.raises(RefusedError, match=r"--rebalance: expected 100 .*'plan', found 30; .*--rows 60"):
        refined(Given(pool, 200), rebalance="plan=gold:0.5")


def test_a_pool_that_lacks_a_category_of_training_is_fitted_as_far_as_it_goes() -> None:
    pool = rows(600, 1)
    training = rows(200, 2).assign(plan="silver")
    twin, report = refined(Given(pool, 200, training=training), training_weight=1.0)
    assert len(twin) == 200
    assert report["worst"][0]["column"] == "plan"


@pytest.mark.parametrize("params", [{}, {"training_weight": 0.5}, {"rebalance": "left=yes:0.3"}])
def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(params: dict[str, Any]) -> None:
    given = Given(rows(600, 1), 150, training=rows(150, 2))
    files = []
    for seed, threads in ((1, 1), (1, 2), (2, 1)):
        outputs = Outputs()
        run(Params(seed=seed, threads=threads, **params), given, outputs)
        files.append(outputs.files)
    assert files[0] == files[1]
    assert files[0]["synthetic.parquet"] != files[2]["synthetic.parquet"]


def test_the_report_says_which_models_the_rows_are_from() -> None:
    members = ["a"] * 300 + ["b"] * 100
    weights = {"a": 0.75, "b": 0.25}
    _, report = refined(Given(rows(400, 1), 100, members=members, weights=weights))
    models = report["models"]
    assert models["a"]["screened"] == 300
    assert models["a"]["rows"] + models["b"]["rows"] == 100
    assert not report["start"]["blocks"]


@pytest.mark.parametrize(("count", "advice"), [(0, ""), (20, "--rows 20"), (19, "")])
def test_too_small_a_pool_is_refused_with_the_rows_it_needs(count: int, advice: str) -> None:
    with pytest.raises(
        RefusedError, match=rf"expected 30 screened rows, found {count}; .*{advice}"
    ) as caught:
        refined(Given(rows(40, 1), 30, kept=np.arange(40) < count))
    assert bool(advice) == ("or use --rows" in str(caught.value))


def test_a_share_of_no_column_is_bad_input() -> None:
    with pytest.raises(InputError, match="did you mean 'plan'"):
        refined(Given(rows(100, 1), 50), rebalance="plam=gold:0.5")
