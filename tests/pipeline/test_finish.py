"""The exit handler of a workflow: one line that sums a run up, which the run's metrics are read from."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from finished import Finished
from small import copy_records, run
from tabtwin.lib.names import is_made
from tabtwin.store.opening import open_store


@pytest.fixture
def store(finished: Finished, tmp_path: Path) -> str:
    """A copy of a finished run's store."""
    copy = shutil.copytree(finished.out / "private" / "store", tmp_path / "store")
    copy.chmod(0o700)
    return copy.as_uri()


@pytest.fixture
def made(store: str) -> str:
    """The name of the run, which nobody chose."""
    return open_store(store).list("private/runs/")[0].split("/")[2]


def summary(store: str, name: str, ended: Mapping[str, object] | None = None) -> dict[str, Any]:
    """What ``tabtwin finish`` leaves; ``ended`` is the node of the task that ended the workflow."""
    tries = [dict(ended) | {"displayName": name} for name in ("task(0)", "task")] if ended else []
    told = Path(store.removeprefix("file://")).parent / "summary.json"
    words = [
        f"--store={store}",
        f"--run={name}",
        "--owner=w",
        f"--status={'Failed' if ended else 'Succeeded'}",
    ]
    words += [f"--failures={json.dumps(tries)}", f"--summary-to={told}", "--log=json"]
    code, _, errors = run([sys.executable, "-m", "tabtwin", "finish", *words])
    assert code == 0, errors
    found: dict[str, Any] = json.loads(told.read_text())
    return found


def failed(template: str, code: int, reason: str = "why") -> dict[str, object]:
    return {"templateName": template, "message": f"main: Error (exit code {code}): {reason}"}


def test_a_good_run_is_summed_up_by_its_verdict_its_rows_and_its_accuracy(
    finished: Finished, store: str, made: str
) -> None:
    found, published = (
        summary(store, made),
        json.loads((finished.out / "release" / "metrics.json").read_text()),
    )

    assert (found["code"], found["rows"]) == (0, 240)
    assert found["verdict"] == published["headline"]["verdict"]
    assert found["accuracy"] == published["headline"]["accuracy"]


def test_a_run_has_the_name_that_its_user_gave_it_and_none_that_was_made(store: str, made: str) -> None:
    copy_records(open_store(store), made, "customers")

    assert is_made(made)
    assert summary(store, made)["named"] == ""
    assert summary(store, "customers")["named"] == "customers"


def test_a_refused_run_has_its_figures(store: str, made: str) -> None:
    found = summary(store, made, failed("release", 3))

    assert (found["code"], found["task"], found["rows"]) == (3, "release", 240)


def test_a_run_that_ended_before_its_report_has_no_figures_of_an_earlier_run_of_its_name(
    store: str, made: str
) -> None:
    found = summary(store, made, failed("ingest", 2))

    assert (found["code"], found["task"]) == (2, "ingest")
    assert not {"verdict", "rows", "accuracy"} & found.keys()


def test_argo_finds_nothing_to_evaluate_in_what_a_run_leaves(store: str, made: str) -> None:
    found = summary(store, made, failed("ingest", 2, "the column {{workflow.name}} {{=1 + 1}}"))

    assert "the column" in found["reason"]
    assert "{{" not in json.dumps(found, ensure_ascii=False)
