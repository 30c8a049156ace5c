"""What every store does, whatever keeps the objects: the same tests over S3, a folder, and memory."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabtwin.lib.blob import open_path
from tabtwin.lib.errors import InputError, IntegrityError, StoreError
from tabtwin.store.artifacts import sha256
from tabtwin.store.directory.store import DirectoryStore
from tabtwin.store.memory import MemoryStore
from tabtwin.store.opening import open_store
from tabtwin.store.s3 import S3Store
from tabtwin.store.sources import fetch, name_of, split_urls
from tabtwin.store.store import MULTIPART_BYTES, ConflictError, MissingObjectError, Store

WRITERS = 8
_numbers = itertools.count()


@pytest.fixture
def store(each_store: Store) -> Store:
    return each_store


def opened(kind: str, folder: Path) -> Store:
    if kind == "s3":
        return open_store(f"s3://tabtwin/conformance-{next(_numbers)}")
    return MemoryStore() if kind == "memory" else DirectoryStore(folder / "store")


def test_an_object_comes_back_as_it_was_written(store: Store) -> None:
    store.put("a/b", b"bytes")
    store.put("empty", b"")

    assert (store.get("a/b"), store.get("empty")) == (b"bytes", b"")
    assert (store.head("a/b").size, store.head("empty").size) == (5, 0)


def test_a_store_is_found_again_by_its_url(store: Store) -> None:
    if isinstance(store, MemoryStore):
        store = open_store(f"memory://a%20store{next(_numbers)}")
    store.put("a/b", b"bytes")

    assert open_store(store.url).get("a/b") == b"bytes"
    assert open_store(store.url).url == store.url


def test_a_second_write_replaces_the_first(store: Store) -> None:
    store.put("key", b"the first and longer one")
    store.put("key", b"second")

    assert (store.get("key"), store.list("")) == (b"second", ["key"])


def test_a_large_object_comes_back_whole(store: Store) -> None:
    data = os.urandom(MULTIPART_BYTES + 12_345)

    store.put("big", data)

    assert store.get("big") == data
    assert store.head("big").size == store.entries("big")[0].size == len(data)


def test_an_object_is_read_in_parts_and_stays_the_one_that_was_opened(store: Store, tmp_path: Path) -> None:
    data = os.urandom(MULTIPART_BYTES + 12_345)
    (tmp_path / "file").write_bytes(data)
    store.put("big", open_path(tmp_path / "file"))
    found = store.open("big")

    assert (found.size, found.read(), found.head(7)) == (len(data), data, data[:7])
    assert found.sha256 == sha256(data)
    assert found.read_at(len(data) - 3, 10) == data[-3:]
    store.put("big", b"another")
    try:
        assert found.read() == data
    except ConflictError:
        assert isinstance(store, S3Store)


def test_a_missing_object_is_told_from_a_failure(store: Store) -> None:
    store.put("there/too", b"")
    folders = [] if isinstance(store, S3Store) else ["there", "there/"]  # SeaweedFS has these as objects
    for missing in ("nothing", "there/too/deep", "there/to", *folders):
        with pytest.raises(MissingObjectError):
            store.get(missing)
        with pytest.raises(MissingObjectError):
            store.open(missing)
        with pytest.raises(MissingObjectError):
            store.head(missing)
        assert not store.exists(missing)
    assert store.exists("there/too")


def test_create_writes_only_where_nothing_is(store: Store) -> None:
    etag = store.create("lock", b"first")

    with pytest.raises(ConflictError):
        store.create("lock", b"second")
    assert store.get("lock") == b"first"
    assert store.head("lock").etag == etag


def test_swap_writes_only_over_the_object_that_was_seen(store: Store) -> None:
    etag = store.create("lock", b"first")
    new = store.swap("lock", b"second", etag)

    with pytest.raises(ConflictError):
        store.swap("lock", b"third", etag)
    assert store.get("lock") == b"second"
    assert store.head("lock").etag == new


def test_swap_of_nothing_writes_nothing(store: Store) -> None:
    etag = store.create("lock", b"first")
    store.delete("lock")

    with pytest.raises((MissingObjectError, ConflictError)):
        store.swap("lock", b"second", etag)
    assert store.list("") == []


def test_of_many_that_create_one_wins(store: Store) -> None:
    assert won(lambda number: store.create("lock", f"{number}".encode())) == [store.get("lock")]


def test_of_many_that_swap_one_wins(store: Store) -> None:
    etag = store.create("lock", b"free")

    assert won(lambda number: store.swap("lock", f"{number}".encode(), etag)) == [store.get("lock")]


def won(write: Callable[[int], str]) -> list[bytes]:
    """What the writers wrote that were let, of several that begin at once."""
    barrier = threading.Barrier(WRITERS)

    def tried(number: int) -> bytes | None:
        barrier.wait()
        try:
            write(number)
        except ConflictError:
            return None
        return f"{number}".encode()

    with ThreadPoolExecutor(WRITERS) as pool:
        return [wrote for wrote in pool.map(tried, range(WRITERS)) if wrote is not None]


def test_list_gives_keys_that_begin_with_a_text_sorted(store: Store) -> None:
    for key in ("x/2", "x/1", "x/10", "xy", "y/1", "x/deep/er"):
        store.put(key, b"")

    assert store.list("x/") == ["x/1", "x/10", "x/2", "x/deep/er"]
    assert store.list("x/1") == ["x/1", "x/10"]
    assert store.list("x/d") == store.list("x/deep/") == ["x/deep/er"]
    assert store.list("x") == ["x/1", "x/10", "x/2", "x/deep/er", "xy"]
    assert store.list("z") == store.list("x/1/") == []
    assert store.list("") == sorted(store.list(""))
    assert len(store.list("")) == 6


def test_entries_say_how_large_an_object_is_and_when_it_was_written(store: Store) -> None:
    store.put("a", b"12345")
    (entry,) = store.entries("")

    assert (entry.key, entry.size) == ("a", 5)
    assert abs(datetime.now(UTC) - entry.written) < timedelta(seconds=30)
    assert -1 < store.head("a").age < 30


def test_what_is_deleted_is_gone_and_deleting_nothing_is_nothing(store: Store) -> None:
    store.put("a/b/c", b"1")
    store.put("a/b/d", b"2")
    store.delete("a/b/c")
    store.delete("nothing/at/all")

    assert (store.exists("a/b/c"), store.list("")) == (False, ["a/b/d"])


KEYS = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        *(
            "..",
            "../../etc/passwd",
            "/etc/passwd",
            "a/../b",
            ".",
            "",
            "/",
            "//",
            "a/",
            "a//b",
            "a",
            "A",
            "a/b",
        ),
        *("%", "%2e", "%41", "a=/b", "a~/b", ".drafts/x", ".tabtwin-1", "con", "x" * 255, "ü" * 200),
        *("." * 500, "é/É", "e\u0301", "\u00e9", "\0", "a b,c#d?e&f", "\ud800", "{{workflow.name}}"),
    ]
)
PLAIN_KEYS = st.text("abcXYZ012 -_.,;=+()'!@$üé漢%#?&{}~", min_size=1, max_size=40).filter(
    lambda name: name.strip(". ") == name
)
"""Names that SeaweedFS takes, in one folder of it: no ``..``, and no object that is another's folder."""


@pytest.mark.parametrize("kind", ["directory", "memory"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.dictionaries(KEYS, st.binary(max_size=20), max_size=12), prefix=KEYS)
def test_keys_of_any_spelling_stay_apart(
    kind: str, tmp_path: Path, written: dict[str, bytes], prefix: str
) -> None:
    _keeps(opened(kind, tmp_path / f"{next(_numbers)}"), written, prefix)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.dictionaries(PLAIN_KEYS, st.binary(max_size=20), max_size=4, min_size=2))
def test_keys_of_any_spelling_stay_apart_in_s3(s3: None, tmp_path: Path, names: dict[str, bytes]) -> None:
    _keeps(opened("s3", tmp_path), {f"in/{name}": data for name, data in names.items()}, "in/")


def _keeps(store: Store, written: dict[str, bytes], prefix: str) -> None:
    for key, data in written.items():
        store.put(key, data)
    assert {key: store.get(key) for key in written} == written
    assert store.list("") == sorted(written)
    assert store.list(prefix) == sorted(key for key in written if key.startswith(prefix))
    for key in written:
        address = store.address(key)
        if key and not key.endswith("/"):
            assert fetch(address, store) == written[key]
            assert name_of(address) == key.rpartition("/")[2]
    for key in written:
        store.delete(key)
        assert not store.exists(key)
    assert store.list("") == []


def test_addresses_are_told_apart_whatever_commas_names_have(store: Store) -> None:
    keys = [f"private/{name}" for name in ("a,store:b.csv", "a, b.csv", ",", "c#d?e.csv", "100%25.csv")]
    addresses = [store.address(key) for key in keys]

    assert split_urls(",".join(addresses)) == addresses
    assert [name_of(address) for address in addresses] == [key.rpartition("/")[2] for key in keys]


WRITE = """
import sys
from tabtwin.store.opening import open_store
store, mebibytes = open_store(sys.argv[1]), int(sys.argv[2])
for number in range(10_000):
    store.put("key", bytes([number % 256]) * (mebibytes << 20))
    print(number, flush=True)
"""


@pytest.mark.parametrize("kind", ["s3", "directory"])
def test_a_writer_killed_in_the_middle_leaves_an_object_whole(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "s3":
        request.getfixturevalue("s3")
    store, size = opened(kind, tmp_path), 1 << 20
    for wait in (0.0, 0.004, 0.011):
        writer = subprocess.Popen([sys.executable, "-c", WRITE, store.url, "1"], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        data = store.get("key")
        assert (len(data), len(set(data))) == (size, 1)
        assert store.list("") == ["key"]
        store.put("key", b"and others can write")


def test_readers_see_one_object_or_the_other_while_it_is_written(store: Store) -> None:
    store.put("key", bytes([0]) * 100_000)
    done = threading.Event()

    def write() -> None:
        try:
            for number in range(30):
                store.put("key", bytes([number]) * 100_000)
        finally:
            done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        data = store.get("key")
        assert (len(data), len(set(data))) == (100_000, 1)
    writer.join()


def test_a_name_that_s3_cannot_have_is_bad_input(s3: None) -> None:
    store = open_store("s3://tabtwin/p")
    for use in (store.get, store.exists, store.entries, store.delete):
        with pytest.raises(InputError, match=r"expected a name in UTF-8, found 'caf.udce9'"):
            use("caf\udce9")


def test_a_wrong_secret_is_a_matter_of_access(s3: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    with pytest.raises(IntegrityError, match="denies access"):
        open_store("s3://tabtwin/p").get("anything")


def test_a_store_that_is_away_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ENDPOINT_URL", "http://127.0.0.1:9"), ("ACCESS_KEY_ID", "a")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(StoreError, match="does not answer") as caught:
        open_store("s3://tabtwin/p").get("anything")
    assert caught.value.code == 1


def test_a_bucket_that_is_not_there_is_named_by_reading_and_by_opening(s3: None) -> None:
    store = open_store("s3://nowhere/x")

    for asked in (store.get, store.open):
        with pytest.raises(InputError, match="no bucket 'nowhere'"):
            asked("customers.csv")


def test_a_bucket_that_none_can_be_called_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(InputError, match="expected a bucket and a key that S3 can have, found s3:"):
        open_store("s3://no bucket!/p").get("anything")


@pytest.mark.parametrize(
    "url",
    ["somewhere", "", "s3://", "s3:///key", "https://host/bucket", "file://", "file://host/x", "gs://b"],
)
def test_a_url_that_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(InputError, match=r"a store (in a folder )?must be"):
        open_store(url)


def test_a_folders_store_needs_nothing_of_s3() -> None:
    code = (
        "import sys, tabtwin.cli, tabtwin.cli.run, tabtwin.cli.sample, tabtwin.cli.clean;"
        "from tabtwin.store.opening import open_store;"
        "open_store('/nowhere/at/all'); print([name for name in sys.modules if 'boto' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
