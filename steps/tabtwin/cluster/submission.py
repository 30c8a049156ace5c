"""Create the workflow of a run from the installed template, or find the one that exists already."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tabtwin.cluster.access import GROUP, VERSION, WORKFLOWS, Cluster, NotThereError
from tabtwin.cluster.deployment import NAME
from tabtwin.cluster.workflow_status import ENDED, Json
from tabtwin.lib.errors import TabtwinError
from tabtwin.runner.folder import Folder
from tabtwin.store import lease
from tabtwin.store.store import Store

UNFINISHED = "workflows.argoproj.io/completed!=true"
POLL_SECONDS = 2.0


@dataclass(frozen=True)
class Created:
    """A workflow that exists in the cluster.

    Attributes:
        name: Its name.
        uid: What no other workflow of this name has.
    """

    name: str
    uid: str

    @classmethod
    def of(cls, workflow: Json) -> Created:
        """Return which workflow it is."""
        return cls(str(workflow["metadata"]["name"]), str(workflow["metadata"]["uid"]))


def create(cluster: Cluster, parameters: Mapping[str, str]) -> Created:
    """Create a workflow with these parameters."""
    return Created.of(cluster.argo("create", WORKFLOWS, workflow(parameters)))


def workflow(parameters: Mapping[str, str]) -> Json:
    """Return a workflow of the installed template."""
    given = [{"name": name, "value": value} for name, value in parameters.items()]
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": "Workflow",
        "metadata": {"generateName": f"{NAME}-"},
        "spec": {"workflowTemplateRef": {"name": NAME}, "arguments": {"parameters": given}},
    }


def computed_on(chosen: Mapping[str, str], pool: str) -> dict[str, str]:
    """Return a pool's device, as ``train`` reads it: the place of a pod is not part of a run's name."""
    return {"device": "cuda"} if pool == "gpu" and chosen.get("device", "auto") == "auto" else {}


def find(cluster: Cluster, out: Folder, run: str) -> Created | None:
    """Find the workflow that drives this run now, or that an earlier command left for us to fetch from."""
    if remembered := _remembered(cluster, out, run):
        return remembered
    found = driving(cluster.argo("list", WORKFLOWS, label_selector=UNFINISHED)["items"], run)
    return Created.of(found) if found is not None else None


def driving(workflows: Iterable[Json], run: str) -> Json | None:
    """Return the one of these workflows that drives a run and has not ended."""
    for found in workflows:
        spec = found.get("spec", {})
        given = {item["name"]: item.get("value") for item in spec.get("arguments", {}).get("parameters", [])}
        is_ours = spec.get("workflowTemplateRef", {}).get("name") == NAME and given.get("run") == run
        if is_ours and found.get("status", {}).get("phase") not in ENDED and not spec.get("shutdown"):
            return found
    return None


def remember(out: Folder, run: str, found: Created) -> None:
    """Record in the output folder which workflow to fetch from, should this command not get to it."""
    note = {"run": run, "workflow": found.name, "uid": found.uid}
    out.write(out.private / "workflow.json", json.dumps(note).encode())


def forget(out: Folder) -> None:
    """Remove that record once it was fetched from."""
    (out.private / "workflow.json").unlink(missing_ok=True)


def await_lease(store: Store, run: str) -> None:
    """Wait out the lease of a driver that died; a workflow that is deleted cannot give its own back.

    Raises:
        HeldError: if its owner is alive, and therefore drives it from outside this cluster's namespace.
    """
    until = time.monotonic() + lease.LEASE_SECONDS + lease.RENEW_SECONDS
    while lease.is_held(store, run):
        if time.monotonic() > until:
            raise lease.HeldError(f"run {run} is held by another driver, outside this namespace; wait for it")
        time.sleep(POLL_SECONDS)


def _remembered(cluster: Cluster, out: Folder, run: str) -> Created | None:
    try:
        note = json.loads((out.private / "workflow.json").read_text())
        found = Created.of(cluster.argo("get", WORKFLOWS, note["workflow"]))
    except (FileNotFoundError, NotThereError):
        return None
    except (ValueError, KeyError) as error:
        raise TabtwinError(f"{out.private / 'workflow.json'} is damaged; remove it") from error
    return found if (note["run"], note["uid"]) == (run, found.uid) else None
