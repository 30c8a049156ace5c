"""A packed table is unpacked as far as it can be one."""

import gzip

import numpy as np
import pandas as pd
import pytest

from tabtwin.io.gunzip import unpack
from tabtwin.io.reading import from_pandas, read_source
from tabtwin.lib import memory
from tabtwin.lib.errors import InputError

TABLE = pd.DataFrame({"a": np.arange(1_000), "b": "x"})


@pytest.mark.parametrize("data", [TABLE.to_csv(index=False).encode(), from_pandas(TABLE), b""])
def test_what_was_packed_comes_back(data: bytes) -> None:
    assert unpack(gzip.compress(data), "t.gz") == data


def test_several_packed_after_one_another_are_one() -> None:
    assert unpack(gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n"), "t.gz") == b"a,b\n1,2\n"


def test_zeros_are_not_unpacked_to_their_end() -> None:
    many = gzip.compress(bytes(64 << 20)) * 20
    assert len(unpack(many, "t.gz")) < 64 << 20


@pytest.mark.parametrize("packed", [gzip.compress(b"a,b\n" * 9_000, mtime=0), from_pandas(TABLE)])
def test_more_than_memory_holds_is_refused(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 10_000)
    with pytest.raises(InputError, match="t: expected a table that can be read in"):
        read_source(packed, "t")
