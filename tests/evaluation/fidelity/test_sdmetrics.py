from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from modelled import SCHEMA, table
from tabtwin.evaluation.fidelity import sdmetrics
from tabtwin.schema.schema import Column, Schema

REAL, MADE, FRESH = table(120, seed=1), table(120, seed=2), table(120, seed=4)


def test_reports_are_whole_json_under_the_columns_own_names() -> None:
    report = sdmetrics.quality(REAL, MADE, SCHEMA, seed=1)
    json.dumps(report.model_dump(mode="json"), allow_nan=False)
    assert set(report.properties) == {"Column Shapes", "Column Pair Trends"}
    shapes = report.details["Column Shapes"]
    assert [row["Column"] for row in shapes] == list(REAL)
    assert len(report.details["Column Pair Trends"]) == 10
    assert report.score > 0.8
    diagnostic = sdmetrics.diagnostic(REAL, MADE, SCHEMA, seed=1)
    assert {"Data Validity", "Data Structure"} <= set(diagnostic.properties)


def test_scores_are_the_same_for_a_seed() -> None:
    first, second = (
        (
            sdmetrics.quality(REAL, MADE, SCHEMA, seed=1),
            sdmetrics.baseline_protection(REAL, MADE, SCHEMA, seed=1),
            sdmetrics.overfitting_protection(REAL, MADE, FRESH, SCHEMA, seed=1),
        )
        for _ in range(2)
    )
    assert first == second


def test_a_copy_has_no_protection() -> None:
    copied = sdmetrics.baseline_protection(REAL, REAL, SCHEMA, seed=1)
    assert copied.score == 0.0
    assert sdmetrics.overfitting_protection(REAL, REAL, FRESH, SCHEMA, seed=1).score < 0.1
    assert sdmetrics.baseline_protection(REAL, MADE, SCHEMA, seed=1).score > 0.0


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    sdmetrics.quality(REAL, MADE, SCHEMA, seed=1)
    assert capfd.readouterr() == ("", "")


def test_columns_that_hold_nothing_or_one_value_do_not_stop_the_metrics() -> None:
    schema = Schema(
        columns=(
            Column(name="diff", kind="decimal"),
            Column(name="empty", kind="decimal"),
            Column(name="one", kind="category"),
        )
    )
    rows = pd.DataFrame(
        {
            "diff": np.arange(30.0),
            "empty": np.full(30, np.nan),
            "one": pd.Series(["secret"] * 30, dtype=object),
        }
    )
    report = sdmetrics.quality(rows, rows, schema, seed=1)
    assert "secret" not in json.dumps(report.model_dump(mode="json"), allow_nan=False)
    assert sdmetrics.baseline_protection(rows, rows, schema, seed=1).score == 0.0
    bare = rows[["empty", "one"]]
    none = sdmetrics.overfitting_protection(bare, bare, bare, Schema(columns=schema.columns[1:]), seed=1)
    assert none.score is None


def test_no_cell_stands_in_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = MADE.assign(churn=pd.Series(["MARKER7"] * len(MADE), dtype=object))
    for report in (sdmetrics.quality, sdmetrics.diagnostic):
        assert "MARKER7" not in report(REAL, marked, SCHEMA, seed=1).model_dump_json()


def test_an_error_of_sdmetrics_is_reported_by_its_type_alone() -> None:
    details = pd.DataFrame({"Column": ["c0"], "Score": [np.nan], "Error": ["ValueError: a cell"]})
    assert sdmetrics._rows(details, ["age"]) == [{"Column": "age", "Score": None, "Error": "ValueError"}]


def test_wide_tables_are_compared_on_fewer_rows() -> None:
    assert sdmetrics.affordable_rows(2) == 1_000
    assert sdmetrics.affordable_rows(20) == 500


def test_a_first_score_in_a_process_of_its_own_works_and_imports_no_torch() -> None:
    lines = (
        "import sys",
        "from modelled import SCHEMA, table",
        "from tabtwin.evaluation.fidelity import sdmetrics",
        "assert 'scipy.stats' not in sys.modules",
        "real, made = table(60, seed=1), table(60, seed=2)",
        "print(sdmetrics.quality(real, made, SCHEMA, seed=1).score > 0.5, 'torch' in sys.modules)",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.stdout, done.returncode) == ("True False\n", 0), done.stderr
