"""The sheet that ``check`` shows."""

import io

import pytest
from rich.console import Console

from tabtwin.cli.check_view import show
from tabtwin.preparation.check import Check, ColumnCheck
from tabtwin.schema.schema import Schema

COLUMNS = (
    ColumnCheck(
        name="a\x1b[2Jb\nc",
        kind="key",
        why='unique texts of one pattern ("A-", 2 digits)',
        missing=0,
        values=12,
    ),
    ColumnCheck(
        name="x" * 10_000, kind="integer", why="every cell is a number", missing=1_234, values=9, heaviest=0.7
    ),
)
CHECK = Check(
    file="t.csv",
    rows=1_000,
    training=750,
    holdout=250,
    columns=COLUMNS,
    target="x" * 10_000,
    rules=(f"{'x' * 10_000} <= y", *(f"a{at} <= b{at}" for at in range(20))),
    doubts=("750 rows are few.",),
    schema_found=Schema(columns=()),
)


def shown(check: Check, width: int, capsys: pytest.CaptureFixture[str]) -> str:
    show(check, "about 50 seconds", "tabtwin run t.csv", Console(file=io.StringIO(), width=width))
    return capsys.readouterr().out


def test_rows_that_were_drawn_are_told_from_those_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = CHECK.model_copy(update={"whole": 12_345, "target": "y"})
    assert "t.csv: 1,000 rows drawn of 12,345, 2 columns;" in shown(drawn, 100, capsys)


@pytest.mark.parametrize("width", [40, 59, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_none_moves_its_cursor(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(CHECK, width, capsys)
    assert max(map(len, text.splitlines())) <= min(width, 100)
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_what_was_found_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(CHECK, 80, capsys)
    for part in (
        "1,000 rows",
        "1,234",
        "70 %",
        "a0 <= b0",
        "and 9 more",
        "750 rows are few",
        "tabtwin run t.csv",
    ):
        assert part in text


def test_the_command_that_comes_next_is_one_line_however_long(capsys: pytest.CaptureFixture[str]) -> None:
    command = f"tabtwin run /a/{'long/' * 40}t.csv"
    show(CHECK, "about 50 seconds", command, Console(file=io.StringIO(), width=80))
    assert capsys.readouterr().out.splitlines()[-1].strip() == command


def test_nothing_is_proposed_where_a_run_would_stop(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(CHECK.model_copy(update={"stops": "no"}), 80, capsys)
    assert "tabtwin run" not in text


def test_a_narrow_terminal_has_every_count_and_reason_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    said = " ".join(shown(CHECK, 40, capsys).split())
    assert 'a?[2Jb?c: key, 12 values unique texts of one pattern ("A-", 2 digits)' in said
    assert "integer, 1,234 missing, 9 values, 70 % heavy every cell is a number" in said
