from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import modelled
from counted import facts
from tabtwin.evaluation.canaries.planting import planted_rows
from tabtwin.lib import frames
from tabtwin.lib.errors import InputError
from tabtwin.lib.options import build
from tabtwin.pipeline import train
from tabtwin.pipeline.step import Outputs
from tabtwin.pipeline.train import Params
from tabtwin.protection.rare_values import decode


@pytest.mark.parametrize("of", ["group", "shard"])
def test_a_group_and_a_shard_are_among_those_that_there_are(of: str) -> None:
    given = {"model": "boost-1", "generator": "boost", "member": "1", f"{of}s": "3"}
    assert getattr(build(Params, given | {of: "3"}), of) == 3
    with pytest.raises(InputError, match=f"--{of} to be at most --{of}s"):
        build(Params, given | {of: "4"})


def test_a_model_is_fitted_to_planted_canaries_and_to_no_held_back_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = modelled.canaries(10)
    seen = _fitted(monkeypatch, drawn)
    rows, schema, subjects = (seen[name] for name in ("rows", "schema", "subjects"))
    added = decode(rows[modelled.ROWS :].reset_index(drop=True), modelled.SCHEMA, modelled.encoding())
    pd.testing.assert_frame_equal(added, planted_rows(drawn))
    pd.testing.assert_frame_equal(rows[: modelled.ROWS], modelled.encoded())
    assert (len(rows), len(set(subjects))) == (modelled.ROWS + 10, modelled.ROWS + 1)
    assert {column.protect for column in schema.learned} == {6}


def test_without_canaries_a_model_is_fitted_to_the_training_rows_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = _fitted(monkeypatch, modelled.canaries())
    stored = pd.DataFrame({column.name: seen["rows"][column.name] for column in modelled.SCHEMA.learned})
    pd.testing.assert_frame_equal(stored, modelled.encoded())
    assert len(seen["rows"]) == modelled.ROWS
    assert seen["schema"] == modelled.SCHEMA


def _fitted(monkeypatch: pytest.MonkeyPatch, canaries: pd.DataFrame) -> dict[str, Any]:
    """What the step gives a generator that takes all rows."""
    given: dict[str, Any] = {}

    def fit(
        rows: Any, schema: Any, settings: Any, seed: Any, progress: Any, subjects: Any, folds: Any
    ) -> Any:
        given.update(rows=rows, schema=schema, subjects=subjects)
        return SimpleNamespace(training={"device": "cpu"}, save=lambda: b"model")

    monkeypatch.setattr(train.generators, "find", lambda name: SimpleNamespace(leaves_out=True, fit=fit))
    tables = {
        "encoded.parquet": modelled.encoded(),
        "folds.parquet": modelled.folds(),
        "canaries.parquet": canaries,
    }
    models = {"schema.json": modelled.SCHEMA, "encoding.json": modelled.encoding()}
    inputs = SimpleNamespace(
        table=lambda step, file: frames.from_parquet(frames.to_parquet(tables[file])),
        columns=lambda step, file: frames.StoredColumns(frames.to_parquet(tables[file])),
        parsed=lambda kind, step, file: facts(modelled.ROWS),
        read=lambda step, file: models[file].model_dump_json().encode(),
    )
    train.run(Params(model="boost-1", generator="boost", member=1), inputs, Outputs())  # type: ignore[arg-type] # stands in for Inputs
    return given
