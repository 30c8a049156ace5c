"""tabtwin.refine: rows of the twin by the models' weights, none twice, shuffled."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.lib import frames
from tabtwin.lib.errors import RefusedError
from tabtwin.lib.pool import BLOCK, MEMBER
from tabtwin.lib.step import Inputs, Outputs
from tabtwin.refine import Params, choose, quotas, run
from tabtwin.tables.schema import Column, Schema

SCHEMA = Schema(columns=(Column(name="n", kind="integer"), Column(name="key", kind="key")))


class Given(Inputs):
    """The inputs of refine, as bytes."""

    def __init__(self, members: list[str], weights: dict[str, float], rows: int) -> None:
        pool = pd.DataFrame({"n": np.arange(len(members), dtype=float), MEMBER: members, BLOCK: np.int32(0)})
        self.files = {
            "schema.json": SCHEMA.model_dump_json().encode(),
            "facts.json": json.dumps({"rows": rows}).encode(),
            "weights.json": json.dumps({"weights": weights}).encode(),
            "screened.parquet": frames.to_parquet(pool),
        }

    def read(self, step: str, file: str, name: str = "") -> bytes:
        return self.files[file]


def draw(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_quotas_add_up_and_never_exceed_what_a_model_has(data):
    available = data.draw(st.lists(st.integers(0, 50), min_size=1, max_size=6))
    weights = data.draw(st.lists(st.floats(0, 1), min_size=len(available), max_size=len(available)))
    wanted = data.draw(st.integers(0, sum(available)))
    given_rows = quotas(weights, available, wanted)
    assert sum(given_rows) == wanted
    assert all(0 <= rows <= most for rows, most in zip(given_rows, available, strict=True))


def test_rows_come_in_proportion_to_the_weights():
    assert quotas([0.5, 0.3, 0.2], [100, 100, 100], 10) == [5, 3, 2]


def test_what_a_model_lacks_the_others_give_by_weight():
    assert quotas([0.5, 0.25, 0.25], [10, 100, 100], 100) == [10, 45, 45]


def test_a_model_without_weight_gives_rows_only_where_the_others_have_no_more():
    assert quotas([1.0, 0.0], [50, 50], 40) == [40, 0]
    assert quotas([1.0, 0.0], [50, 50], 60) == [50, 10]


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 300), st.integers(0, 2**16))
def test_no_row_is_drawn_twice(wanted, seed):
    members = np.array(["a"] * 100 + ["b"] * 200)
    rows = choose(members, {"a": 0.7, "b": 0.3}, wanted, draw(seed))
    assert len(set(rows.tolist())) == wanted


def test_the_only_model_gives_its_first_rows_shuffled():
    rows = choose(np.array(["a"] * 500), {"a": 1.0}, 200, draw())
    assert sorted(rows) == list(range(200))
    assert rows.tolist() != list(range(200))


def test_several_models_give_rows_from_anywhere_in_their_streams():
    rows = choose(np.array(["a", "b"] * 500), {"a": 0.5, "b": 0.5}, 200, draw())
    assert rows.max() > 800


def test_the_twin_holds_learned_columns_only_and_says_where_its_rows_come_from():
    outputs = Outputs()
    figures = run(Params(), Given(["a"] * 60 + ["b"] * 60, {"a": 0.75, "b": 0.25}, 40), outputs)
    twin = frames.from_parquet(outputs.files["synthetic.parquet"])
    assert list(twin) == ["n"]
    assert (twin["n"] < 60).sum() == 30
    assert len(twin) == twin["n"].nunique() == 40
    assert json.loads(outputs.files["refine.json"]) == {
        "rows": 40,
        "screened": 120,
        "models": {
            "a": {"weight": 0.75, "screened": 60, "rows": 30},
            "b": {"weight": 0.25, "screened": 60, "rows": 10},
        },
    }
    assert figures == {"rows": 40, "models": 2}


def test_the_same_seed_gives_the_same_bytes_and_another_other_rows():
    files = []
    for seed in (1, 1, 2):
        outputs = Outputs()
        run(Params(seed=seed, rows=50), Given(["a", "b"] * 100, {"a": 0.5, "b": 0.5}, 10), outputs)
        files.append(outputs.files["synthetic.parquet"])
    assert files[0] == files[1] != files[2]


def test_more_rows_than_were_screened_are_refused():
    with pytest.raises(RefusedError, match=r"expected 30 screened rows, found 20; .*--rows 20"):
        run(Params(rows=30), Given(["a"] * 20, {"a": 1.0}, 10), Outputs())


def test_no_number_of_rows_is_advised_that_would_be_refused() -> None:
    with pytest.raises(RefusedError) as caught:
        run(Params(rows=30), Given(["a"] * 19, {"a": 1.0}, 10), Outputs())
    assert "--rows 19" not in str(caught.value)
