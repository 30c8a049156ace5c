"""Sampling more rows of a released twin, from a real run to its second release, and to later ones."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

from finished import Finished
from small import command, digests, run
from tabtwin.cli.main import run_command

pytestmark = pytest.mark.whole_run


@pytest.fixture(scope="module")
def first(finished: Finished) -> Path:
    """The output folder of a run with a release."""
    return finished.out


def more(out: Path, rows: int) -> tuple[int, list[dict[str, object]], str]:
    words = [sys.executable, "-m", "tabtwin", "sample", "--run", str(out), "--rows", str(rows), "--log=json"]
    return run(words)


@pytest.fixture(scope="module")
def twice(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a second release."""
    out = shutil.copytree(first, tmp_path_factory.mktemp("twice") / "twin")
    code, lines, errors = more(out, 60)
    assert code == 0, (lines[-2:], errors)
    trained = [line for line in lines if str(line.get("task")).startswith("train/")]
    assert all(line["skipped"] for line in trained if line["event"] == "step.done")
    return out


@pytest.fixture(scope="module")
def thrice(twice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a third one."""
    out = shutil.copytree(twice, tmp_path_factory.mktemp("thrice") / "twin")
    assert more(out, 50)[0] == 0
    return out


def rows_of(out: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(out / name / "synthetic.parquet")


def test_each_release_has_the_rows_asked_for_beside_those_that_stand(first: Path, twice: Path) -> None:
    assert [len(rows_of(twice, name)) for name in ("release", "release-2")] == [240, 60]
    before, after = digests(first), digests(twice)
    assert {name: after[name] for name in before if name.startswith("release/")} == {
        name: digest for name, digest in before.items() if name.startswith("release/")
    }


def test_no_row_comes_twice_from_the_stream_and_no_key_twice_in_all(twice: Path) -> None:
    whole = pd.concat([rows_of(twice, name) for name in ("release", "release-2")])
    assert whole["id"].is_unique
    assert not whole.duplicated(["age", "income", "since"]).any()


def assert_judged_together(out: Path, expected: list[int]) -> None:
    """The latest release's gates judge all rows that were ever released."""
    metrics = json.loads((out / f"release-{len(expected)}" / "metrics.json").read_text())
    assert metrics["releases"] == expected
    assert metrics["audit"]["rows"]["synthetic"] == sum(expected)
    assert metrics["balance"]["rows"]["synthetic"] == sum(expected)


def test_the_gates_judge_all_releases_together_and_the_report_counts_them(first: Path, twice: Path) -> None:
    assert json.loads((first / "release" / "metrics.json").read_text())["releases"] == [240]
    assert_judged_together(twice, [240, 60])
    page = (twice / "release-2" / "report.html").read_text()
    assert "Release 2 of this twin: 60 rows beside the 240 that were released before." in page


def test_all_releases_of_a_folder_are_verified(twice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["verify", str(twice)]) == 0
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().out.splitlines()] == [
        f"5 files and {rows} rows, as manifest.json says" for rows in (240, 60)
    ]


@pytest.mark.slow
def test_a_third_release_is_judged_with_both_before(thrice: Path) -> None:
    assert_judged_together(thrice, [240, 60, 50])
    page = (thrice / "release-3" / "report.html").read_text()
    assert "Release 3 of this twin: 50 rows beside the 300 that were released before." in page
    tables = [rows_of(thrice, name) for name in ("release", "release-2", "release-3")]
    assert not pd.concat(tables).duplicated(["age", "income", "since"]).any()


@pytest.mark.slow
def test_a_release_that_an_interrupted_command_did_not_bring_is_brought_by_the_next(
    thrice: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(thrice, tmp_path / "twin")
    mark = out / "private" / "released.json"
    mark.write_text(json.dumps({"run": json.loads(mark.read_text())["run"], "later": []}))
    for name in ("release-2", "release-3"):
        shutil.rmtree(out / name)
    more(out, 60)  # the same command: it goes on with its own release
    assert rows_of(out, "release-2").equals(rows_of(thrice, "release-2"))
    assert not (out / "release-3").exists()
    more(out, 40)  # another one: what was not brought comes first
    assert rows_of(out, "release-3").equals(rows_of(thrice, "release-3"))
    assert len(rows_of(out, "release-4")) == 40


def test_the_same_run_again_leaves_later_releases_as_they_are(
    finished: Finished, twice: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(twice, tmp_path / "twin")
    assert run(command(finished.table, out))[0] == 0
    assert digests(out) == digests(twice)


def test_a_folder_without_a_release_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["sample", "--run", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"tabtwin: expected the output folder of a run, found another one at {tmp_path}; "
        "name the --out of 'tabtwin run'\n"
    )
