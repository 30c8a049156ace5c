"""The adapter, on models that were trained for two epochs."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from modelled import ROWS, SCHEMA, encoded, fit, model_bytes
from tabtwin.generators import find
from tabtwin.generators.protocol import Settings
from tabtwin.generators.sdv.plain import Category, fit_coding
from tabtwin.generators.sdv.synthesizer import PAC, SdvGenerator, batch_size, check_width, pick_device
from tabtwin.lib import cpu
from tabtwin.lib.errors import InputError
from tabtwin.schema.schema import Column, Schema

BOTH = pytest.mark.parametrize("name", ["ctgan", "tvae"])


def quiet(done: int, total: int, what: str) -> None:
    """No progress."""


def parts(item: Any, seen: set[int]) -> Iterator[Any]:
    """Everything that an object reaches, but for the states of random generators."""
    if id(item) in seen or isinstance(item, (np.random.RandomState, str, bytes, type)):
        return
    seen.add(id(item))
    yield item
    if isinstance(item, dict):
        children: list[Any] = [*item.keys(), *item.values()]
    elif isinstance(item, (list, tuple, set, frozenset)):
        children = list(item)
    else:
        children = list(getattr(item, "__dict__", {}).values())
    for child in children:
        yield from parts(child, seen)


def holds_row_numbers(model: Any) -> bool:
    """Whether an object holds a long array of integers, or anything with an entry for every row."""
    for part in parts(model, set()):
        if isinstance(part, (np.ndarray, pd.Series, pd.DataFrame, pd.Index, list, tuple, torch.Tensor)):
            if len(part) >= ROWS if not isinstance(part, torch.Tensor) else part.numel() == ROWS:
                return True
            values = np.asarray(part, dtype=object) if isinstance(part, (list, tuple)) else None
            kind = getattr(part, "dtype", None)
            if values is None and isinstance(kind, np.dtype) and kind.kind in "iu" and np.size(part) > 20:
                return True
    return False


@BOTH
def test_no_model_file_holds_row_numbers(name: str) -> None:
    model = find(name).load(model_bytes(name))
    assert not holds_row_numbers(model)


def test_the_search_for_row_numbers_finds_those_that_ctgan_keeps() -> None:
    model: Any = find("ctgan").load(model_bytes("ctgan"))
    model.synthesizer._model._data_sampler._rid_by_cat_cols = [[np.arange(0, ROWS, 3)]]
    assert holds_row_numbers(model)


@BOTH
def test_no_model_file_holds_a_uuid_or_a_date_or_the_training_losses(name: str) -> None:
    model: Any = find(name).load(model_bytes(name))
    made_by = model.synthesizer
    assert (made_by._synthesizer_id, made_by._creation_date, made_by._fitted_date) == ("", "", "")
    assert made_by._model.loss_values is None


SAVE = """
import hashlib, modelled
for name in ("ctgan", "tvae"):
    model = modelled.fit(name)
    rows = model.sample(4_990, 20, 7)
    print(name, hashlib.sha256(model.save()).hexdigest(), hashlib.sha256(rows.to_csv().encode()).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_write_the_same_bytes_and_draw_the_same_rows() -> None:
    environment = os.environ | cpu.environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
    started = [
        subprocess.Popen([sys.executable, "-c", SAVE], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    first, second = (process.communicate()[0] for process in started)
    assert first == second
    assert first.count("\n") == 2


@BOTH
def test_shards_of_any_size_add_up_to_the_same_rows(name: str) -> None:
    model = find(name).load(model_bytes(name))
    whole = model.sample(0, 2 * model.block + 10, seed=5)
    shards = [(0, 3), (3, model.block - 3), (model.block, 7), (model.block + 7, model.block + 3)]
    pieces = [model.sample(first, count, seed=5) for first, count in reversed(shards)]
    pd.testing.assert_frame_equal(pd.concat(pieces[::-1], ignore_index=True), whole)


@BOTH
def test_a_loaded_model_draws_the_rows_of_the_one_saved_and_another_seed_others(name: str) -> None:
    fitted = fit(name)
    loaded = find(name).load(fitted.save())
    rows = fitted.sample(0, 50, seed=5)
    pd.testing.assert_frame_equal(loaded.sample(0, 50, seed=5), rows)
    assert not loaded.sample(0, 50, seed=6).equals(rows)


@BOTH
def test_blocks_do_not_repeat_one_another(name: str) -> None:
    model = find(name).load(model_bytes(name))
    first, second = (model.sample(block * model.block, 100, seed=5) for block in (0, 1))
    assert not set(first["age"]) & set(second["age"])


@BOTH
def test_samples_have_the_columns_and_the_values_of_the_encoded_table(name: str) -> None:
    real = encoded()
    rows = find(name).load(model_bytes(name)).sample(0, 500, seed=5)
    assert list(rows) == list(real)
    assert (rows.dtypes == real.dtypes).all()
    assert set(rows["churn"]) <= {"no", "yes"}
    assert set(rows["a, [odd] name"]) <= {"north", "south", "west", None}


@BOTH
def test_every_epoch_is_reported_with_its_loss(name: str) -> None:
    said: list[tuple[int, int, str]] = []
    model = find(name).fit(encoded(), SCHEMA, Settings(epochs=3), 1, lambda *call: said.append(call))
    assert [(done, total) for done, total, _ in said] == [(1, 3), (2, 3), (3, 3)]
    assert all(what.startswith("epochs, loss ") for _, _, what in said)
    assert [entry["epoch"] for entry in model.training["losses"]] == [1, 2, 3]


def test_nothing_is_printed_and_torchs_generator_is_left_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    fit("tvae", epochs=1).sample(0, 5, seed=1)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads
    assert capfd.readouterr() == ("", "")


@BOTH
@pytest.mark.parametrize("columns", [["n"], ["c"], ["k"], ["e"], ["n", "c", "k", "e"]])
def test_tables_of_few_rows_and_odd_columns_are_learned(name: str, columns: list[str]) -> None:
    whole = {
        "n": pd.Series([1e-9, 2e15, np.nan] * 10),
        "c": pd.Series(["x", "nan", None] * 10, dtype=object),
        "k": pd.Series(["one"] * 30, dtype=object),
        "e": pd.Series([np.nan] * 30),
    }
    kinds = {"n": "decimal", "c": "category", "k": "category", "e": "integer"}
    schema = Schema.model_validate({"columns": [{"name": name, "kind": kinds[name]} for name in columns]})
    rows = pd.DataFrame({name: whole[name] for name in columns})
    model = find(name).load(find(name).fit(rows, schema, Settings(epochs=1), 1, quiet).save())
    made = model.sample(3, 20, seed=1)
    assert made.shape == (20, len(columns))
    assert model.sample(3, 0, seed=1).shape == (0, len(columns))
    if "k" in columns:
        assert set(made["k"]) == {"one"}
    if "e" in columns:
        assert made["e"].isna().all()


@pytest.mark.parametrize("rows", [1, 72, 333, 999, 5_000, 10**6])
def test_a_batch_is_even_and_divisible_by_pac(rows: int) -> None:
    assert batch_size(rows) % 2 == 0
    assert batch_size(rows) % PAC == 0
    assert 50 <= batch_size(rows) <= 500


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_asking_for_cuda_where_there_is_none_is_refused_and_auto_takes_the_cpu() -> None:
    with pytest.raises(InputError, match="expected a CUDA device"):
        pick_device("cuda")
    assert pick_device("auto") == "cpu"


def test_a_column_of_too_many_categories_is_refused_by_name() -> None:
    crowded = Category("1", "street", tuple(f"street {number}" for number in range(6_000)))
    coding = (*fit_coding(encoded(), SCHEMA), crowded)
    with pytest.raises(InputError, match="6000 of them for column 'street'"):
        check_width(coding, 100, "ctgan")
    with pytest.raises(InputError, match="declare it a key"):
        check_width((Category("0", "street", crowded.values[:2_000]),), 300_000, "tvae")


def test_a_constant_table_needs_no_training() -> None:
    rows = pd.DataFrame({"k": pd.Series(["one"] * 30, dtype=object)})
    schema = Schema(columns=(Column(name="k", kind="category"),))
    model = SdvGenerator("ctgan").fit(rows, schema, Settings(epochs=1), 1, quiet)
    assert pickle.loads(model.save()).sample(0, 2, seed=1)["k"].tolist() == ["one", "one"]
