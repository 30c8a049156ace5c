"""``tabtwin check``, as it is called."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from pseudoterminal import drawn, lines
from small import small_table
from tabtwin.cli import check
from tabtwin.cli.main import run_command
from tabtwin.cli.parsing import check_settings, run_parser
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import sha256
from tabtwin.store.signing import owner_seed


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    small_table(1_000).to_csv(path, index=False)
    return path


def test_a_good_table_ends_with_0_and_proposes_a_command_that_is_one(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["check", str(table), "--target", "bought", "--drop", "age", "--drop", "income"]) == 0
    said = capsys.readouterr().out
    assert "region" in said
    command = shlex.split(said.partition("\nNext\n")[2])
    assert command[:2] == ["tabtwin", "run"]
    given = vars(run_parser().parse_args(command[2:]))
    check_settings(given)
    assert (given["target"], given["drop"]) == ("bought", "age,income")


def test_the_schema_is_written_once_and_can_be_given_back(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "schema.json"
    words = ["check", str(table), "--schema-to", str(place)]
    assert run_command(words) == 0
    schema = Schema.model_validate_json(place.read_text())
    assert schema["id"].kind == "key"
    assert "--schema" in capsys.readouterr().out
    assert run_command(["check", str(table), "--schema", str(place), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema_found"]["columns"]
    assert run_command(words) == 2
    assert "found one at" in capsys.readouterr().err


def test_what_stops_a_run_ends_with_2_and_its_line_comes_last(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = small_table(1_000)
    frame["mail"] = [f"{name}@example.org" for name in frame["id"]]
    frame.to_csv(table, index=False)
    assert run_command(["check", str(table)]) == 2
    said = capsys.readouterr()
    assert "identifier" in said.out
    assert "--replace mail" in said.err
    assert said.err.count("\n") == 1


def test_a_narrow_terminal_is_kept_to_and_the_command_is_whole(table: Path) -> None:
    code, written = drawn([sys.executable, "-m", "tabtwin", "check", str(table)], 40)
    *said, command = [line for line in lines(written) if line]
    assert code == 0
    assert max(map(len, said)) <= 40
    assert any(line.startswith("region: category, 4 values, ") for line in said)
    assert shlex.split(command) == ["tabtwin", "run", str(table), "--out", "twin"]


def test_the_split_that_is_shown_is_the_one_that_a_run_of_the_same_owner_draws(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []
    looked = check.check_table

    def noted(*given: Any, seed: int, **named: Any) -> Any:
        seeds.append(seed)
        return looked(*given, seed=seed, **named)

    monkeypatch.setattr(check, "check_table", noted)
    for words in ((), (), ("--seed", "3")):
        assert run_command(["check", str(table), *words]) == 0
    assert seeds == [owner_seed([sha256(table.read_bytes())])] * 2 + [3]
