"""No table takes ``tabtwin check`` down: what is wrong is said in one line, or it is a table after all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broken import Broken, tables
from tabtwin.cli.main import run_command

TABLES = tables()


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_a_broken_table_is_refused_in_one_line_or_described(
    table: Broken, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / table.file
    place.write_bytes(table.data)
    code = run_command(["check", str(place), "--json"])
    said = capsys.readouterr()
    assert code in {0, 2}
    assert len(said.err.splitlines()) == (code == 2), said.err
    assert said.err.endswith("\n") == (code == 2)
    assert table.said in said.err
    if code == 0:
        found = json.loads(said.out)
        assert not found["stops"]
        assert found["training"] + found["holdout"] == found["rows"]


def test_there_are_a_hundred_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES) >= 100
