"""Bytes are the same from memory and from disk, in parts, at any place, and through a file object."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabtwin.lib.blob import Held, OnDisk, open_path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=60), size=st.integers(1, 20), start=st.integers(0, 70), count=st.integers(0, 70)
)
def test_any_part_of_a_file_is_read(tmp_path: Path, data: bytes, size: int, start: int, count: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    for blob in (Held(data), open_path(path)):
        assert b"".join(blob.parts(size)) == blob.read() == blob.open().read() == data
        assert blob.read_at(start, count) == data[start : start + count]
        assert blob.size == len(data)
        with blob.open() as file:
            file.seek(-min(3, len(data)), io.SEEK_END)
            assert file.read() == data[-min(3, len(data)) or len(data) :]


def test_a_file_that_is_replaced_stays_the_one_that_was_opened(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "other"
    path.write_bytes(b"first")
    other.write_bytes(b"second")
    blob = open_path(path)
    os.replace(other, path)
    assert blob.read() == b"first"


def test_a_pipe_is_read_into_memory() -> None:
    end, begin = os.pipe()
    os.write(begin, b"a,b\n")
    os.close(begin)
    try:
        blob = open_path(Path(f"/dev/fd/{end}"))
        assert (blob.read(), blob.read()) == (b"a,b\n", b"a,b\n")
    finally:
        os.close(end)


def test_a_file_is_closed_once_nothing_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    file = os.open(path, os.O_RDONLY)
    blob = OnDisk(file)
    del blob
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)
