"""Telling whether a release is what its manifest says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from step_outputs import findings, stand
from tabtwin.cli.main import run_command
from tabtwin.lib.frames import to_parquet
from tabtwin.pipeline import release, releases, report
from tabtwin.pipeline.executing import execute
from tabtwin.runner.folder import hold
from tabtwin.store.artifacts import File, Manifest, sha256
from tabtwin.store.release_manifest import LISTING, write_listing
from tabtwin.store.store import Store

ROWS = pd.DataFrame({"a": ['say "hi"', "two\nlines", None], "b": ["1;2", "3,4", ""]})


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A release whose cells hold delimiters, quotes and line ends."""
    tables = {"synthetic.csv": ROWS.to_csv(index=False).encode(), "synthetic.parquet": to_parquet(ROWS)}
    return write_release(tmp_path / "twin" / "release", tables | {"report.html": b"<html>"}, rows=3)


def write_release(root: Path, files: dict[str, bytes], rows: int) -> Path:
    root.mkdir(parents=True)
    for name, data in files.items():
        (root / name).write_bytes(data)
    manifest = Manifest(
        step="release",
        fingerprint="f" * 24,
        files={name: File(sha256=sha256(data), size=len(data)) for name, data in files.items()},
        figures={"rows": rows},
        settings={},
        inputs={},
        versions={},
    )
    (root / LISTING).write_bytes(write_listing(manifest, "", without=""))
    return root


@pytest.mark.parametrize("named", ["release", "its output folder", "a copy"])
def test_a_release_is_found_whole_in_one_line(
    named: str, released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = released.rename(tmp_path / "copy") if named == "a copy" else released
    root = released.parent if named == "its output folder" else copy
    assert run_command(["verify", str(root)]) == 0
    assert capsys.readouterr().out == f"{copy}: 3 files and 3 rows, as manifest.json says\n"


def test_what_the_release_step_publishes_and_a_run_delivers_is_whole(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand(store, "run", findings(plain=True))
    execute(report.STEP, report.Params(), store, "run", "", {})
    manifest = execute(release.STEP, release.Params(), store, "run", "", {})
    with hold(tmp_path / "twin", b"table", "t.csv") as folder:
        folder.publish("run", releases.released_files(store, manifest))
    assert run_command(["verify", str(tmp_path / "twin")]) == 0
    assert "5 files and 240 rows" in capsys.readouterr().out
    published = store.get(f"release/run/{LISTING}")
    assert (tmp_path / "twin" / "release" / LISTING).read_bytes() == published


def remove(root: Path) -> None:
    (root / "report.html").unlink()


def lengthen(root: Path) -> None:
    (root / "report.html").write_bytes(b"<html>more")


def change(root: Path) -> None:
    (root / "report.html").write_bytes(b"<html!")


def add(root: Path) -> None:
    (root / "notes.txt").write_text("mine")


def replace_by_a_folder(root: Path) -> None:
    remove(root)
    (root / "report.html").mkdir()


def count_another_row(root: Path) -> None:
    listing = json.loads((root / LISTING).read_text())
    (root / LISTING).write_text(json.dumps(listing | {"rows": 4}))


def leave_the_twin_out(root: Path) -> None:
    listing = json.loads((root / LISTING).read_text())
    del listing["files"]["synthetic.csv"]
    (root / LISTING).write_text(json.dumps(listing))


def damage_the_manifest(root: Path) -> None:
    (root / LISTING).write_text("{")


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (remove, "'report.html': expected a file, found none"),
        (lengthen, "'report.html': expected 6 bytes, found 10"),
        (change, "'report.html': expected the bytes of manifest.json, found others"),
        (add, "expected only the files of manifest.json, found also 'notes.txt'"),
        (replace_by_a_folder, "'report.html': expected a file, found none"),
        (count_another_row, "'synthetic.csv': expected 4 rows, found 3"),
        (leave_the_twin_out, "expected synthetic.csv among its files, found none"),
        (damage_the_manifest, "manifest.json: expected a release's manifest, found something else"),
    ],
)
def test_what_is_not_as_published_is_named_in_one_line(
    tamper: Callable[[Path], None], said: str, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(released)
    assert run_command(["verify", str(released)]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_parquet_file_of_other_rows_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = {"synthetic.csv": ROWS.to_csv(index=False).encode(), "synthetic.parquet": to_parquet(ROWS[:2])}
    assert run_command(["verify", str(write_release(tmp_path / "release", tables, rows=3))]) == 4
    assert "'synthetic.parquet': expected 3 rows, found 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("made", "found"), [("folder", "a folder without one"), ("file", "a file"), ("", "nothing")]
)
def test_what_is_no_release_is_told_so(
    made: str, found: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "place"
    if made == "folder":
        (place / "private").mkdir(parents=True)
    elif made:
        place.write_text("mine")
    assert run_command(["verify", str(place)]) == 2
    assert f"expected a release with its manifest.json at {place}, found {found}" in capsys.readouterr().err


def test_it_loads_neither_torch_nor_sdv_nor_what_judges() -> None:
    code = "import sys, tabtwin.cli.verify; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "sdv", "sklearn", "numba", "kubernetes"} & set(done.stdout.split())
