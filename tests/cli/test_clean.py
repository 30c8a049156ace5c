"""Looking at what a store holds, and removing it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from step_outputs import stand
from tabtwin.cli.main import run_command
from tabtwin.runner.folder import hold
from tabtwin.store.opening import open_store

MEGABYTE = 1 << 20


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with a store of two runs, one of them large."""
    with hold(tmp_path / "twin", b"table", "t.csv") as folder:
        store = open_store(str(folder.store))
        for name, size in (("large", MEGABYTE), ("small", 100)):
            stand(store, name, {"screen": {"a.json": os.urandom(size).hex()}})
    return tmp_path / "twin"


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run_command(["clean", *words]) == 0
    return capsys.readouterr().out


def disk(out: Path) -> int:
    return sum(path.stat().st_size for path in (out / "private" / "store").rglob("*") if path.is_file())


def test_runs_are_listed_and_nothing_is_removed_unasked(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([], ["--run", "large"], ["--older-than", "1"], ["--unused"]):
        lines = shown(capsys, str(out), *words).splitlines()
        assert [line.split()[0] for line in lines[1:3]] == ["large", "small"]
        assert "2.1 MB" in lines[1]
        assert max(map(len, lines)) <= 80
    assert lines[-1] == "0 objects, 0 B, would be removed; add --yes to do so"


def test_a_narrow_terminal_has_names_and_sizes_whole(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with hold(out, b"table", "t.csv") as folder:
        stand(open_store(str(folder.store)), "run-0123456789", {"screen": {"a.json": ""}})
    monkeypatch.setenv("COLUMNS", "40")
    lines = shown(capsys, str(out)).splitlines()
    assert max(map(len, lines)) <= 40
    assert any(line.startswith("run-0123456789 ") for line in lines)
    assert any("2.1 MB" in line for line in lines)


def test_a_run_goes_with_its_bytes_on_disk_and_the_other_stays(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = disk(out)
    assert "3 objects, 2.1 MB, were removed" in shown(capsys, str(out), "--run", "large", "--yes")
    assert before - disk(out) > MEGABYTE
    listed = shown(capsys, str(out))
    assert "small" in listed
    assert "large" not in listed
    store = open_store(str(out / "private" / "store"))
    (key,) = [key for key in store.list("private/screen/") if "manifest" not in key]
    assert len(store.get(key)) > 100


def test_with_its_last_run_a_folders_store_goes(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(list((out / "private" / "store").rglob("*")))
    assert "6 objects" in shown(capsys, str(out), "--older-than", "0.000000001", "--unused")
    assert len(list((out / "private" / "store").rglob("*"))) >= before
    shown(capsys, str(out), "--older-than", "0.000000001", "--unused", "--yes")
    assert not (out / "private" / "store").exists()


def test_a_store_in_a_folder_is_cleaned_by_its_url(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = open_store(str(out / "private" / "store")).url
    assert "large" in shown(capsys, url)
    assert "running" in shown(capsys, url)  # nobody holds it, so a driver may


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
