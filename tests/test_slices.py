"""``tabtwin run --slice-rows``: a twin that is made in slices, and released as a folder of parts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from small import command, digests, run, small_table

pytestmark = [pytest.mark.slow, pytest.mark.whole_run]

SLICED = ("--oversample", "0", "--rows", "300", "--batch-rows", "60", "--slice-rows", "120")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sliced") / "customers.csv"
    small_table().to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def sliced(table: Path) -> Path:
    out = table.parent / "twin"
    code, lines, errors = run(command(table, out, *SLICED))
    assert code == 0, (lines[-2:], errors)
    return out


def test_each_slice_is_a_part_of_the_release_and_all_rows_are_there_once(table: Path, sliced: Path) -> None:
    parts = sorted((sliced / "release" / "synthetic").iterdir())
    twin = pd.read_parquet(sliced / "release" / "synthetic")

    assert [len(pd.read_parquet(path)) for path in parts] == [60, 120, 120]
    assert list(twin) == list(pd.read_csv(table))
    assert twin["id"].is_unique
    assert len(pd.read_csv(sliced / "release" / "synthetic.csv")) == 300
    assert (
        subprocess.run([sys.executable, "-m", "tabtwin", "verify", str(sliced)], check=False).returncode == 0
    )


def test_the_report_tells_of_all_slices_together(sliced: Path) -> None:
    found = json.loads((sliced / "private" / "metrics.json").read_text())

    assert found["refine"]["rows"] == found["audit"]["rows"]["synthetic"] == 300
    assert found["screen"]["rows"]["wanted"] == 300
    assert {"screen/1", "screen/2", "screen/3", "refine/3"} <= set(found["private"]["tasks"])


def test_the_same_slices_are_the_same_bytes_whoever_makes_them(
    table: Path, sliced: Path, tmp_path: Path
) -> None:
    code, lines, errors = run(command(table, tmp_path / "again", *SLICED))

    assert code == 0, (lines[-2:], errors)
    released = {name: digest for name, digest in digests(sliced).items() if name.startswith("release/")}
    assert {name: digests(tmp_path / "again")[name] for name in released} == released


def test_a_changed_byte_of_a_part_is_named_by_verify(sliced: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    subprocess.run(["cp", "-r", str(sliced / "release"), str(release)], check=True)
    part = release / "synthetic" / "part-00002.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"x")

    words = [sys.executable, "-m", "tabtwin", "verify", str(release)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "synthetic/part-00002.parquet" in done.stderr + done.stdout
