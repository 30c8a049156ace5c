"""The benchmark keeps what it made, and says what it has; the figures themselves are no test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import cells
from tests.benchmarks.cells import MADE, Cell, figures, is_finished, key, stop
from tests.benchmarks.judges import ATTACKS, CLOSENESS, JUDGES, LIKENESS
from tests.benchmarks.rendering import COLUMNS, Row, describe, markdown

CELL = Cell("modeldata.wa_churn", "ctgan", 300, 1)
JUDGED = (CLOSENESS,)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A benchmark that has made nothing yet."""
    monkeypatch.setattr(cells, "BENCH", tmp_path)


def test_rows_settings_seed_and_versions_each_decide_a_cells_key() -> None:
    versions = {"sdv": "2.0.0"}
    keys = [
        key(CELL, "rows", versions),
        key(CELL, "other rows", versions),
        key(CELL, "rows", {"sdv": "2.0.1"}),
        key(Cell("modeldata.wa_churn", "tvae", 300, 1), "rows", versions),
        key(Cell("modeldata.wa_churn", "ctgan@pac=1", 300, 1), "rows", versions),
        key(Cell("modeldata.wa_churn", "ctgan", 2, 1), "rows", versions),
        key(Cell("modeldata.wa_churn", "ctgan", 300, 2), "rows", versions),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == key(CELL, "rows", versions)


def test_epochs_decide_nothing_where_a_peer_trains_none() -> None:
    assert Cell.of("Ecdat.Computers", "shuffle", 2, 1) == Cell.of("Ecdat.Computers", "shuffle", 300, 1)
    assert Cell.of("Ecdat.Computers", "ctgan", 2, 1) != Cell.of("Ecdat.Computers", "ctgan", 300, 1)


def test_a_peers_options_stand_in_its_label() -> None:
    assert Cell.of("Ecdat.Computers", "cart@leaf=50", 300, 1).label.endswith("200 rows a leaf, leaf 50")
    assert Cell.of("Ecdat.Computers", "ctgan", 5, 1).label == "CTGAN (SDV), 5 epochs"


def test_a_cell_is_finished_once_it_is_made_and_judged(bench: None) -> None:
    cell = Cell.of("Ecdat.Computers", "shuffle", 300, 1)
    assert not is_finished(cell, JUDGED)
    cell.folder.mkdir(parents=True)
    cell.write(MADE, {"seconds": None, "processor": None, "megabytes": None, "notes": {}})
    assert not is_finished(cell, JUDGED)
    assert cells.rows(cell, JUDGED, "not run yet")[0].state == "not run yet"
    cell.write(CLOSENESS.file, {"twin": {"acc_holdout": 0.9}})
    assert is_finished(cell, JUDGED)
    assert cells.rows(cell, JUDGED, "")[0].figures["acc_holdout"] == 0.9


def test_figures_of_several_judges_and_the_cost_stand_together(bench: None) -> None:
    cell = Cell.of("Ecdat.Computers", "shuffle", 300, 1)
    cell.folder.mkdir(parents=True)
    likelihood = {"training": -9.0, "holdout": -9.5}
    cell.write(
        MADE, {"seconds": 2.0, "processor": 4.0, "megabytes": 3.0, "notes": {"likelihood": likelihood}}
    )
    cell.write(LIKENESS.file, {"twin": {"acc_holdout": 0.9}})
    assert figures(cell, (LIKENESS, ATTACKS)) == {}
    cell.write(ATTACKS.file, {"twin": {"nearest": 0.5}})
    assert figures(cell, (LIKENESS, ATTACKS))["twin"] == {
        "acc_holdout": 0.9,
        "nearest": 0.5,
        "seconds": 2.0,
        "processor": 4.0,
        "megabytes": 3.0,
        "likelihood_training": -9.0,
        "likelihood_holdout": -9.5,
    }


def test_a_cell_that_was_stopped_is_tried_again_only_with_more_time(bench: None) -> None:
    cell = Cell.of("Ecdat.Computers", "ctgan", 300, 1)
    stop(cell, 60)
    assert is_finished(cell, JUDGED, cap=60)
    assert is_finished(cell, JUDGED, cap=30)
    assert not is_finished(cell, JUDGED, cap=90)
    assert not is_finished(cell, JUDGED, cap=0)


def test_each_judge_has_a_file_of_its_own() -> None:
    assert len({judge.file for judge in JUDGES.values()}) == len(JUDGES)
    assert all(judge.file.startswith(f"{name}-") for name, judge in JUDGES.items())


def test_the_best_member_stands_below_the_ensemble(bench: None) -> None:
    cell = Cell.of("Ecdat.Computers", "prize", 300, 1)
    cell.folder.mkdir(parents=True)
    notes = {"released": False, "best": "tvae-1", "members": {"ctgan-1": 0.7, "tvae-1": 0.8}}
    cell.write(MADE, {"seconds": 9.0, "processor": 4.0, "megabytes": 100.0, "notes": notes})
    cell.write(CLOSENESS.file, {"twin": {"acc_holdout": 0.9}, "member": {"acc_holdout": 0.8}})
    ensemble, member = cells.rows(cell, JUDGED, "")
    assert ensemble.label.endswith("(refused by its gates)")
    assert ensemble.figures["seconds"] == 9.0
    assert member.label == "its best member of 2, tvae-1"
    assert "seconds" not in member.figures


def test_a_table_has_a_cell_for_every_column_and_a_dash_for_a_missing_figure() -> None:
    rows = [Row("shuffle", {"acc_holdout": 0.91234, "likeness": None}), Row("ctgan", {}, "not run yet")]
    lines = markdown("churn", rows).splitlines()
    assert lines[0] == "### churn"
    assert {line.count("|") for line in lines[2:]} == {len(COLUMNS) + 2}
    assert "| 0.9123 | – |" in lines[4]
    assert lines[5].startswith("| ctgan | not run yet |")


def test_cells_of_one_machine_share_its_line() -> None:
    one = {"cores": 1, "processor": "P", "memory_gb": 8, "python": "3.11.7"}
    assert describe([one, one]) == "Machine: 1 core a row, P, 8 GB, Python 3.11.7."
    assert len(describe([one, one | {"cores": 2}]).splitlines()) == 2
