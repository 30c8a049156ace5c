"""What only a folder does: it is its user's alone, on a disk that may be full, among links and old files."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tabtwin.lib.errors import InputError, IntegrityError, StoreError
from tabtwin.store.directory.root import MARK
from tabtwin.store.directory.store import DirectoryStore
from tabtwin.store.opening import open_store
from tabtwin.store.store import ConflictError, MissingObjectError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(root: Path) -> DirectoryStore:
    return DirectoryStore(root)


@pytest.fixture(params=[0o000, 0o022, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_all_that_it_makes_is_for_the_user_alone_whatever_the_umask(
    store: DirectoryStore, root: Path, umask: int
) -> None:
    root.mkdir()
    root.chmod(0o755)
    store.put("a/b/c", b"1")
    store.create("lock", b"2")

    paths = [root, *root.rglob("*")]
    assert {oct(path.stat().st_mode & 0o777) for path in paths if path.is_dir()} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for path in paths if path.is_file()} == {"0o600"}


@pytest.mark.parametrize("name", ["a, b", "a#b?c", "100%", "%2e%2e", "ünï", "{{x}}", "a\nb", "-o", " "])
def test_a_folder_of_any_name_is_found_again_by_its_url(tmp_path: Path, name: str) -> None:
    store = open_store(str(tmp_path / name))
    store.put("key", b"1")

    assert open_store(store.url).get("key") == b"1"
    assert set(store.url) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/%._-~")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_whose_name_is_no_text_is_found_again_by_its_url(tmp_path: Path) -> None:
    try:
        os.mkdir(os.fsencode(tmp_path) + b"/caf\xe9")
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    store = DirectoryStore(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    store.put("key", b"1")

    assert open_store(store.url).get("key") == b"1"


def test_a_relative_path_is_the_same_folder_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("./store")
    store.put("key", b"1")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    assert store.get("key") == open_store(store.url).get("key") == b"1"


def test_a_folder_that_was_moved_is_the_same_store(store: DirectoryStore, root: Path) -> None:
    store.put("key", b"1")
    address = store.address("key")
    moved = DirectoryStore(root.rename(root.with_name("moved")))

    assert moved.get("key") == b"1"
    assert moved.address("key") == address


def test_nothing_is_made_by_looking(store: DirectoryStore, root: Path) -> None:
    opened = open_store(str(root))

    assert (opened.list(""), opened.exists("a")) == ([], False)
    opened.delete("a")
    with pytest.raises(MissingObjectError):
        opened.get("a")
    assert not root.exists()


def test_what_is_removed_frees_its_bytes_and_leaves_no_folder(store: DirectoryStore, root: Path) -> None:
    store.put("a/b/" + "long" * 100, bytes(1 << 20))
    store.put("a/c", b"")
    store.delete("a/b/" + "long" * 100)
    store.delete("a/c")

    assert {path.name for path in root.iterdir()} == {MARK, ".drafts"}
    assert sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) == 0


def test_other_files_make_a_folder_no_store(root: Path) -> None:
    root.mkdir()
    (root / "thesis.odt").touch()

    with pytest.raises(InputError, match="found other files in"):
        open_store(str(root)).put("key", b"")
    assert open_store(str(root)).list("") == []
    assert [path.name for path in root.iterdir()] == ["thesis.odt"]


def test_a_file_is_no_store(root: Path) -> None:
    root.touch()
    with pytest.raises(InputError, match="expected a store's folder, found a file"):
        open_store(str(root))


def test_a_folder_that_others_read_is_closed_to_them(store: DirectoryStore, root: Path) -> None:
    store.put("key", b"1")
    root.chmod(0o755)

    assert open_store(str(root)).get("key") == b"1"
    assert root.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_store_that_others_wrote_to_is_not_trusted(store: DirectoryStore, root: Path, mode: int) -> None:
    store.put("key", b"1")
    root.chmod(mode)

    with pytest.raises(IntegrityError, match="only its user can write"):
        store.get("key")
    with pytest.raises(IntegrityError):
        open_store(str(root))


def test_another_users_folder_is_refused(
    store: DirectoryStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("key", b"1")
    monkeypatch.setattr(os, "geteuid", lambda: root.stat().st_uid + 1)

    with pytest.raises(IntegrityError, match="expected a store of your own, found one of the user"):
        open_store(str(root))


@pytest.mark.parametrize("on_the_way", ["folder", "object", "drafts"])
def test_no_link_leads_out(store: DirectoryStore, root: Path, tmp_path: Path, on_the_way: str) -> None:
    store.put("a/b", b"inside")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b").write_bytes(b"outside")
    place = {"folder": root / "a=", "object": root / "a=" / "b", "drafts": root / ".drafts"}[on_the_way]
    place.rename(tmp_path / "away")
    place.symlink_to(outside / "b" if on_the_way == "object" else outside)

    if on_the_way != "drafts":
        with pytest.raises(IntegrityError, match="found something else on the way"):
            store.get("a/b")
        assert store.list("") == []
    if on_the_way == "object":
        store.put("a/b", b"again")  # over the link, not through it
        assert store.get("a/b") == b"again"
    else:
        with pytest.raises(IntegrityError):
            store.put("a/b", b"again")
    assert (outside / "b").read_bytes() == b"outside"
    assert [path.name for path in outside.iterdir()] == ["b"]


def test_what_is_no_file_is_no_object(store: DirectoryStore, root: Path) -> None:
    store.put("a/b", b"1")
    os.mkfifo(root / "a=" / "pipe")

    assert store.list("") == ["a/b"]
    with pytest.raises(MissingObjectError):
        store.get("a/pipe")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_with_the_folder_and_the_bytes(
    store: DirectoryStore, root: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("key", b"old")

    def full(file: int, data: bytes) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InputError, match=rf"expected room for 5,000 bytes more in {root}, found [\d,]+;"):
        store.put("key", bytes(5_000))
    monkeypatch.undo()
    assert (store.get("key"), store.list("")) == (b"old", ["key"])
    assert list((root / ".drafts").iterdir()) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.EACCES, InputError),
        (errno.EROFS, InputError),
        (errno.EIO, StoreError),
        (errno.EMFILE, StoreError),
    ],
)
def test_what_the_system_refuses_is_told_in_one_line(
    store: DirectoryStore, code: int, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*words: object, **more: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "rename", refused)
    with pytest.raises(kind) as caught:
        store.put("key", b"1")
    assert os.strerror(code) in str(caught.value)
    assert "\n" not in str(caught.value)


STUCK = """
import os, sys, time
from tabtwin.store.opening import open_store
write = os.write
def half(file, data):
    write(file, bytes(data)[: len(data) // 2])
    print("half", flush=True)
    time.sleep(600)
store = open_store(sys.argv[1])
os.write = half
store.put("key", bytes(1000))
"""


def test_what_a_dead_writer_began_is_removed_and_what_a_living_one_does_is_not(
    store: DirectoryStore, root: Path
) -> None:
    store.put("key", b"old")
    writers = [
        subprocess.Popen([sys.executable, "-c", STUCK, store.url], stdout=subprocess.PIPE) for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    try:
        writers[0].send_signal(signal.SIGKILL)
        writers[0].wait()
        assert len(list((root / ".drafts").iterdir())) == 2
        assert store.list("") == ["key"]
        again = open_store(store.url)
        assert len(list((root / ".drafts").iterdir())) == 1
    finally:
        writers[1].kill()
        writers[1].wait()
    again.put("key", b"new")  # whoever held a lock is dead, and so is the lock
    assert (again.get("key"), again.list("")) == (b"new", ["key"])
    open_store(store.url)
    assert list((root / ".drafts").iterdir()) == []


RACE = """
import sys, time
from tabtwin.store.opening import open_store
from tabtwin.store.store import ConflictError, MissingObjectError
store, me, start = open_store(sys.argv[1]), sys.argv[2], float(sys.argv[3])
while time.time() < start:
    pass
won = 0
for turn in range(40):
    try:
        store.create(f"taken/{turn}", me.encode())
        won += 1
    except ConflictError:
        pass
for turn in range(25):
    while True:
        try:
            etag = store.head("count").etag
            count = int(store.get("count"))
            if store.head("count").etag != etag:
                continue
            store.swap("count", str(count + 1).encode(), etag)
            break
        except ConflictError:
            pass
    store.put(f"gone/{turn}/x", b"")
    store.delete(f"gone/{turn}/x")
print(won)
"""


def test_processes_that_write_at_once_lose_nothing(store: DirectoryStore) -> None:
    store.put("count", b"0")
    start = str(time.time() + 1.5)
    racers = [
        subprocess.Popen([sys.executable, "-c", RACE, store.url, str(me), start], stdout=subprocess.PIPE)
        for me in range(3)
    ]
    won = [int(racer.communicate()[0]) for racer in racers]

    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert sum(won) == len(store.list("taken/")) == 40
    assert store.get("count") == b"75"
    assert store.list("gone/") == []


def test_two_writes_of_the_same_bytes_are_told_apart(store: DirectoryStore) -> None:
    first = store.create("lock", b"mine")
    store.put("lock", b"mine")

    with pytest.raises(ConflictError):
        store.swap("lock", b"other", first)
