"""Judging a twin that something else made."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tabtwin
from audited import source
from tabtwin.cli.main import run_command
from tabtwin.lib import frames
from tabtwin.lib.errors import InputError
from tabtwin.runner import judging
from tabtwin.schema.schema import Schema
from tabtwin.store.artifacts import sha256

TRAINING, HOLDOUT = source(400, 1), source(200, 2)
ONCE = ("audit_tables", "utility.judge")
"""What takes long, and is computed once of the same tables: the figures are the real ones in every test."""
_figures: dict[tuple[object, ...], dict[str, Any]] = {}


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the tests of this file share the figures of equal tables."""
    for name in ONCE:
        monkeypatch.setattr(f"tabtwin.runner.judging.{name}", _remember(name, attrgetter(name)(judging)))


def _remember(name: str, compute: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def computed(*given: Any, **settings: Any) -> dict[str, Any]:
        schema = next(value for value in given if isinstance(value, Schema))
        key = (name, *(_content(value, schema) for value in (*given, *settings.values())))
        if key not in _figures:
            _figures[key] = compute(*given, **settings)
        return deepcopy(_figures[key])

    return computed


def _content(value: object, schema: Schema) -> object:
    """What figures follow from: of tables and their schema, the columns that generators learn."""
    if isinstance(value, Schema):
        return (*value.learned, value.target)
    if isinstance(value, pd.DataFrame):
        return sha256(frames.to_parquet(value[[column.name for column in schema.learned]]))
    if isinstance(value, np.ndarray):
        return value.tobytes()
    if isinstance(value, dict):
        return tuple((name, _content(inner, schema)) for name, inner in value.items())
    return value


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The command for a twin, which a test writes, of tables that stand."""
    for name, table in (("training", TRAINING), ("holdout", HOLDOUT)):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    files = [f"--{name}={tmp_path / name}.csv" for name in ("synthetic", "training", "holdout")]
    return ["audit", *files, f"--out={tmp_path / 'out'}", "--target=left", "--log=text"]


def test_fresh_rows_pass_and_leave_a_report(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source(400, 3).to_csv(tmp_path / "synthetic.csv", index=False)
    assert run_command(words) == 0
    heading, *gates, place = capsys.readouterr().out.splitlines()
    assert heading.split() == ["gate", "verdict", "figure", "limit"]
    assert any(line.startswith("copies ") for line in gates)
    assert max(map(len, gates)) <= 40
    assert place == f"report: {tmp_path}/out/report.html"
    found = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert found["gates"]["refused"] is False
    assert found["utility"]["trained_on"].keys() == {"real", "synthetic"}
    page = (tmp_path / "out" / "report.html").read_text()
    assert "400 synthetic rows" in page
    assert "The models behind it" not in page
    assert 'href="#models"' not in page


def test_copies_are_refused_and_the_report_says_so_all_the_same(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    TRAINING.to_csv(tmp_path / "synthetic.csv", index=False)
    assert run_command(words) == 3
    said = capsys.readouterr().err
    assert "gate copies refused" in said
    assert said.count("The generator repeats training rows") == 1
    assert "Do not share this twin" in (tmp_path / "out" / "report.html").read_text()


def test_pandas_tables_are_judged_as_files_are(words: list[str], tmp_path: Path) -> None:
    twin = source(400, 3)
    twin.to_csv(tmp_path / "synthetic.csv", index=False)
    run_command(words)
    found = tabtwin.audit(twin, TRAINING, HOLDOUT, target="left")
    written = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert found.metrics["audit"]["control"] == written["audit"]["control"]
    assert found.refused is False
    assert found._repr_html_().startswith("<iframe")


def test_limits_of_ones_own_decide() -> None:
    def verdicts(**limits: float) -> dict[str, str]:
        found = tabtwin.audit(source(400, 3), TRAINING, HOLDOUT, target="left", gates=limits)
        return {gate.name: gate.verdict for gate in found.gates}

    shipped, own = verdicts(), verdicts(dcr=0.05)
    assert (shipped.pop("dcr"), own.pop("dcr")) == ("passed", "not_shown")
    assert shipped == own


@pytest.mark.parametrize(
    ("twin", "said"),
    [
        (source(400, 3).add_prefix("x"), "--synthetic: expected the training table's columns, found none"),
        (source(50, 3), "--synthetic: expected at least 100 rows, found 50"),
    ],
)
def test_a_twin_that_does_not_match_is_told_so(twin: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        tabtwin.audit(twin, TRAINING, HOLDOUT)


def test_a_folder_with_other_files_is_left_alone(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("an audit's")
    (tmp_path / "out" / "thesis.tex").write_text("mine")
    assert run_command(words) == 2
    assert "expected a new folder, found other files" in capsys.readouterr().err
    assert (tmp_path / "out" / "report.html").read_text() == "an audit's"


def test_an_out_that_is_a_file_is_told_so(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("mine")
    assert run_command(words) == 2
    assert "--out: expected a folder, found a file" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_a_run_that_fails_leaves_no_earlier_report(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in ("report.html", "metrics.json"):
        (tmp_path / "out" / name).write_text("of another twin")
    source(50, 3).to_csv(tmp_path / "synthetic.csv", index=False)
    assert run_command(words) == 2
    assert list((tmp_path / "out").iterdir()) == []


def keyed(table: pd.DataFrame, start: int) -> pd.DataFrame:
    """The table with a key of its own, one of a thousand million."""
    numbers = range(start, start + len(table))
    return table.assign(id=[f"K{number * 7_919_777 % 10**9:09d}" for number in numbers])


def test_a_twin_that_repeats_keys_is_refused_and_the_column_is_named(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keyed(TRAINING, 0).to_csv(tmp_path / "training.csv", index=False)
    keyed(HOLDOUT, 5_000).to_csv(tmp_path / "holdout.csv", index=False)
    keyed(source(400, 3), 393).assign(more=1).to_csv(tmp_path / "synthetic.csv", index=False)
    line = "about 10 cells of the key column 'id' equal training's, more than chance explains: drop"
    assert run_command(words) == 3
    assert line in capsys.readouterr().err
    found = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert found["gates"]["refused"] is True
    assert found["carried"]["keys"] == {"id": 10}
    assert found["carried"]["not_compared"] == ["id", "more"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "about 10 cells of the key column" in page
    assert "judged by no gate: id, more" in page
    for ours in (
        "new values are made",
        "Nothing was published",
        "raw pool is measured",
        "--regularization",
        "--screen",
    ):
        assert ours not in page
    assert "twin and raw pool are judged" not in page


def test_few_repeated_keys_are_refused_without_their_number() -> None:
    tables = keyed(source(400, 3), 397), keyed(TRAINING, 0), keyed(HOLDOUT, 5_000)
    found = tabtwin.audit(*tables, target="left")
    assert found.refused
    assert found.refusal.startswith("fewer than 5 cells of the key column 'id'")
    assert found.metrics["carried"]["keys"] == {"id": None}


def test_a_twin_whose_rows_are_numbered_as_those_of_training_are_is_not_refused_for_that() -> None:
    twin, training, holdout = (table.copy() for table in (source(400, 3), TRAINING, HOLDOUT))
    training["id"], holdout["id"] = range(1, 401), range(401, 601)
    twin["id"] = range(1, 401)
    found = tabtwin.audit(twin, training, holdout, target="left")
    assert not found.refused
    assert found.metrics["carried"]["keys"] == {}


def test_values_that_protection_hides_are_counted_and_not_shown() -> None:
    rare = TRAINING.assign(plan=TRAINING["plan"].where(TRAINING.index > 2, "Zyxomarkle"))
    rare["emptied"] = [f"only {row}" if row < 3 else None for row in range(len(rare))]
    holdout = HOLDOUT.assign(emptied=None)
    twin = source(400, 3)
    twin.loc[:9, "plan"] = "Zyxomarkle"
    twin["emptied"] = rare["emptied"]
    found = tabtwin.audit(twin, rare, holdout, target="left")
    assert found.metrics["carried"]["protected"]["plan"] == 10
    assert found.metrics["carried"]["protected"]["emptied"] is None
    assert "about 10 cells of 'plan'" in found.report
    assert "fewer than 5 cells of 'emptied'" in found.report
    assert "Zyxomarkle" not in found.report


def test_a_twin_of_another_tools_habits_is_judged_and_its_defects_are_told(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = source(400, 3)
    twin = twin.assign(
        age=twin["age"] + 0.5,
        since=twin["since"].dt.strftime("%d.%m.%Y"),
        left=twin["left"].map({"False": "0.0", "True": "1.0"}),
        plan=twin["plan"].mask(twin.index < 20, "Zyxomarkle"),
    ).drop(columns="debt")
    twin.to_csv(tmp_path / "synthetic.csv", index=False, na_rep="NA")
    assert run_command(words) in {0, 3}
    said = capsys.readouterr().out
    assert "does not fit: age: about 400 cells more decimals than the column has" in said
    found = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert found["carried"]["lacking"] == ["debt"]
    assert found["carried"]["defects"] == {
        "age": {"decimals": 400},
        "since": {"date_format": 400},
        "plan": {"unknown_category": 20, "spelling": 20},
        "left": {"spelling": 400},
    }
    assert found["utility"]["trained_on"]["synthetic"] is not None
    assert found["audit"]["dependence"]["columns"] == ["age", "left", "pay", "plan", "since"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Cells that do not fit their column in 4 columns: age, since, plan, left" in page
    assert "The twin lacks columns of the table: debt" in page
    assert "a category that training does not have" in page
    assert "Zyxomarkle" not in page + said


def test_it_needs_neither_torch_nor_sdv_nor_a_cluster() -> None:
    code = "import sys, tabtwin.cli.audit; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "sdv", "sdmetrics", "kubernetes"} & set(done.stdout.split())
