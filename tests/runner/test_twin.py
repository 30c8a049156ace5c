"""``tabtwin.run``: a pandas table in, its twin out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import tabtwin
from small import small_table
from tabtwin.cli.main import run_command
from tabtwin.lib.errors import InputError

QUICK: dict[str, Any] = {"generators": "boost:1", "oversample": 3}


@pytest.mark.whole_run
def test_a_table_gets_its_twin_and_what_is_refused_gets_none(tmp_path: Path) -> None:
    table, out = small_table(), tmp_path / "twin"
    given = QUICK | {"out": out, "drop": ["region"], "holdout": small_table(100, seed=6)}
    twin = tabtwin.run(table, "bought", **given)
    assert (twin.refused, twin.refusal) == (False, "")
    assert twin.table is not None
    assert twin.table.dtypes.to_dict() == table.drop(columns="region").dtypes.to_dict()
    assert len(twin.table) == len(table)
    assert "refused" not in {gate.verdict for gate in twin.gates}  # 240 rows are too few to tell more
    assert twin.metrics["gates"]["refused"] is False
    assert twin.report == (out / "release" / "report.html").read_text()
    assert twin._repr_html_().startswith("<iframe")
    assert run_command(["verify", str(out)]) == 0

    refused = tabtwin.run(table, "bought", strict=True, **given)
    assert (refused.refused, refused.table) == (True, None)
    assert refused.refusal.startswith("--strict refuses gates that are not shown")
    # What is refused stays private, and so do its exact figures.
    assert [(gate.name, gate.verdict) for gate in refused.gates] == [
        (gate.name, gate.verdict) for gate in twin.gates
    ]
    assert refused.report == (out / "private" / "report.html").read_text()


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        (small_table(), {"target": "bougth"}, "--target.*'bougth'"),
        (small_table(), {"epoch_count": 3}, "unrecognized arguments: --epoch-count=3"),
        (small_table(), {"gates": {"copy": 1}}, "copy"),
        (small_table().assign(mixed=[1, "a"] * 120), {}, "column 'mixed': expected cells of one type"),
    ],
)
def test_bad_input_is_told_so_and_leaves_nothing(
    table: pd.DataFrame, options: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(InputError, match=said):
        tabtwin.run(table, **(QUICK | options))
    assert list(tmp_path.iterdir()) == []
