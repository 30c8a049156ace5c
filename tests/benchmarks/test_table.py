"""The table of benchmarks names commands that exist."""

from __future__ import annotations

from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from tests.benchmarks import __main__ as table


@pytest.mark.parametrize("name", table.BENCHMARKS)
def test_each_command_is_a_module(name: str) -> None:
    assert all(find_spec(f"tests.benchmarks.{module}") for module, *_ in table.BENCHMARKS[name].commands)


def test_without_a_name_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert table.main([]) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == [
        f"NAME={name}" for name in table.BENCHMARKS
    ]


def test_an_unknown_name_ends_with_2_and_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert table.main(["audits"]) == 2
    assert "audit" in capsys.readouterr().err


def test_arguments_go_to_the_last_command_and_a_failure_ends_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[list[str]] = []
    codes = iter([0, 3, 1])

    def note(command: list[str], **_: object) -> SimpleNamespace:
        calls.append(command[2:])
        return SimpleNamespace(returncode=next(codes))

    monkeypatch.setattr(table.subprocess, "run", note)

    assert table.main(["agreement", "--tables", "x"]) == 3
    assert calls == [["tests.benchmarks.agreement"], ["tests.benchmarks.risks", "--tables", "x"]]
    assert table.main(["agreement"]) == 1
    assert len(calls) == 3


def test_the_name_of_one_of_several_commands_runs_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def note(command: list[str], **_: object) -> SimpleNamespace:
        calls.append(command[2:])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(table.subprocess, "run", note)
    assert table.main(["tables", "checks", "--sample", "9"]) == 0
    assert calls == [["tests.benchmarks.checks", "--sample", "9"]]
