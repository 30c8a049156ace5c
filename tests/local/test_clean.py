"""Looking at what a store holds, and removing it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reported import stand
from tabtwin.cli import run_command
from tabtwin.driver.folder import hold
from tabtwin.lib.store import Store
from tabtwin.local import objectstore

MEGABYTE = 1 << 20


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with a store of two runs, one of them large."""
    with hold(tmp_path / "twin", b"table", "t.csv") as folder, objectstore.embedded(folder.store):
        store = Store.open(f"s3://{objectstore.BUCKET}")
        for name, size in (("large", MEGABYTE), ("small", 100)):
            stand(store, name, {"screen": {"a.json": os.urandom(size).hex()}})
    return tmp_path / "twin"


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run_command(["clean", *words]) == 0
    return capsys.readouterr().out


def disk(out: Path) -> int:
    return sum(path.stat().st_size for path in (out / "private" / "store").rglob("*.dat"))


def test_runs_are_listed_and_nothing_is_removed_unasked(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([], ["--run", "large"], ["--older-than", "1"], ["--unused"]):
        lines = shown(capsys, str(out), *words).splitlines()
        assert [line.split()[0] for line in lines[1:3]] == ["large", "small"]
        assert "2.1 MB" in lines[1]
        assert max(map(len, lines)) <= 80
    assert lines[-1] == "0 objects, 0 B, would go: say so with --yes"


def test_a_narrow_terminal_has_names_and_sizes_whole(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with hold(out, b"table", "t.csv") as folder, objectstore.embedded(folder.store):
        stand(Store.open(f"s3://{objectstore.BUCKET}"), "run-0123456789", {"screen": {"a.json": ""}})
    monkeypatch.setenv("COLUMNS", "40")
    lines = shown(capsys, str(out)).splitlines()
    assert max(map(len, lines)) <= 40
    assert any(line.startswith("run-0123456789 ") for line in lines)
    assert any("2.1 MB" in line for line in lines)


def test_a_run_goes_with_its_bytes_on_disk_and_the_other_stays(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = disk(out)
    assert "3 objects, 2.1 MB, are gone" in shown(capsys, str(out), "--run", "large", "--yes")
    assert before - disk(out) > MEGABYTE
    listed = shown(capsys, str(out))
    assert "small" in listed
    assert "large" not in listed
    with objectstore.embedded(out / "private" / "store"):
        (key,) = [key for key in Store.open("s3://tabtwin").list("private/screen/") if "manifest" not in key]
        assert len(Store.open("s3://tabtwin").get(key)) > 100


def test_with_its_last_run_a_folders_store_goes(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(list((out / "private" / "store").rglob("*")))
    assert "6 objects" in shown(capsys, str(out), "--older-than", "0.000001", "--unused")
    assert len(list((out / "private" / "store").rglob("*"))) >= before
    shown(capsys, str(out), "--older-than", "0.000001", "--unused", "--yes")
    assert not (out / "private" / "store").exists()


def test_a_compaction_that_was_interrupted_is_finished_or_dropped(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = out / "private" / "store" / "data"
    volume = next(data.glob("tabtwin_*.dat"))
    volume.with_suffix(".cpd").write_bytes(b"half")
    volume.with_suffix(".cpx").write_bytes(b"half")
    assert "large" in shown(capsys, str(out))
    index = volume.with_suffix(".idx")
    index.rename(volume.with_suffix(".cpx"))
    index.write_bytes(b"")
    assert "large" in shown(capsys, str(out))
    assert not list(data.glob("*.cp?"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "expected the output folder of a run, found nothing at nowhere"),
        (["TWIN", "--run", "other"], "--run: expected a run that the store holds, found none named other"),
        (["TWIN", "--older-than", "x"], "--older-than: "),
    ],
)
def test_mistakes_are_told_in_one_line(
    words: list[str], said: str, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["clean", *(word.replace("TWIN", str(out)) for word in words)]) == 2
    assert said in capsys.readouterr().err
