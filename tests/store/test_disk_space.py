"""A full disk is told in one line: the folder, what is needed, and what there is."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from small import small_table
from tabtwin.cli.main import run_command
from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import InputError
from tabtwin.runner.folder import Folder
from tabtwin.store import disk_space


@pytest.fixture(params=[errno.ENOSPC, errno.EDQUOT])
def full(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes half of what is written, and no more."""

    def write(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(Path, "write_bytes", write)
    monkeypatch.setattr(Blob, "copy_to", lambda blob, path: write(path, blob.read()))


@pytest.mark.usefixtures("full")
def test_an_output_that_has_no_room_says_where_and_how_much_and_leaves_no_half(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for write in (
        lambda: folder.write(folder.private / "report.html", b"x" * 1_234),
        lambda: folder.publish("run", {"synthetic.csv": b"x" * 1_000, "report.html": b"x" * 234}),
    ):
        with pytest.raises(InputError, match=r"room for 1,234 bytes more in .*, found [0-9,]+;") as told:
            write()
        assert str(tmp_path) in str(told.value)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        assert not folder.release.exists()


@pytest.mark.usefixtures("full")
def test_a_command_that_has_no_room_ends_with_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "t.csv").open("w") as file:
        small_table().to_csv(file, index=False)
    assert run_command(["check", str(tmp_path / "t.csv"), "--schema-to", str(tmp_path / "s.json")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("tabtwin: expected room for ")
    assert f"in {tmp_path}, found" in said
    assert said.count("\n") == 1


def test_a_write_of_nothing_known_names_the_folder_that_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert f"in {tmp_path}, found" in disk_space.spell_full(gone)
    assert "TMPDIR names another" in disk_space.spell_full(gone)
    named = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "there" / "file"))
    assert f"in {tmp_path / 'there'}, found" in disk_space.spell_full(named)
    assert disk_space.spell_full(OSError(errno.EACCES, "Permission denied")) == ""


def test_what_is_free_is_told_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    free = disk_space.free(tmp_path / "not" / "yet")
    assert free is not None
    assert free > 0


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    with pytest.raises(OSError, match="Permission denied"), disk_space.writing(tmp_path, 1):
        fail()
