"""The recorded scenarios, run by Argo in a real cluster."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tabtwin import __version__
from tabtwin.pipeline import finish
from tests.cluster.installation import Installation, Workflow, call, missing_tools, wait_for
from tests.scenarios.table import SCENARIOS, WORKFLOW, Outcome

pytestmark = pytest.mark.cluster

MAY_REPORT = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reports}
rules: [{apiGroups: [argoproj.io], resources: [workflowtaskresults], verbs: [create, patch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reports}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reports}
subjects: [{kind: ServiceAccount, name: default}]
"""
Node = Mapping[str, Any]


@pytest.fixture(scope="module")
def workflows() -> Iterator[dict[str, Workflow]]:
    """Every scenario's workflow, ended; all of them are run at once."""
    assert not missing_tools(), f"these tests need {', '.join(missing_tools())}"
    namespace = Installation(f"scenarios-{uuid.uuid4().hex[:6]}")
    image = f"{os.environ.get('REGISTRY') or 'localhost'}/tabtwin-ingest:{__version__}"
    call("kubectl", "create", "namespace", namespace.namespace)
    try:
        namespace.kubectl("apply", "-f", "-", given=MAY_REPORT)
        namespace.kubectl("apply", "-f", "-", given=WORKFLOW.read_text())
        names = {}
        for scenario, recorded in SCENARIOS.items():
            given = recorded.parameters | {"image": image}
            words = [word for name, value in given.items() for word in ("-p", f"{name}={value}")]
            names[scenario] = namespace.argo(
                "submit", "--from", "workflowtemplate/scenarios", "-o", "name", *words
            ).strip()
        wait_for("their ends", 900, lambda: all(namespace.workflow(n).has_ended for n in names.values()))
        yield {scenario: namespace.workflow(name) for scenario, name in names.items()}
    finally:
        call("kubectl", "delete", "namespace", namespace.namespace, "--wait=false")


def outcomes(workflow: Workflow) -> dict[str, Outcome]:
    """Every task of a workflow, as the table calls it."""
    by_id = {node["id"]: node for node in workflow.nodes}
    found = {}
    for node in workflow.nodes:
        if node["type"] == "Retry":
            tries = [by_id[child] for child in node["children"] if by_id[child]["type"] == "Pod"]
            code = int(tries[-1]["outputs"].get("exitCode", 0)) if tries else 0
            found[_task(node, by_id)] = Outcome(node["phase"], len(tries), code)
        elif node["phase"] in {"Omitted", "Skipped"}:
            found[_task(node, by_id)] = Outcome(node["phase"])
    return found


def _task(node: Node, by_id: Mapping[str, Node]) -> str:
    """``screen``, or ``train/a``: a task that was left out is called after its model, as it has no inputs."""
    step = node["displayName"].partition("(")[0]
    names = [
        given["value"] for given in node.get("inputs", {}).get("parameters", []) if given["name"] == "name"
    ]
    boundary = by_id.get(node.get("boundaryID", ""), {})
    names = names or [given["value"] for given in boundary.get("inputs", {}).get("parameters", [])]
    return "/".join([step, *names[:1]])


def ended_with(workflow: Workflow) -> int:
    """The exit code that ``finish`` finds in what Argo tells its exit handler."""
    failures = [node for node in workflow.nodes if node["phase"] in {"Failed", "Error"}]
    ended = finish.ending(workflow.phase, json.dumps(failures))
    return ended.code if ended else 0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_ends_in_a_cluster_as_recorded(scenario: str, workflows: dict[str, Workflow]) -> None:
    recorded, workflow = SCENARIOS[scenario], workflows[scenario]

    assert outcomes(workflow) == recorded.tasks
    assert workflow.phase == recorded.state
    assert ended_with(workflow) == recorded.code
