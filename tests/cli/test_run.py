"""What ``tabtwin run`` does before its first step: where it works, and what its steps see."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from small import small_table
from tabtwin.cli import driver
from tabtwin.cli import run as command
from tabtwin.cli.main import run_command
from tabtwin.runner import processes
from tabtwin.store import lease
from tabtwin.store.sources import fetch, name_of, split_urls


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> list[driver.Driver]:
    """The drivers that were to run."""
    found: list[driver.Driver] = []

    def run(self: driver.Driver) -> int:
        found.append(self)
        return 0

    monkeypatch.setattr(driver.Driver, "run", run)
    return found


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "customers, of 100% #1?.csv"
    small_table(100).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("name", ["twin", "a, b", "100%25 #1?", "Zürich/twin", "{{x}}"])
def test_an_output_folder_of_any_name_holds_the_store_with_the_table(
    drivers: list[driver.Driver], table: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_command(["run", str(table), "--out", name, "--log=json"]) == 0
    assert run_command(["run", str(table), "--out", str(tmp_path / name), "--log=json"]) == 0
    first, again = drivers

    assert (tmp_path / name / "private" / "store").is_dir()
    (source,) = split_urls(first.chosen["source"])
    assert fetch(source, first.store) == table.read_bytes()
    assert name_of(source) == table.name
    assert (first.name, first.store.url) == (again.name, again.store.url)


def test_a_runs_name_does_not_hang_on_where_its_folder_lies(
    drivers: list[driver.Driver], table: Path, tmp_path: Path
) -> None:
    for name in ("here", "there"):
        run_command(["run", str(table), "--out", str(tmp_path / name), "--log=json"])

    assert len({driver.name for driver in drivers}) == 1
    assert not any(str(tmp_path) in value for driver in drivers for value in driver.chosen.values())


HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "sklearn", "numba", "rich", "structlog")


def test_what_drives_a_run_loads_no_library_that_its_steps_compute_with(tmp_path: Path, table: Path) -> None:
    words = ["run", str(table), "--out", str(tmp_path / "twin"), "--log=json"]
    code = (
        "import sys\n"
        "from tabtwin.cli import driver, terminal\n"
        "from tabtwin.cli.main import run_command\n"
        "class Unrun(driver.Driver):\n"
        "    def run(self):\n"
        "        with terminal.open_watcher('json'):\n"
        "            return 0\n"
        "driver.Driver = Unrun\n"
        f"assert run_command({words!r}) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_nothing_listens(
    drivers: list[driver.Driver], table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*words: object) -> None:
        raise AssertionError("expected no server, found one")

    for name in ("bind", "listen", "connect"):
        monkeypatch.setattr(socket.socket, name, refused)
    assert run_command(["run", str(table), "--out", str(tmp_path / "twin"), "--log=json"]) == 0
    (driver,) = drivers
    with lease.held(driver.store, driver.name, "me"):
        assert driver.store.list("private/runs/")


def test_a_store_that_only_this_process_has_is_refused(
    drivers: list[driver.Driver], table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", str(table), "--out", str(tmp_path / "twin"), "--store", "memory://x", "--log=json"]
    assert run_command(words) == 2
    assert "found memory://x" in capsys.readouterr().err


def test_a_folder_can_be_named_as_the_store(
    drivers: list[driver.Driver], table: Path, tmp_path: Path
) -> None:
    place = f"file://{tmp_path}/shared"
    words = ["run", str(table), "--out", str(tmp_path / "twin"), "--log=json"]
    assert run_command([*words, "--store", place]) == 0
    assert (drivers[0].store.url, drivers[0].embedded) == (place, False)
    assert not (tmp_path / "twin" / "private" / "store").exists()


def test_no_key_of_the_users_reaches_steps_that_work_in_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "AWS_SECRET_ACCESS_KEY",
        "AWS_CA_BUNDLE",
        "SOURCE_AWS_ACCESS_KEY_ID",
        "TABTWIN_S3_ADDRESSING",
    ):
        monkeypatch.setenv(name, "x")

    def seen(store: str) -> Mapping[str, str]:
        return processes.child_environment(command.variables_for(store))

    assert not [name for name in seen("file:///x") if "AWS" in name or "S3" in name]
    assert {"AWS_SECRET_ACCESS_KEY", "AWS_CA_BUNDLE", "TABTWIN_S3_ADDRESSING"} <= set(seen("s3://b/p"))


@pytest.mark.parametrize("taken", ["other files", "a file", "others write"])
def test_a_folder_that_can_be_no_store_ends_the_run_in_one_line(
    drivers: list[driver.Driver], table: Path, tmp_path: Path, taken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "taken"
    if taken == "a file":
        place.touch()
    else:
        place.mkdir()
    if taken == "other files":
        (place / "thesis.odt").touch()
    if taken == "others write":
        (place / ".tabtwin-1").touch()
        place.chmod(0o777)
    code = run_command(
        ["run", str(table), "--out", str(tmp_path / "twin"), "--store", str(place), "--log=json"]
    )

    assert code == (4 if taken == "others write" else 2)
    (line,) = capsys.readouterr().err.splitlines()
    assert str(place) in line
    assert drivers == []


def test_the_store_is_for_the_user_alone(drivers: list[driver.Driver], table: Path, tmp_path: Path) -> None:
    run_command(["run", str(table), "--out", str(tmp_path / "twin"), "--log=json"])
    store = tmp_path / "twin" / "private" / "store"
    for path in [store, *store.rglob("*")]:
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0
