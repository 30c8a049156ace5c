from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from tabtwin.generators.boost.serialization import ABOUT, pack, unpack

ARRAYS = {"a": np.arange(3, dtype=np.int16), "b.c": np.zeros((0, 2), np.float32), "d": np.ones((2, 2))}


def test_what_was_packed_comes_back() -> None:
    about, arrays = unpack(pack({"x": [1, None, "ä"]}, ARRAYS))
    assert about == {"x": [1, None, "ä"]}
    assert set(arrays) == set(ARRAYS)
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], values)
        assert arrays[name].dtype == values.dtype


def test_bytes_go_by_content_alone() -> None:
    assert pack({"x": 1, "y": 2}, ARRAYS) == pack({"y": 2, "x": 1}, dict(reversed(ARRAYS.items())))


def test_objects_are_neither_written_nor_read() -> None:
    objects = np.array([{}], dtype=object)
    with pytest.raises(ValueError, match="Object arrays"):
        pack({}, {"a": objects})
    written, buffer = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array(written, objects, allow_pickle=True)
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(ABOUT, "{}")
        archive.writestr("a.npy", written.getvalue())
    with pytest.raises(ValueError, match="Object arrays"):
        unpack(buffer.getvalue())
