"""Telling whether a release is what its manifest says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import divided
from audited import source
from step_outputs import findings, stand
from tabtwin.cli import verify
from tabtwin.cli.main import run_command
from tabtwin.lib.blob import Held
from tabtwin.lib.frames import to_parquet
from tabtwin.pipeline import release, releases, report
from tabtwin.pipeline.executing import execute
from tabtwin.runner import deliver
from tabtwin.runner.folder import hold
from tabtwin.store.artifacts import File, Manifest, sha256
from tabtwin.store.release_manifest import LISTING, released_name, write_listing
from tabtwin.store.run import Run
from tabtwin.store.store import Store

ROWS = pd.DataFrame({"a": ['say "hi"', "two\nlines", None], "b": ["1;2", "3,4", ""]})


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A release whose cells hold delimiters, quotes and line ends."""
    tables = {"synthetic.csv": ROWS.to_csv(index=False).encode(), "synthetic.parquet": to_parquet(ROWS)}
    return write_release(tmp_path / "twin" / "release", tables | {"report.html": b"<html>"}, rows=3)


def write_release(root: Path, files: dict[str, bytes], rows: int) -> Path:
    root.mkdir(parents=True)
    for file, data in files.items():
        place = root / released_name(file)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(data)
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


@pytest.fixture
def divided_release(tmp_path: Path) -> Path:
    """A release whose twin has two parts."""
    parts = {f"part-{number:05}.parquet": to_parquet(ROWS[:number]) for number in (1, 2)}
    csv = {"synthetic.csv": pd.concat([ROWS[:1], ROWS[:2]]).to_csv(index=False).encode()}
    return write_release(tmp_path / "release", parts | csv | {"report.html": b"<html>"}, rows=3)


def test_a_release_in_parts_is_found_whole(divided_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["verify", str(divided_release)]) == 0
    assert ": 4 files and 3 rows" in capsys.readouterr().out


def lose_a_part(root: Path) -> None:
    (root / "synthetic" / "part-00001.parquet").unlink()


def change_a_part(root: Path) -> None:
    place = root / "synthetic" / "part-00002.parquet"
    place.write_bytes(place.read_bytes()[:-1] + b"?")


def add_a_part(root: Path) -> None:
    (root / "synthetic" / "part-00003.parquet").write_bytes(b"more")


def add_beside_the_parts(root: Path) -> None:
    (root / "synthetic" / ".hidden").write_bytes(b"more")


def put_the_parts_elsewhere(root: Path) -> None:
    (root / "synthetic").rename(root.parent / "elsewhere")
    (root / "synthetic").symlink_to(root.parent / "elsewhere")


def forget_a_part(root: Path) -> None:
    listing = json.loads((root / LISTING).read_text())
    del listing["files"]["synthetic/part-00001.parquet"]
    (root / LISTING).write_text(json.dumps(listing))


def forget_the_csv(root: Path) -> None:
    listing = json.loads((root / LISTING).read_text())
    del listing["files"]["synthetic.csv"]
    (root / LISTING).write_text(json.dumps(listing))


def lead_outside(root: Path) -> None:
    listing = json.loads((root / LISTING).read_text())
    listing["files"]["synthetic/../../x"] = listing["files"]["synthetic.csv"]
    (root / LISTING).write_text(json.dumps(listing))


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lose_a_part, "'synthetic/part-00001.parquet': expected a file, found none"),
        (change_a_part, "'synthetic/part-00002.parquet': expected the bytes of manifest.json, found others"),
        (add_a_part, "expected only the files of manifest.json, found also 'synthetic/part-00003.parquet'"),
        (add_beside_the_parts, "expected only the files of manifest.json, found also 'synthetic/.hidden'"),
        (put_the_parts_elsewhere, "'synthetic/part-00001.parquet': expected a file, found none"),
        (forget_a_part, "expected synthetic/part-00001.parquet among its files, found none"),
        (forget_the_csv, "expected synthetic.csv among its files, found none"),
        (lead_outside, "expected a release's manifest, found something else"),
    ],
)
def test_a_part_that_is_not_as_published_is_named_in_one_line(
    tamper: Callable[[Path], None], said: str, divided_release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(divided_release)
    assert run_command(["verify", str(divided_release)]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_the_rows_of_all_parts_are_counted_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = {f"part-{number:05}.parquet": to_parquet(ROWS[:1]) for number in (1, 2)}
    csv = {"synthetic.csv": ROWS.to_csv(index=False).encode()}
    assert run_command(["verify", str(write_release(tmp_path / "release", parts | csv, rows=3))]) == 4
    assert "'synthetic': expected 3 rows, found 2" in capsys.readouterr().err


def test_records_are_counted_alike_wherever_a_file_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    data = Held(ROWS.to_csv(index=False).encode())
    cut = [list(data.parts(size)) for size in (1, 2, 3, 5, 1_000)]
    for parts in cut:
        monkeypatch.setattr(data, "parts", lambda parts=parts: iter(parts))
        assert verify._csv_rows(data) == 3


def test_what_a_run_in_parts_publishes_and_delivers_is_whole(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    divided.run_steps(store, "run", divided.with_parts([source(100, 2), source(140, 3)]))
    with hold(tmp_path / "twin", b"table", "t.csv") as folder:
        for _ in range(2):
            deliver.deliver(Run(store, "run"), folder, None, private=False)
    assert run_command(["verify", str(tmp_path / "twin")]) == 0
    assert "6 files and 240 rows" in capsys.readouterr().out
    for name in ("synthetic/part-00002.parquet", LISTING):
        assert (tmp_path / "twin" / "release" / name).read_bytes() == store.get(f"release/run/{name}")
    assert not (tmp_path / "twin" / "private" / "superseded").exists()
    assert len(pd.read_parquet(tmp_path / "twin" / "release" / "synthetic")) == 240
