from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tabtwin.lib.blob import Held
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.runner.folder import hold, hold_again


def test_private_things_are_for_the_user_alone(tmp_path: Path) -> None:
    with hold(tmp_path / "out", b"table", "t.csv") as folder:
        assert folder.private.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_which_nothing_came_is_any_tables(tmp_path: Path) -> None:
    for table in (b"table", b"the same, corrected"):
        with hold(tmp_path, table, "t.csv"):
            pass


def test_a_folder_belongs_to_one_table(tmp_path: Path) -> None:
    with hold(tmp_path, b"table", "t.csv") as folder:
        folder.publish("one", {"twin.csv": b"1"})
    with (
        pytest.raises(InputError, match=r"found one of another \(t.csv\)"),
        hold(tmp_path, b"other", "o.csv"),
    ):
        pass


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(InputError, match="holds other files"), hold(tmp_path, b"table", "t.csv"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_of_the_users_own_is_left_alone_whatever_its_folders_are_called(tmp_path: Path) -> None:
    for name in ("private", "release"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("mine")

    with pytest.raises(InputError, match="holds other files"), hold(tmp_path, b"table", "t.csv"):
        pass
    assert len(list(tmp_path.rglob("mine.txt"))) == 2


def test_superseded_releases_are_never_overwritten(tmp_path: Path) -> None:
    with hold(tmp_path, b"table", "t.csv") as folder:
        for content in (b"1", b"2"):
            folder.publish("one", {"twin.csv": content})
            folder.supersede("two")

        kept = sorted(path.read_bytes() for path in (folder.private / "superseded").rglob("twin.csv"))
        assert kept == [b"1", b"2"]


def test_what_only_an_earlier_run_delivered_goes(tmp_path: Path) -> None:
    with hold(tmp_path, b"table", "t.csv") as folder:
        for name in ("metrics.json", "models/ctgan-1.bin", "models/tvae-1.bin"):
            folder.write(folder.private / name, b"x")
        folder.keep_only(["models/tvae-1.bin"])

        left = {path.name for path in folder.private.rglob("*") if path.is_file()}
        assert left == {"lock", "table.json", "tvae-1.bin"}


@pytest.mark.parametrize(
    "name",
    [
        "/tmp/x",
        "../x",
        "a/../../x",
        ".bashrc",
        "",
        "synthetic/../../x",
        "synthetic/part-00001.parquet/x",
        "synthetic/x",
        "other/part-00001.parquet",
    ],
)
def test_a_release_is_put_nowhere_else(tmp_path: Path, name: str) -> None:
    with hold(tmp_path / "out", b"table", "t.csv") as folder:
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(IntegrityError, match="expected plain names in the release of a run"):
            folder.publish("one", {"twin.csv": b"1", name: b"2"})
        with pytest.raises(IntegrityError, match="expected plain names in the release of a run"):
            folder.publish(name, {"twin.csv": b"1"})
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["/tmp/tabtwin-elsewhere", "../../x", "models/../../../x.bin"])
def test_nothing_is_written_beside_the_folder(tmp_path: Path, name: str) -> None:
    with hold(tmp_path / "out", b"table", "t.csv") as folder:
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(IntegrityError, match="found one that leads elsewhere"):
            folder.write(folder.delivered / name, b"x")
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("mark", ['{"run": "../x"}', '{"run": "a", "later": ["/b"]}', "[]", "{"])
def test_whose_releases_stand_is_told_by_plain_names(tmp_path: Path, mark: str) -> None:
    with hold(tmp_path / "out", b"table", "t.csv") as folder:
        folder.write(folder.private / "released.json", mark.encode())
        with pytest.raises(IntegrityError, match=r"released\.json does not have the format"):
            folder.supersede("")


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path: Path) -> None:
    with (
        hold(tmp_path, b"table", "t.csv"),
        pytest.raises(InputError, match="another run"),
        hold(tmp_path, b"table", "t.csv"),
    ):
        pass


def test_an_earlier_release_is_moved_away_and_kept(tmp_path: Path) -> None:
    with hold(tmp_path, b"table", "t.csv") as folder:
        folder.publish("one", {"twin.csv": b"1"})
        folder.supersede("two")

        assert not folder.release.exists()
        assert (folder.private / "superseded" / "one" / "twin.csv").read_bytes() == b"1"


def test_later_releases_stand_beside_the_first_and_move_away_with_it(tmp_path: Path) -> None:
    with hold(tmp_path, b"table", "t.csv") as folder:
        folder.publish("one", {"twin.csv": b"1"})
        for number in (2, 3):
            later = replace(folder, number=number)
            later.publish(f"run-{number}", {"twin.csv": b"%d" % number})
            later.supersede("")
        assert folder.runs() == ["one", "run-2", "run-3"]
        folder.publish("one", {"twin.csv": b"1"})
        assert (tmp_path / "release-3" / "twin.csv").read_bytes() == b"3"

        folder.supersede("another")
        kept = {path.name for path in (folder.private / "superseded").iterdir()}
        assert kept == {"one", "run-2", "run-3"}
        assert not list(tmp_path.glob("release*"))


def test_the_same_runs_release_stays(tmp_path: Path) -> None:
    with hold(tmp_path, b"table", "t.csv") as folder:
        folder.publish("one", {"twin.csv": b"1"})
        folder.supersede("one")

        assert (folder.release / "twin.csv").read_bytes() == b"1"


def test_publishing_replaces_the_whole_release(tmp_path: Path) -> None:
    with hold(tmp_path, b"table", "t.csv") as folder:
        folder.publish("one", {"twin.csv": b"1", "old.json": b"{}"})
        folder.publish("one", {"twin.csv": b"2"})

        assert {path.name: path.read_bytes() for path in folder.release.iterdir()} == {"twin.csv": b"2"}


def test_a_folder_that_all_users_can_write_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o777)

    with (
        pytest.raises(IntegrityError, match="others cannot write, found that all users can"),
        hold(out, b"table", "t.csv"),
    ):
        pass
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("again", [False, True])
def test_another_users_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    out = tmp_path / "out"
    with hold(out, b"table", "t.csv"):
        pass
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    for path in (out, out / "private"):
        if os.getuid() == 0:  # what root owns is nobody else's
            os.chown(path, 4712, -1)

    with (
        pytest.raises(IntegrityError, match="expected a folder of your own, found one of the user"),
        hold_again(out) if again else hold(out, b"table", "t.csv"),
    ):
        pass


def test_a_release_in_parts_is_put_in_place_and_stays_if_it_is_the_same(tmp_path: Path) -> None:
    files = {f"synthetic/part-0000{number}.parquet": b"%d" % number for number in (1, 2)}
    with hold(tmp_path, b"table", "t.csv") as folder:
        folder.publish("one", files)
        before = (folder.release / "synthetic").stat().st_ino
        folder.publish("one", files)
        assert (folder.release / "synthetic").stat().st_ino == before

        folder.publish("one", files | {"synthetic/part-00003.parquet": b"3"})
        assert len(list((folder.release / "synthetic").iterdir())) == 3


def test_what_cannot_be_read_whole_leaves_the_release_that_stands(tmp_path: Path) -> None:
    class Lost(Held):
        def read_at(self, start: int, count: int) -> bytes:
            raise IntegrityError("it is gone")

    with hold(tmp_path, b"table", "t.csv") as folder:
        folder.publish("one", {"twin.csv": b"1"})
        with pytest.raises(IntegrityError, match="it is gone"):
            folder.publish("two", {"a.csv": b"2", "twin.csv": Lost(b"2")})
        assert (folder.release / "twin.csv").read_bytes() == b"1"
        assert not list(tmp_path.glob(".release*"))
