"""Whole runs in a cluster: where they compute, what they survive, how they end, which bytes they make."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from small import digests, run
from tabtwin.pipeline.registry import STEPS
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run as View
from tabtwin.store.s3 import S3Store
from tests.cluster.installation import Installation, Workflow, pod_name, wait_for

pytestmark = pytest.mark.cluster

SETTINGS = {
    "target": "bought",
    "generators": "boost:2",
    "oversample": "3",
    "device": "cpu",
    "seed": "1",
}
TRAINED = SETTINGS | {"generators": "ctgan:1,tvae:1", "epochs": "150"}
"""With torch, and a training that lasts long enough to be killed."""
BUCKET = "s3://tabtwin"
SURVIVOR = f"{BUCKET}/survivor"
RELEASED = {
    "synthetic.csv",
    "synthetic.parquet",
    "report.html",
    "metrics.json",
    "schema.json",
    "manifest.json",
}


@pytest.fixture(scope="session")
def laptop(
    tabtwin: Installation, customers: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The digest of every file that ``tabtwin run`` releases for the same table, settings and key."""
    return released_on_a_laptop(tabtwin, customers, tmp_path_factory.mktemp("laptop") / "twin", SETTINGS)


def released_on_a_laptop(
    tabtwin: Installation, table: Path, out: Path, settings: Mapping[str, str]
) -> dict[str, str]:
    """Run the pipeline here, with the cluster's key; the digest of every file that it releases."""
    options = [f"--{name}={value}" for name, value in settings.items()]
    words = [sys.executable, "-m", "tabtwin", "run", str(table), "--out", str(out), *options]
    code, lines, errors = run([*words, "--log=json"], **tabtwin.signing_key())
    assert code == 0, (lines[-2:], errors)
    return {
        path.removeprefix("release/"): digest
        for path, digest in digests(out).items()
        if path.startswith("release/")
    }


@pytest.fixture(scope="session")
def plain(tabtwin: Installation, source: str) -> Workflow:
    """A run that nothing happens to, on the CPU pool."""
    name = tabtwin.submit({**SETTINGS, "source": source, "run": "plain", "pool": "cpu"})
    return tabtwin.ended(name)


@pytest.fixture(scope="session")
def refused(tabtwin: Installation, source: str, plain: Workflow) -> Workflow:
    """A run whose gates refuse the twin."""
    given = {**SETTINGS, "source": source, "strict": "true", "run": "strict", "pool": "cpu"}
    return tabtwin.ended(tabtwin.submit(given))


def reason_in(tabtwin: Installation, workflow: Workflow) -> str:
    """What ``argo get`` prints."""
    return tabtwin.argo("get", workflow.name)


def test_a_run_releases_the_bytes_that_a_laptop_does(
    tabtwin: Installation, plain: Workflow, laptop: dict[str, str]
) -> None:
    assert plain.phase == "Succeeded", plain.summary
    released = tabtwin.released("", "plain")

    assert set(released) == RELEASED
    assert {name: released[name] for name in laptop} == laptop


def test_a_run_on_the_cpu_pool_computes_nowhere_else(plain: Workflow) -> None:
    assert {host for step in STEPS for host in plain.hosts(step)} == {"cpu"}


def test_a_run_leaves_one_line_that_sums_it_up(tabtwin: Installation, plain: Workflow) -> None:
    summary = plain.summary

    assert (summary["code"], summary["run"]) == (0, "plain")
    assert summary["release"] == f"{BUCKET}/tabtwin/release/plain"
    assert "run.done" in reason_in(tabtwin, plain)


def test_the_public_report_is_an_artifact_that_argos_ui_can_show_and_the_private_one_is_none(
    tabtwin: Installation, plain: Workflow
) -> None:
    artifacts = [
        found
        for node in plain.nodes
        for found in node.get("outputs", {}).get("artifacts", [])
        if found["name"] != "main-logs"
    ]
    keys = {found["s3"]["key"] for found in artifacts}

    with tabtwin.store() as store:
        assert isinstance(store, S3Store)
        bucket, view = S3Store(store.bucket, "", store.client), View(store, "plain", verify=False)
        (page,) = {bucket.get(key) for key in keys}
        assert page == view.read(Ref(step="report", file="report.html"))
        assert page != view.read(Ref(step="report", file="report_private.html"))


def test_the_log_of_a_step_is_json_that_says_where_it_ran(tabtwin: Installation, plain: Workflow) -> None:
    (node,) = plain.tries("weigh")
    log = tabtwin.log(pod_name(plain.name, node))
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]

    assert {line["workflow"] for line in lines} == {plain.name}
    assert {line["pod"] for line in lines} == {pod_name(plain.name, node)}
    assert {line["node"] for line in lines} == {"cpu"}
    assert lines[-1]["event"] == "step.done"


@pytest.fixture(scope="session")
def survivor(tabtwin: Installation, source: str) -> Workflow:
    """A run with torch, of which a training is killed and the store restarted."""
    given = {**TRAINED, "source": source, "run": "survivor", "pool": "gpu"}
    with tabtwin.set({"store": SURVIVOR}):  # where nothing was trained yet
        name = tabtwin.submit(given)
        victim = wait_for("a training", 180, lambda: tabtwin.workflow(name).tries("train"))[0]
        pod = pod_name(name, victim)
        wait_for("its progress", 120, lambda: '"progress"' in tabtwin.log(pod))
        tabtwin.kubectl("delete", "pod", pod, "--wait=false")
        tabtwin.kubectl("delete", "pod", "-l", "app.kubernetes.io/component=store", "--wait=false")
        return tabtwin.ended(name, 900)


def test_a_killed_training_and_a_restarted_store_change_no_byte_and_torch_stays_on_the_gpu_pool(
    tabtwin: Installation, customers: Path, survivor: Workflow, tmp_path: Path
) -> None:
    at_once = released_on_a_laptop(tabtwin, customers, tmp_path / "twin", TRAINED)

    assert survivor.phase == "Succeeded", survivor.summary
    assert len(survivor.tries("train")) > 2
    assert survivor.hosts("train") == {"gpu"}
    assert {host for step in STEPS if step != "train" for host in survivor.hosts(step)} == {"cpu"}
    released = tabtwin.released(SURVIVOR, "survivor")
    assert {file: released[file] for file in at_once} == at_once


def test_argo_shows_how_far_a_training_is_by_its_epochs(survivor: Workflow) -> None:
    shown = {str(node["progress"]) for node in survivor.tries("train") if node["phase"] == "Succeeded"}

    assert f"{TRAINED['epochs']}/{TRAINED['epochs']}" in shown


@pytest.mark.parametrize(("groups", "shards"), [(3, 1), (2, 2)])
def test_a_model_trained_by_several_pods_is_the_one_that_a_laptop_trains_at_once(
    tabtwin: Installation, source: str, laptop: dict[str, str], groups: int, shards: int
) -> None:
    # A store of its own: where other twins of this table were released, the report says so.
    name = f"grouped-{groups}-{shards}"
    prefix = f"{BUCKET}/{name}"
    divided = {"column-groups": str(groups), "row-shards": str(shards)}
    with tabtwin.set({"store": prefix}):
        ended = tabtwin.ended(
            tabtwin.submit({**SETTINGS, **divided, "source": source, "run": name, "pool": "gpu"})
        )

    assert ended.phase == "Succeeded", ended.summary
    assert [len(ended.tries(step)) for step in ("train", "score")] == [groups * shards, 1]
    assert ended.hosts("train") == {"cpu"}  # the GPU pool is for what uses torch
    released = tabtwin.released(prefix, name)
    assert {file: released[file] for file in laptop} == laptop


def test_a_twin_in_slices_is_made_in_pods_of_their_own_with_the_bytes_of_a_laptop(
    tabtwin: Installation, source: str, customers: Path, tmp_path: Path
) -> None:
    prefix = f"{BUCKET}/sliced"
    settings = SETTINGS | {"oversample": "0", "rows": "300", "batch-rows": "60", "slice-rows": "120"}
    with tabtwin.set({"store": prefix}):
        ended = tabtwin.ended(tabtwin.submit({**settings, "source": source, "run": "sliced"}))

    assert ended.phase == "Succeeded", ended.summary
    assert [len(ended.tries(step)) for step in ("sample", "screen", "refine", "audit")] == [6, 3, 3, 1]
    at_once = released_on_a_laptop(tabtwin, customers, tmp_path / "twin", settings)
    assert {f"synthetic/part-0000{number}.parquet" for number in (1, 2, 3)} <= set(at_once)
    assert tabtwin.released(prefix, "sliced") == at_once


def test_the_gpu_pool_without_cuda_ends_with_2_after_one_try(tabtwin: Installation, source: str) -> None:
    given = {**SETTINGS, "source": source, "generators": "tvae:1", "pool": "gpu", "device": "auto"}
    ended = tabtwin.ended(tabtwin.submit(given))

    assert ended.phase == "Failed"
    assert len(ended.tries("train")) == 1
    assert ended.summary["code"] == 2
    assert "CUDA" in reason_in(tabtwin, ended)


def test_a_poisoned_table_ends_with_2_after_one_try_and_argo_retry_goes_on_once_it_is_mended(
    tabtwin: Installation, source: str, customers: Path, plain: Workflow
) -> None:
    with tabtwin.store() as store:
        poisoned = f"{store.url}/incoming/poisoned.csv"
        text = customers.read_text()
        store.put("incoming/poisoned.csv", text.replace("region", "age").encode())
        ended = tabtwin.ended(
            tabtwin.submit({**SETTINGS, "source": poisoned, "pool": "cpu", "run": "mended"})
        )

        assert ended.phase == "Failed"
        assert len(ended.tries("ingest")) == 1
        assert (ended.summary["code"], ended.summary["task"]) == (2, "ingest")
        assert "age" in reason_in(tabtwin, ended)

        store.put("incoming/poisoned.csv", text.encode())
    tabtwin.argo("retry", ended.name)
    wait_for("the retry", 60, lambda: tabtwin.workflow(ended.name).phase == "Running")
    again = tabtwin.ended(ended.name)
    assert again.phase == "Succeeded", reason_in(tabtwin, again)
    assert tabtwin.released("", "mended").keys() == RELEASED


def test_a_refused_gate_ends_with_3_and_releases_nothing(tabtwin: Installation, refused: Workflow) -> None:
    assert refused.phase == "Failed"
    assert (refused.summary["code"], refused.summary["task"]) == (3, "release")
    assert len(refused.tries("release")) == 1
    assert refused.summary["reason"] in reason_in(tabtwin, refused).replace("\n", "")
    assert tabtwin.released("", "strict") == {}


def test_prometheus_is_told_how_a_run_ended_and_what_the_twin_is_like(
    tabtwin: Installation, customers: Path, plain: Workflow
) -> None:
    told = tabtwin.metrics("plain")
    rows = len(customers.read_text().splitlines()) - 1

    assert told.pop("run_seconds") > 10
    assert told == {
        f"runs_total {plain.summary['verdict']}": 1,
        "run_exit_code": 0,
        "rows": rows,
        "accuracy": plain.summary["accuracy"],
    }


def test_prometheus_is_told_of_a_refused_run(tabtwin: Installation, refused: Workflow) -> None:
    told = tabtwin.metrics("strict")

    assert (told["runs_total refused"], told["run_exit_code"]) == (1, 3)


def test_a_changed_byte_of_a_model_ends_with_4(tabtwin: Installation, source: str) -> None:
    prefix = f"{BUCKET}/tampered"
    given = {**TRAINED, "source": source, "generators": "tvae:1", "run": "t", "pool": "cpu"}
    with tabtwin.set({"store": prefix}):
        name = tabtwin.submit(given)
        wait_for("a training", 180, lambda: tabtwin.workflow(name).tries("train"))
        tabtwin.argo("suspend", name)
        wait_for(
            "its end",
            180,
            lambda: [node for node in tabtwin.workflow(name).tries("train") if node["phase"] == "Succeeded"],
        )
        assert not tabtwin.workflow(name).tries("score")
        with tabtwin.store(prefix) as store:
            (key,) = [key for key in store.list("private/train/") if key.endswith("/model.bin")]
            model = store.get(key)
            store.put(key, model[:-1] + bytes([model[-1] ^ 1]))
        tabtwin.argo("resume", name)
        ended = tabtwin.ended(name)

    assert ended.phase == "Failed"
    assert ended.summary["code"] == 4
    assert len(ended.tries("score")) == 1
    assert "does not match its manifest" in reason_in(tabtwin, ended)


def test_two_drivers_of_one_run_are_kept_apart_and_two_runs_are_not(
    tabtwin: Installation, source: str, plain: Workflow
) -> None:
    def parameters(run: str, seed: str) -> Mapping[str, str]:
        own = {"run": run, "seed": seed, "generators": "boost:1", "pool": "cpu"}
        return {**SETTINGS, "source": source, **own}

    first, second = (tabtwin.submit(parameters("same", "7")) for _ in range(2))
    other = tabtwin.submit(parameters("other", "8"))
    ends = {name: tabtwin.ended(name) for name in (first, second, other)}

    assert ends[other].phase == "Succeeded"
    assert sorted(ends[name].phase for name in (first, second)) == ["Failed", "Succeeded"]
    (kept_off,) = [ends[name] for name in (first, second) if ends[name].phase == "Failed"]
    assert kept_off.summary["code"] == 4
    assert "held by another driver" in reason_in(tabtwin, kept_off)


def test_a_step_that_ran_out_of_memory_is_tried_again_with_more(tabtwin: Installation, source: str) -> None:
    given = {**SETTINGS, "source": source, "run": "small", "pool": "cpu"}
    with tabtwin.set({"memory-small": "100"}):
        name = tabtwin.submit(given)
        wait_for("a try that ended well", 240, lambda: _ended_well(tabtwin.workflow(name).tries("ingest")))
        tabtwin.argo("terminate", name)
    first, *others = tabtwin.workflow(name).tries("ingest")
    limits = [memory_limit(tabtwin.read("pod", pod_name(name, node))) for node in (first, *others)]

    assert first["outputs"]["exitCode"] == "137"
    assert limits == [f"{100 * (number + 1)}Mi" for number in range(len(limits))]


def _ended_well(tries: Sequence[Mapping[str, Any]]) -> bool:
    return any(node["phase"] == "Succeeded" for node in tries)


def memory_limit(pod: Mapping[str, Any]) -> str:
    """What a step's container may use."""
    (main,) = [found for found in pod["spec"]["containers"] if found["name"] == "main"]
    return str(main["resources"]["limits"]["memory"])
