"""A table whose drawn rows memory cannot hold is refused."""

from pathlib import Path

import pytest

from tabtwin.io.reading import read_source
from tabtwin.lib import memory
from tabtwin.lib.blob import open_path
from tabtwin.lib.errors import InputError


def test_what_is_free_is_told() -> None:
    assert memory.available() > 1 << 20


def test_a_container_s_limit_counts_where_it_is_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, none = tmp_path / "memory.max", tmp_path / "none"
    limit.write_text("1000\n")
    monkeypatch.setattr(memory, "_LIMITS", (none, limit))
    assert memory.available() == 1000
    limit.write_text("max\n")
    assert memory.available() > 1000


def test_a_table_larger_than_memory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(b"a\n" * 500)
    monkeypatch.setattr(memory, "available", lambda: 100_000)
    assert read_source(open_path(table), "t.csv", "yes").rows == 499
    monkeypatch.setattr(memory, "available", lambda: 1_000)
    with pytest.raises(InputError, match=r"t\.csv: expected a table that can be read in 0\.0 GB of memory"):
        read_source(open_path(table), "t.csv", "yes")
