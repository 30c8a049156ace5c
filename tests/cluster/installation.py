"""tabtwin as it is installed in the cluster of KUBECONFIG: the chart, its store, and Argo's command."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tabtwin.cluster import access, deployment
from tabtwin.cluster.store_access import reached
from tabtwin.store.artifacts import sha256
from tabtwin.store.opening import open_store
from tabtwin.store.signing import KEY_VARIABLE
from tabtwin.store.store import Store

CHART = Path(__file__).parents[2] / "helm"
TOOLS = ("kubectl", "helm", "argo")
TEST_BED = {
    "devStore.image": os.environ.get("MINIO_IMAGE") or "localhost/minio:latest",
    "registry": os.environ.get("REGISTRY") or "localhost",
    "pools.cpu.selector.pool": "cpu",
    "pools.gpu.selector.pool": "gpu",
    "pools.gpu.image": "tabtwin-train",  # there is no CUDA in a test bed: its GPU is a pretence
}
"""Two pools, by the label ``pool``."""
METRICS = os.environ.get("ARGO_METRICS") or "https://localhost:9090/metrics"
"""Where Argo's controller serves its metrics; of one in a pod, ``kubectl port-forward`` makes it this."""


def call(*words: str, given: str | None = None) -> str:
    """Run a tool; what it printed. A failed one fails the test with what it said."""
    done = subprocess.run(words, capture_output=True, text=True, input=given, check=False)
    assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def wait_for(what: str, seconds: float, look: Callable[[], Any]) -> Any:
    """Look until there is something; fails after ``seconds``."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.5)
    return found


def settings(values: Mapping[str, str]) -> list[str]:
    """Values as helm takes them."""
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


@dataclass(frozen=True)
class Installation:
    """A release of the chart in a namespace of its own."""

    namespace: str

    def kubectl(self, *words: str, given: str | None = None) -> str:
        """``kubectl`` in the namespace."""
        return call("kubectl", "-n", self.namespace, *words, given=given)

    def read(self, *words: str) -> Any:
        """What ``kubectl get`` knows, as JSON."""
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def signing_key(self) -> dict[str, str]:
        """The key that the steps sign with, as a variable: with it, a laptop makes the same bytes."""
        data: dict[str, str] = self.read("secret", "tabtwin-signing")["data"]
        return {KEY_VARIABLE: base64.b64decode(data[KEY_VARIABLE]).decode()}

    def argo(self, *words: str) -> str:
        """``argo`` in the namespace."""
        return call("argo", "-n", self.namespace, *words)

    def log(self, pod: str) -> str:
        """What a step has logged so far; nothing where its container has not started."""
        words = ["kubectl", "-n", self.namespace, "logs", pod, "-c", "main"]
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout

    def submit(self, parameters: Mapping[str, str]) -> str:
        """Submit a run from the template, as the README says; the workflow's name."""
        given = [word for name, value in parameters.items() for word in ("-p", f"{name}={value}")]
        return self.argo("submit", "--from", "workflowtemplate/tabtwin", "-o", "name", *given).strip()

    def metrics(self, run: str) -> dict[str, float]:
        """What Argo's controller tells Prometheus of runs of this name, by metric and verdict."""
        # The controller made its certificate itself.
        unverified = ssl._create_unverified_context()
        page = urllib.request.urlopen(METRICS, context=unverified).read().decode()
        found = {}
        for name, given, value in re.findall(
            r"^argo_workflows_tabtwin_(\w+)\{(.*)\} (\S+)$", page, re.MULTILINE
        ):
            labels = dict(re.findall(r'(\w+)="([^"]*)"', given))
            if (labels.pop("namespace"), labels.pop("run")) == (self.namespace, run):
                found[" ".join([name, *labels.values()])] = float(value)
        return found

    @contextmanager
    def set(self, settings: Mapping[str, str]) -> Iterator[None]:
        """Have other settings of the cluster's while the body runs: an upgrade's to change, and no run's."""
        before = self.read("configmap", "tabtwin")["data"]
        self._patch(settings)
        try:
            yield
        finally:
            self._patch({name: before[name] for name in settings})

    def _patch(self, settings: Mapping[str, str]) -> None:
        self.kubectl("patch", "configmap", "tabtwin", "--type=merge", "-p", json.dumps({"data": settings}))
        time.sleep(2)  # Argo's controller watches it

    def workflow(self, name: str) -> Workflow:
        """A workflow as it is now."""
        return Workflow(self.read("workflow", name))

    def ended(self, name: str, seconds: float = 600) -> Workflow:
        """A workflow once it has ended."""
        wait_for(f"the end of {name}", seconds, lambda: self.workflow(name).has_ended)
        return self.workflow(name)

    @contextmanager
    def store(self, prefix: str = "") -> Iterator[Store]:
        """The store, reached from here as ``tabtwin submit`` reaches it."""
        cluster = access.connect("", self.namespace)
        found = deployment.find(cluster)
        with pytest.MonkeyPatch.context() as patch:
            for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                patch.delenv(name, raising=False)
            with reached(cluster, found, ""):
                yield open_store(prefix or found.store)

    def released(self, prefix: str, run: str) -> dict[str, str]:
        """The digest of every released file of a run."""
        with self.store(prefix) as store:
            keys = store.list(f"release/{run}/")
            return {key.removeprefix(f"release/{run}/"): sha256(store.get(key)) for key in keys}


class Workflow:
    """What Argo says of a workflow."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.name: str = found["metadata"]["name"]
        self.status: Mapping[str, Any] = found.get("status", {})
        self.phase: str = self.status.get("phase", "")
        self.nodes: list[Mapping[str, Any]] = list(self.status.get("nodes", {}).values())

    @property
    def has_ended(self) -> bool:
        """Whether it is done."""
        return self.phase in {"Succeeded", "Failed", "Error"}

    @property
    def summary(self) -> Mapping[str, Any]:
        """The line that the exit handler left."""
        outputs = self.status.get("outputs", {}).get("parameters", [])
        return dict(json.loads(next(found["value"] for found in outputs if found["name"] == "summary")))

    def tries(self, step: str) -> list[Mapping[str, Any]]:
        """The pods of a step, in the order of their start."""
        pods = [node for node in self.nodes if node["type"] == "Pod" and node.get("templateName") == step]
        return sorted(pods, key=lambda node: str(node.get("startedAt")))

    def hosts(self, step: str) -> set[str]:
        """The nodes of the cluster that a step's pods ran on."""
        return {str(node["hostNodeName"]) for node in self.tries(step)}


def pod_name(workflow: str, node: Mapping[str, Any]) -> str:
    """The pod of a node, as Argo names it."""
    return f"{workflow}-{node['templateName']}-{node['id'].rpartition('-')[2]}"


@contextmanager
def installation(values: Mapping[str, str]) -> Iterator[Installation]:
    """Install the chart into a new namespace that admits restricted pods only; remove both afterwards."""
    namespace = f"tabtwin-{uuid.uuid4().hex[:6]}"
    call("kubectl", "create", "namespace", namespace)
    try:
        enforce = "pod-security.kubernetes.io/enforce=restricted"
        call("kubectl", "label", "namespace", namespace, enforce)
        install(namespace, values)
        yield Installation(namespace)
    finally:
        call("kubectl", "delete", "namespace", namespace, "--wait=false")
        call("kubectl", "delete", "persistentvolume", f"tabtwin-store-{namespace}", "--ignore-not-found")


def install(namespace: str, values: Mapping[str, str], *words: str) -> None:
    """Install or upgrade the chart, and wait until its store is up; a failure tells what it waited for."""
    given = settings(TEST_BED | dict(values))
    wait = "--wait", "--timeout=15m"  # a run of another worker's may fill the node
    try:
        call("helm", "upgrade", "--install", "tabtwin", str(CHART), "-n", namespace, *wait, *given, *words)
    except AssertionError as failed:
        looks = (["get", "nodes"], ["get", "pods", "-o", "wide"], ["get", "events"], ["describe", "pods"])
        failed.add_note("\n".join(call("kubectl", "-n", namespace, *look)[-4000:] for look in looks))
        raise


def missing_tools() -> Sequence[str]:
    """What these tests need and this machine lacks."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    return lacking if os.environ.get("KUBECONFIG") else ["KUBECONFIG", *lacking]
