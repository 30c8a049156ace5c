"""A packed table is unpacked as far as it can be one."""

import gzip
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabtwin.io.gunzip import unpack
from tabtwin.io.reading import from_pandas, read_source
from tabtwin.lib import memory
from tabtwin.lib.blob import Held, OnDisk
from tabtwin.lib.errors import InputError
from tabtwin.store import disk_space

TABLE = pd.DataFrame({"a": np.arange(1_000), "b": "x"})


@pytest.mark.parametrize("data", [TABLE.to_csv(index=False).encode(), from_pandas(TABLE), b""])
def test_what_was_packed_comes_back(data: bytes) -> None:
    assert unpack(Held(gzip.compress(data)), "t.gz").read() == data


def test_a_large_table_is_unpacked_to_a_file_that_no_folder_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data = b"12345,67890\n" * (2 << 20)
    found = unpack(Held(gzip.compress(data, 1)), "t.gz")
    assert isinstance(found, OnDisk)
    assert found.read() == data
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_the_disk_has_no_room_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    room = iter([200 << 20, 70 << 20])
    monkeypatch.setattr(disk_space, "free", lambda folder: next(room, 0))
    with pytest.raises(InputError, match=r"expected room for more than 33,554,432 bytes in .*; free some"):
        unpack(Held(gzip.compress(b"1,2\n" * (12 << 20), 1)), "t.gz")


def test_several_packed_after_one_another_are_one() -> None:
    assert unpack(Held(gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n")), "t.gz").read() == b"a,b\n1,2\n"


def test_zeros_are_not_unpacked_to_their_end() -> None:
    many = gzip.compress(bytes(64 << 20)) * 20
    assert unpack(Held(many), "t.gz").size < 64 << 20


@pytest.mark.parametrize("packed", [gzip.compress(b"a,b\n" * 9_000, mtime=0), from_pandas(TABLE)])
def test_more_than_memory_holds_is_refused(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 10_000)
    with pytest.raises(InputError, match="t: expected a table that can be read in"):
        read_source(packed, "t")
