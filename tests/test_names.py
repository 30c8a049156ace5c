"""A test's name is the same in every collection, or workers collect other tests than one another."""

from __future__ import annotations

import gzip
import time

import pytest


@pytest.mark.parametrize(("packed", "said"), [(gzip.compress(b"x", mtime=time.time()), "a"), (b"\x1f", "b")])
def test_bytes_stand_in_no_name(packed: bytes, said: str, request: pytest.FixtureRequest) -> None:
    assert request.node.name == f"test_bytes_stand_in_no_name[packed-{said}]"
