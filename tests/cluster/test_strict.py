"""What a submitter can change of a run: of templates only, as helm/README.md advises, and in any case.

No image is needed: what is looked at are the pods that Argo makes, or does not make.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tabtwin.lib.options import from_parameters
from tabtwin.pipeline.registry import PARAMS
from tabtwin.runner.parameters import pipeline_file
from tabtwin.runner.workflow import load
from tests.cluster.installation import Installation, call, wait_for

pytestmark = pytest.mark.cluster

PIPELINE = load(pipeline_file().read_text())
CONTROLLER = "workflow-controller-configmap"
ENTRANCES = sorted(set(PIPELINE.templates) - {PIPELINE.entrypoint})
EVIL = {
    "registry": "evil.example",
    "version": "evil",
    "to": "s3://evil/release",
    "model": "evil",
    "store": "s3://evil/prefix",
    "release": "s3://evil/release",
    "reports": "evil",
    "gpu-pool": "true",
    "gpu-image": "evil",
    "gpu-resources": '{"evil.example/device": "1"}',
    "gpu-selector": '{"evil": "1"}',
    "gpu-tolerations": '[{"operator": "Exists"}]',
    "cpu-selector": '{"evil": "1"}',
    "cpu-tolerations": "[]\nhostNetwork: true\ncontainers: [{name: main, image: evil.example}]",
    "cpu-request": '1m"\n        hostNetwork: true\n        x: "',
    "cpu-limit": "63",
    "memory": "7",
    "memory-small": "7",
    "step-seconds": "77\nhostNetwork: true",
    "nodes": "gpu",
}
"""What a submitter would set of the cluster's own, by the names that parameters and inputs have or had."""
FIELDS: dict[str, Any] = {
    "podSpecPatch": json.dumps({"containers": [{"name": "main", "image": "evil.example"}]}),
    "serviceAccountName": "default",
    "templates": [{"name": "ingest", "container": {"image": "evil.example", "command": ["x"]}}],
    "templateDefaults": {"container": {"image": "evil.example", "command": ["x"]}},
    "volumes": [{"name": "tmp", "secret": {"secretName": "tabtwin-signing"}}],
    "hooks": {"running": {"template": "ingest", "expression": "true"}},
    "onExit": "ingest",
    "hostNetwork": True,
    "securityContext": {"runAsUser": 0},
    "podMetadata": {"labels": {"app.kubernetes.io/component": "store"}},
    "artifactRepositoryRef": {"configMap": "evil"},
    "artifactGC": {"strategy": "OnWorkflowDeletion", "serviceAccountName": "tabtwin-executor"},
}


@pytest.fixture(scope="module")
def strict(tools: None) -> Iterator[None]:
    """Argo's controller takes workflows of templates only."""
    found = json.loads(call("kubectl", "get", "configmaps", "-A", "-o", "json"))["items"]
    (place,) = [item["metadata"]["namespace"] for item in found if item["metadata"]["name"] == CONTROLLER]

    def patch(value: str | None) -> None:
        change = json.dumps({"data": {"workflowRestrictions": value}})
        call("kubectl", "-n", place, "patch", "configmap", CONTROLLER, "--type=merge", "-p", change)
        time.sleep(3)  # it watches its settings

    patch("templateReferencing: Strict\n")
    yield
    patch(None)


def create(tabtwin: Installation, **spec: Any) -> str:
    """Create a workflow; its name."""
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "strict-"},
        "spec": spec,
    }
    made = tabtwin.kubectl("create", "-f", "-", "-o", "json", given=json.dumps(document))
    return str(json.loads(made)["metadata"]["name"])


def arguments(**more: str) -> dict[str, Any]:
    """A run's parameters, and those of the cluster's that a submitter would set."""
    given = {"source": "s3://b/t.csv", **EVIL, **more}
    return {"parameters": [{"name": name, "value": value} for name, value in given.items()]}


def pods(tabtwin: Installation, workflow: str) -> list[dict[str, Any]]:
    """The pods of a workflow."""
    return list(tabtwin.read("pods", "-l", f"workflows.argoproj.io/workflow={workflow}")["items"])


def test_a_workflow_of_its_own_templates_is_refused(tabtwin: Installation, strict: None) -> None:
    own = {"name": "own", "container": {"image": "evil.example", "command": ["x"]}}
    name = create(tabtwin, entrypoint="own", templates=[own])

    assert tabtwin.ended(name, 60).status["message"].startswith("workflows must use workflowTemplateRef")
    assert pods(tabtwin, name) == []


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_beside_the_templates_name_is_refused(
    field: str, tabtwin: Installation, strict: None
) -> None:
    name = create(
        tabtwin, workflowTemplateRef={"name": "tabtwin"}, arguments=arguments(), **{field: FIELDS[field]}
    )

    assert "not permitted" in tabtwin.ended(name, 60).status["message"]
    assert pods(tabtwin, name) == []


@pytest.fixture(scope="module")
def entered(tabtwin: Installation, strict: None) -> dict[str, str]:
    """Runs that are entered by another template than ``main``, all at once."""
    inputs = {key: "x" for template in PIPELINE.templates.values() for key in template.inputs} | EVIL
    inputs |= {"parts": json.dumps([{"name": "p", "group": "1", "groups": "1"}])}
    return {
        entrance: create(
            tabtwin,
            workflowTemplateRef={"name": "tabtwin"},
            entrypoint=entrance,
            arguments=arguments(**inputs),
        )
        for entrance in ENTRANCES
    }


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_no_pod_is_made_where_a_run_is_entered_by_another_template(
    entrance: str, tabtwin: Installation, entered: dict[str, str]
) -> None:
    ended = tabtwin.ended(entered[entrance], 240)

    assert ended.phase in {"Failed", "Error"}
    assert pods(tabtwin, ended.name) == []


@pytest.fixture(scope="module")
def first_pod(tabtwin: Installation, strict: None) -> dict[str, Any]:
    """The pod of ``ingest`` of a run whose submitter would set all that is the cluster's own."""
    name = tabtwin.submit({"source": "s3://b/t.csv", **EVIL})
    (pod,) = wait_for("its first pod", 60, lambda: pods(tabtwin, name))
    tabtwin.argo("terminate", name)
    return dict(pod["spec"])


def test_a_parameter_changes_nothing_of_what_is_the_clusters_own(
    tabtwin: Installation, first_pod: dict[str, Any]
) -> None:
    settings = tabtwin.read("configmap", "tabtwin")["data"]
    (main,) = [found for found in first_pod["containers"] if found["name"] == "main"]

    assert main["image"].startswith(f"{settings['registry']}/tabtwin-ingest:")
    assert f"--store={settings['store']}" in main["args"]
    assert first_pod["nodeSelector"] == json.loads(settings["cpu-selector"])
    assert first_pod["activeDeadlineSeconds"] == int(settings["step-seconds"])
    assert main["resources"]["limits"]["cpu"] == settings["cpu-limit"]
    assert (settings["memory-small"], main["resources"]["limits"]["memory"]) == ("1024", "1Gi")
    assert main["resources"]["requests"]["cpu"] == settings["cpu-request"]
    # All that a submitter sets stands in one word, from which a step takes its options and nothing else.
    (told,) = [word for word in main["args"] if word.startswith("--settings=")]
    assert {found["name"]: found["value"] for found in json.loads(told[11:])}.items() >= EVIL.items()
    assert not set(from_parameters(PARAMS["ingest"], told[11:]).values()) & set(EVIL.values())
    assert "evil" not in json.dumps(_without(first_pod, told))
    assert not first_pod.get("hostNetwork")


def _without(pod: dict[str, Any], word: str) -> dict[str, Any]:
    """A pod less a word of its command, and Argo's own note of the template, which repeats that word."""
    kept: dict[str, Any] = json.loads(json.dumps(pod).replace(json.dumps(word), '""'))
    for container in (*kept["initContainers"], *kept["containers"]):
        container["env"] = [item for item in container["env"] if item["name"] != "ARGO_TEMPLATE"]
    return kept


def test_a_pod_keeps_what_it_is_locked_by(first_pod: dict[str, Any]) -> None:
    assert first_pod["serviceAccountName"] == "tabtwin"
    assert first_pod["automountServiceAccountToken"] is False
    for container in (*first_pod["initContainers"], *first_pod["containers"]):
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
