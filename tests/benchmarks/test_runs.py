"""Whole runs are measured, kept and told as they were, and estimates are fitted to them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabtwin.cli.estimate import Work
from tabtwin.preparation.check import Check, ColumnCheck
from tabtwin.schema.schema import Schema
from tests.benchmarks import madetables, runs, wholerun
from tests.benchmarks.estimating import Seen, by_processor, by_wall, constants, factor, fitted
from tests.benchmarks.madetables import Shape
from tests.benchmarks.measured import Allowed, Measured, medians
from tests.benchmarks.runtables import SMALL, TABLES
from tests.benchmarks.watching import watch
from tests.benchmarks.wholerun import LABELS, US

ALLOWED = Allowed(60, 1_000)


def took(
    seconds: float = 10.0, *, code: int = 0, stopped: str = "", accuracy: float | None = 0.9
) -> Measured:
    return Measured(
        code,
        seconds,
        processor=2 * seconds,
        megabytes=500.0,
        stopped=stopped,
        verdict="passed",
        accuracy=accuracy,
        allowed_seconds=60,
        allowed_megabytes=1_000,
    )


def check(rows: int, columns: int) -> Check:
    column = ColumnCheck(name="x", kind="integer", why="", missing=0, values=9, heaviest=0.1)
    return Check(
        file="t", rows=rows, training=rows, columns=(column,) * columns, schema_found=Schema(columns=())
    )


def test_medians_are_of_each_figure_and_the_worst_end_is_told() -> None:
    found = medians([took(9, accuracy=0.8), took(30), took(10, code=3, accuracy=0.7)])
    assert (found.seconds, found.processor, found.accuracy, found.code) == (10, 20, 0.8, 3)


def test_a_run_that_was_given_up_stands_for_all() -> None:
    late = took(60, code=-9, stopped="stopped after 60 s")
    assert medians([took(), late]) == late
    assert not late.is_whole


@pytest.mark.parametrize(
    ("allowed", "final"), [(ALLOWED, True), (Allowed(61, 1_000), False), (Allowed(60, 1_001), False)]
)
def test_a_run_that_was_given_up_is_tried_again_only_if_more_is_allowed(
    allowed: Allowed, final: bool
) -> None:
    assert took(60, code=-9, stopped="stopped after 60 s").is_final(allowed) == final
    assert took().is_final(allowed)


def test_a_run_that_is_known_is_not_run_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(wholerun, "KEPT", tmp_path)
    monkeypatch.setattr(wholerun, "_theirs", lambda *asked: took())
    first = wholerun.measured(SMALL, TABLES[SMALL], "gaussian", 0, ALLOWED)
    monkeypatch.setattr(wholerun, "_theirs", lambda *asked: pytest.fail("run again"))
    assert wholerun.measured(SMALL, TABLES[SMALL], "gaussian", 0, ALLOWED) == first
    assert wholerun.kept(SMALL, TABLES[SMALL], "gaussian", 3) == [first]


def test_a_line_has_goals_and_estimates_of_ours_alone() -> None:
    ours = runs.line(SMALL, US, took(8), check(100, 5)).split(" | ")
    theirs = runs.line(SMALL, "tvae", took(8), check(100, 5)).split(" | ")
    assert len(ours) == len(theirs) == len(runs.HEADINGS)
    assert ours[:4] == ["| `small`, 160 x 15, `--drop caseid`", LABELS[US], "8.0", "4"]
    assert theirs[3] == ""
    assert "GB" in ours[-2]
    assert theirs[-2] == ""


def test_an_estimate_is_not_held_against_a_run_that_did_not_end() -> None:
    given_up = runs.line(SMALL, US, took(60, code=-9, stopped="stopped after 60 s"), check(100, 5))
    assert given_up.split(" | ")[7] == "stopped after 60 s"
    assert given_up.endswith(" |  |")


def test_constants_are_found_again_that_made_the_times() -> None:
    works = [
        Work(rows * columns, min(rows, 20_000) * columns)
        for rows in (200, 7_000, 90_000)
        for columns in (5, 30)
    ]
    true = np.array([4.0, 2e-5, 1e-4])
    amounts = [work.of_seconds for work in works]
    assert fitted(amounts, [float(true @ amount) for amount in amounts]) == pytest.approx(true)


def test_no_constant_is_below_0() -> None:
    assert min(fitted([(1.0, 10.0), (1.0, 20.0)], [5.0, 4.0])) == 0


def test_an_estimate_is_off_by_the_same_factor_either_way() -> None:
    assert factor(20, 10) == factor(10, 20) == 2


def test_the_constants_are_printed_as_the_module_has_them() -> None:
    seen = [
        Seen(check(rows, columns), took(4 + rows * columns / 1e4))
        for rows, columns in ((100, 5), (9_000, 20))
    ]
    for by in (by_wall, by_processor):
        first, second, last = constants(seen, by).splitlines()
        assert first.startswith("SECONDS = (")
        assert second.startswith("GIGABYTES = (")
        assert last.startswith("# from 2 tables")


def test_constants_of_too_few_runs_are_not_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wholerun, "KEPT", tmp_path)
    assert runs.main(["--fit"]) == 1
    assert "found 0" in capsys.readouterr().out


def test_a_made_table_is_the_same_each_time_and_of_its_size(tmp_path: Path) -> None:
    shape = Shape(500, 20, seed=3)
    for name in ("a.csv", "b.csv"):
        madetables.write(shape, tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    table = pd.read_csv(tmp_path / "a.csv")
    assert table.shape == (500, 20)
    assert list(table.columns) == shape.names


def test_a_block_of_a_made_table_does_not_hang_on_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(madetables, "BLOCK", 100)
    few, many = (list(madetables.blocks(Shape(rows, 10))) for rows in (200, 250))
    assert [block.num_rows for block in many] == [100, 100, 50]
    assert few == many[:2]


def test_columns_of_a_made_table_depend_on_one_another_and_have_gaps() -> None:
    (block,) = madetables.blocks(Shape(5_000, 20))
    table = block.to_pandas()
    assert (table.groupby("city_3").region_4.nunique() == 1).all()
    numbers = table.select_dtypes("number").corr(method="spearman").to_numpy()
    assert np.abs(numbers[np.triu_indices(len(numbers), 1)]).max() > 0.5
    gaps = table.isna().mean()
    assert 0.03 < gaps["grade_8"] < 0.07
    assert gaps["bought"] == 0


def test_a_command_is_given_up_where_it_takes_too_long_or_too_much(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert watch(words, tmp_path, cap=0).stopped == "stopped after 0 s"
    assert watch(words, tmp_path, cap=60, most=0).stopped == "stopped at 0 MB"


def test_a_command_has_the_processor_time_of_its_children(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < .3: pass"
    words = [
        sys.executable,
        "-c",
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])",
    ]
    ended = watch(words, tmp_path, cap=60)
    assert ended.processor > 0.3
    assert ended.stopped == ""
