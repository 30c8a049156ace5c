from __future__ import annotations

from pathlib import Path

import pytest

from tabtwin.cli.main import run_command
from tabtwin.cluster import submission
from tabtwin.cluster.submission import await_lease, computed_on, driving, workflow
from tabtwin.runner.inputs import run_name
from tabtwin.store import lease
from tabtwin.store.store import Store


def running(run: str, **status: str) -> dict[str, object]:
    return workflow({"run": run}) | {"status": status}


def test_a_workflow_is_of_the_installed_template_and_named_by_argo() -> None:
    made = workflow({"run": "r", "source": "s3://b/t.csv"})

    assert made["metadata"] == {"generateName": "tabtwin-"}
    assert made["spec"]["workflowTemplateRef"] == {"name": "tabtwin"}
    assert made["spec"]["arguments"]["parameters"][0] == {"name": "run", "value": "r"}


def test_the_workflow_that_drives_a_run_is_found_by_the_runs_name() -> None:
    mine, other = running("mine", phase="Running"), running("other")

    assert driving([other, mine], "mine") is mine
    assert driving([other], "mine") is None


def test_a_workflow_that_has_ended_or_is_being_stopped_drives_nothing() -> None:
    stopping = running("mine", phase="Running")
    stopping["spec"]["shutdown"] = "Stop"  # type: ignore[index]

    assert driving([running("mine", phase="Failed"), stopping], "mine") is None


def test_another_template_of_the_same_parameter_is_not_ours() -> None:
    other = running("mine")
    other["spec"]["workflowTemplateRef"] = {"name": "theirs"}  # type: ignore[index]

    assert driving([other, {"spec": {}}], "mine") is None


@pytest.mark.parametrize(("pool", "same"), [("auto", True), ("cpu", True), ("gpu", False)])
def test_a_pool_is_part_of_a_runs_name_only_where_it_decides_the_device(pool: str, same: bool) -> None:
    chosen = {"device": "auto", "seed": "1"}

    assert (run_name(chosen | computed_on(chosen, pool)) == run_name(chosen)) == same
    assert computed_on({"device": "cpu"}, pool) == {}


def test_a_dead_drivers_lease_is_waited_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not lease.is_held(store, "r")
    lease.claim(store, "r", "deleted workflow")
    assert lease.is_held(store, "r")

    monkeypatch.setattr(submission, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.5)
    await_lease(store, "r")
    assert not lease.is_held(store, "r")


def test_a_living_drivers_is_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(lease, "LEASE_SECONDS", 1.5)
    monkeypatch.setattr(lease, "FRESH_SECONDS", 0.1)
    monkeypatch.setattr(lease, "RENEW_SECONDS", 1.0)

    with lease.held(store, "r", "laptop", every=0.3), pytest.raises(lease.HeldError, match="another driver"):
        await_lease(store, "r")


@pytest.mark.parametrize("store", ["file:///srv/twins", "/srv/twins", "s3://another/store"])
def test_another_store_than_the_charts_is_refused_before_a_cluster_is_asked(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["submit", str(tmp_path / "t.csv"), "--out", str(tmp_path / "out"), "--store", store]
    assert run_command(words) == 2
    assert "--store: expected none, since the store is the installed chart's" in capsys.readouterr().err
