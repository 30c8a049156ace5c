"""``tabtwin submit`` in the cluster of KUBECONFIG, with the chart in a namespace of its own.

The images must be where the nodes find them. ``TABTWIN_TEST_VALUES`` holds the chart's values for another
cluster than the one on this machine, such as ``registry=localhost:5001/tabtwin devStore.size=2Gi``.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from small import QUICK, command, digests, run, small_table
from started import start

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

NAMESPACE = "tabtwin-submit"
HELM = Path(__file__).parents[2] / "helm"
Kubectl = Callable[..., str]


@pytest.fixture(scope="module")
def kubectl() -> Kubectl:
    for needed in ("kubectl", "helm"):
        if not shutil.which(needed):
            pytest.skip(f"{needed} is not on the PATH")
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("KUBECONFIG is not set")

    def call(*words: str, text: str = "") -> str:
        done = subprocess.run(["kubectl", *words], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture(scope="module")
def namespace(kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A namespace with the chart and its store, whose data outlive its pod."""
    data = tmp_path_factory.mktemp("store")
    data.chmod(0o777)
    here = f"registry=localhost devStore.image=localhost/minio:latest devStore.hostPath={data}"
    given = os.environ.get("TABTWIN_TEST_VALUES", here).split()
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}
    kubectl("apply", "-f", "-", text=json.dumps(made))
    words = [word for value in ("devStore.enabled=true", *given) for word in ("--set", value)]
    install = ["helm", "upgrade", "--install", "tabtwin", str(HELM), "-n", NAMESPACE, *words]
    subprocess.run(install, check=True, capture_output=True)
    kubectl("rollout", "status", "-n", NAMESPACE, "deployment/tabtwin-store", "--timeout=180s")
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")
    kubectl("delete", "persistentvolume", f"tabtwin-store-{NAMESPACE}", "--ignore-not-found", "--wait=false")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    small_table().to_csv(path, index=False)
    return path


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


def submit(table: Path, out: Path, *options: str) -> list[str]:
    words = [sys.executable, "-m", "tabtwin", "submit", str(table), "--out", str(out)]
    return [*words, "--namespace", NAMESPACE, *QUICK, *options]


def user(kubectl: Kubectl, name: str, path: Path) -> Path:
    """A kubeconfig of a user who is allowed nothing yet."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    kubectl("apply", "-n", NAMESPACE, "-f", "-", text=json.dumps(account))
    token = kubectl("create", "token", name, "-n", NAMESPACE).strip()
    found = json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))
    found["users"] = [{"name": found["contexts"][0]["context"]["user"], "user": {"token": token}}]
    path.write_text(json.dumps(found))
    return path


def allow(kubectl: Kubectl, name: str) -> None:
    """Allow a user what the chart says that submit takes, and nothing else."""
    bind = ("create", "rolebinding", name, "-n", NAMESPACE, "--role=tabtwin-submit")
    kubectl(*bind, f"--serviceaccount={NAMESPACE}:{name}")


def test_left_and_followed_again_while_the_store_restarts_it_and_more_end_with_the_laptops_bytes(
    namespace: str, table: Path, tmp_path: Path, kubectl: Kubectl
) -> None:
    first = start(submit(table, tmp_path / "there"), stderr=subprocess.PIPE)
    assert first.stdout is not None
    workflow = ""
    for text in first.stdout:
        line = json.loads(text)
        workflow = line.get("workflow", workflow)
        if line["event"] == "task.start" and line["task"].startswith("train/"):
            break
    first.send_signal(signal.SIGINT)
    _, errors = first.communicate()

    assert first.returncode == 130, errors
    assert f"the workflow {workflow} continues" in errors
    assert f"argo stop -n {namespace} {workflow}" in errors

    again = start(submit(table, tmp_path / "there", "--with-private"))
    assert again.stdout is not None
    found = json.loads(again.stdout.readline())
    assert (found["event"], found["workflow"]) == ("workflow.found", workflow)
    kubectl("delete", "pod", "-n", namespace, "-l", "app.kubernetes.io/component=store", "--wait=false")
    lines: list[dict[str, Any]] = [json.loads(text) for text in again.stdout]
    assert again.wait() == 0, lines[-3:]
    assert {line["task"].split("/")[0] for line in lines if line["event"] == "step.done"} >= {
        "sample",
        "release",
    }

    secret = json.loads(kubectl("get", "secret", "tabtwin-signing", "-n", namespace, "-o", "json"))["data"]
    key = {name: base64.b64decode(value).decode() for name, value in secret.items()}
    code, _, errors = run(command(table, tmp_path / "here"), **key)
    assert code == 0, errors
    there, here = digests(tmp_path / "there"), digests(tmp_path / "here")
    same = {name for name in here if name.startswith(("release/", "private/models/"))}
    assert len(same) == 8
    for name in (*same, "private/syn_up.csv", "private/hybrid.parquet"):
        assert there[name] == here[name], name

    # More rows of it: the laptop's command, and the same in a cluster, from the run that the folder names.
    earlier = json.loads((tmp_path / "there" / "private" / "released.json").read_text())["run"]
    more = submit(table, tmp_path / "more", "--after", earlier, "--rows", "60")
    code, lines, errors = run(more)
    assert code == 0, (lines[-2:], errors)
    sample = [sys.executable, "-m", "tabtwin", "sample", "--run", str(tmp_path / "here"), "--rows", "60"]
    code, _, errors = run([*sample, "--log", "json"], **key)
    assert code == 0, errors
    ours = {path.name: path.read_bytes() for path in (tmp_path / "here" / "release-2").iterdir()}
    theirs = {path.name: path.read_bytes() for path in (tmp_path / "more" / "release").iterdir()}
    assert ours == theirs


def test_a_table_without_its_target_ends_with_the_line_of_the_step_after_one_try(
    namespace: str, table: Path, tmp_path: Path, kubectl: Kubectl
) -> None:
    """As a user with no more than what submit takes, and with S3 credentials of their own."""
    kubeconfig = user(kubectl, "alice", tmp_path / "kubeconfig")
    words = submit(table, tmp_path / "out", "--target", "absent")
    code, _, errors = run(words, KUBECONFIG=str(kubeconfig))
    assert (code, "the cluster denies access" in errors) == (4, True), errors

    allow(kubectl, "alice")
    code, _, errors = run(words, KUBECONFIG=str(kubeconfig))
    assert (code, "set AWS_ACCESS_KEY_ID" in errors) == (4, True), errors

    secret = json.loads(kubectl("get", "secret", "tabtwin-store", "-n", namespace, "-o", "json"))["data"]
    keys = {name: base64.b64decode(value).decode() for name, value in secret.items()}
    code, lines, errors = run(words, KUBECONFIG=str(kubeconfig), **keys)
    assert (code, errors) == (2, "")
    tries = [line for line in lines if line["event"] == "task.end"]
    assert [(line["task"], line["code"], line["final"]) for line in tries] == [("ingest", 2, True)]
    assert "absent" in str(lines[-1]["reason"])
    assert "What helps" in (tmp_path / "out" / "private" / "report.html").read_text()
    assert not (tmp_path / "out" / "release").exists()


def test_a_namespace_without_tabtwin_is_bad_input(kubectl: Kubectl, table: Path, tmp_path: Path) -> None:
    code, _, errors = run(submit(table, tmp_path / "out", "--namespace", "default"))

    assert (code, "expected tabtwin in namespace 'default', found it not installed" in errors) == (2, True), (
        errors
    )
    assert not (tmp_path / "out").exists()
