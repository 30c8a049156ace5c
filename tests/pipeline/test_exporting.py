"""A twin is exported part by part, and its parts are one table."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from step_outputs import stand
from tabtwin.io.writing import export_table, to_csv
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.frames import arrow_to_parquet, from_parquet
from tabtwin.pipeline import exporting
from tabtwin.pipeline.exporting import export_twin
from tabtwin.pipeline.step import Inputs, Outputs
from tabtwin.schema.pandas_types import PandasFrame
from tabtwin.schema.schema import Column, Schema
from tabtwin.store.artifacts import Ref, sha256
from tabtwin.store.memory import MemoryStore
from tabtwin.store.twins import TWIN

SCHEMA = Schema(
    columns=(
        Column(name="a.id", kind="key", dtype="string", pattern="K99"),
        Column(name="number", kind="key", dtype="int64", pattern="#", first=100),
        Column(name="ean", kind="key", check="gtin", pattern="4009999?", forms=("4009999?",)),
        Column(name="mail", kind="identifier", identifier="email", distinct=True),
        Column(name="zone", kind="category", dtype="int64"),
        Column(name="pay", kind="decimal", dtype="double", digits=2),
        Column(name="site", kind="constant", value="main"),
    ),
    frame=PandasFrame(),
)
MADE_NEW = ("a.id", "number", "ean", "mail")
PARTS = [f"part-{number}" for number in range(1, 10)]


def rows(count: int, seed: int = 1, *, rare: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    zones = rng.choice(["1", "2"], count).astype(object)
    zones[: int(rare)] = "(other)"
    return pd.DataFrame({"zone": zones, "pay": rng.gamma(2, 100, count).round(2)})


def exported(parts: list[pd.DataFrame], *earlier: dict[str, bytes]) -> Outputs:
    """What is made of a twin of these parts, and earlier releases with these files."""
    store = MemoryStore()
    names = [""] if len(parts) == 1 else PARTS[: len(parts)]
    steps = [f"refine/{name}".rstrip("/") for name in names]
    run = stand(store, "run", {step: {TWIN.file: part} for step, part in zip(steps, parts, strict=True)})
    refs = [TWIN.model_copy(update={"name": name}) for name in names]
    for number, files in enumerate(earlier):
        stand(store, f"run-{number}", {"release": {file: from_parquet(data) for file, data in files.items()}})
        refs += [Ref(step="release", file=file, run=f"run-{number}") for file in files]
    outputs = Outputs()
    count = export_twin(Inputs(run, refs), outputs, SCHEMA, escape_formulas=False)
    assert count == sum(map(len, parts))
    return outputs


def tables(outputs: Outputs) -> list[pd.DataFrame]:
    return [from_parquet(data) for file, data in sorted(outputs.files.items()) if file.endswith(".parquet")]


def test_a_twin_of_one_part_is_one_file_in_each_format_by_the_digest_of_its_rows() -> None:
    part = rows(50)
    outputs = exported([part])
    digest = sha256(stand(MemoryStore(), "r", {"refine": {TWIN.file: part}}).read(TWIN))
    twin = export_table(part, SCHEMA, np.random.default_rng(int(digest, 16)))
    assert outputs.files == {
        "synthetic.parquet": arrow_to_parquet(to_arrow(twin, SCHEMA)),
        "synthetic.csv": to_csv(twin, SCHEMA),
    }


@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.integers(0, 5))
@settings(max_examples=15)
def test_every_row_is_in_exactly_one_part_and_its_keys_in_no_other(sizes: list[int], seed: int) -> None:
    parts = [rows(size, seed + number) for number, size in enumerate(sizes)]
    outputs = exported(parts)
    made = tables(outputs)
    assert [len(table) for table in made] == sizes
    for part, table in zip(parts, made, strict=True):
        assert table["pay"].tolist() == part["pay"].tolist()
    together = pd.concat(made)
    assert all(together[name].is_unique for name in MADE_NEW)
    assert together["a.id"].str.len().nunique() == 1


def test_parts_are_named_in_their_order() -> None:
    outputs = exported([rows(5), rows(6, 2)])
    assert [*outputs.files] == ["part-00001.parquet", "part-00002.parquet", "synthetic.csv"]


def test_keys_of_earlier_releases_are_in_no_part_whatever_they_were_released_in() -> None:
    first = exported([rows(40)])
    second = exported([rows(30, 2), rows(30, 3)], {"synthetic.parquet": first.files["synthetic.parquet"]})
    before = {file: data for file, data in second.files.items() if file.startswith("part")}
    third = exported([rows(20, 4)], {"synthetic.parquet": first.files["synthetic.parquet"]}, before)
    together = pd.concat([*tables(first), *tables(second), *tables(third)])
    assert len(together) == 120
    assert all(together[name].is_unique for name in MADE_NEW)


@pytest.mark.parametrize("rare", [(False, False), (True, False), (False, True), (True, True)])
def test_all_parts_have_the_same_types_whatever_is_in_them(rare: tuple[bool, bool]) -> None:
    outputs = exported([rows(20, number, rare=some) for number, some in enumerate(rare)])
    files = [data for file, data in outputs.files.items() if file.startswith("part")]
    first, second = (pq.read_schema(io.BytesIO(data)) for data in files)
    assert first.equals(second, check_metadata=True)
    assert str(first.field("zone").type) == ("string" if any(rare) else "int64")
    assert [len(set(table["number"])) for table in tables(outputs)] == [20, 20]


def test_a_folder_of_parts_reads_as_one_table_with_the_csvs_cells(tmp_path: Path) -> None:
    outputs = exported([rows(20, 1, rare=True), rows(30, 2)])
    for file, data in outputs.files.items():
        if file.startswith("part"):
            (tmp_path / file).write_bytes(data)
    whole = pd.read_parquet(tmp_path)
    plain = pd.read_csv(io.BytesIO(outputs.files["synthetic.csv"]), dtype={"ean": str, "zone": str})
    assert whole.index.tolist() == list(range(50))
    pd.testing.assert_frame_equal(whole, plain, check_dtype=False)


def test_a_large_twin_of_several_parts_has_no_csv_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exporting, "CSV_ROWS", 10)
    with structlog.testing.capture_logs() as lines:
        outputs = exported([rows(6), rows(5, 2)])
    assert "synthetic.csv" not in outputs.files
    (said,) = [line for line in lines if line["event"] == "release.without_csv"]
    assert (said["rows"], said["most"]) == (11, 10)


def test_a_large_twin_of_one_part_has_a_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "CSV_ROWS", 10)
    assert "synthetic.csv" in exported([rows(11)]).files


def test_the_same_parts_give_the_same_bytes() -> None:
    parts = [rows(20, 1, rare=True), rows(30, 2)]
    assert exported(parts).files == exported(parts).files
