"""What ``helm test`` runs in a pod: a small made-up table, its twin made by the pipeline, and no trace left.

It needs a step's image, for S3, and a service account that may create, read and delete this one workflow.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tabtwin.store import history
from tabtwin.store.inventory import survey
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store

NAME = "tabtwin-test"
SOURCE = f"incoming/{NAME}/customers.csv"
ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
RELEASED = {"synthetic.csv", "synthetic.parquet", "report.html", "metrics.json", "schema.json"}
ENDED = {"Succeeded", "Failed", "Error"}
SETTINGS = {
    "target": "renewed",
    "generators": "boost:1,tvae:1",
    "epochs": "2",
    "oversample": "3",
    "seed": "1",
}

Workflow = Mapping[str, Any]


def main() -> int:
    """Run the demo; 0 where the twin was released, 1 where it was not, and the reasons on stdout."""
    store, public = open_store(os.environ["STORE"]), os.environ["RELEASE"]
    target = open_store(public, role="release") if public else store
    _forget(store, target)
    store.put(SOURCE, table())
    arguments = SETTINGS | {"source": f"{store.url}/{SOURCE}", "run": NAME}
    _say(f"submitting {NAME}: {arguments}")
    _call("POST", "", workflow(arguments))
    ended = _follow()
    released = {key.rpartition("/")[2] for key in target.list(f"release/{NAME}/")}
    reasons = [*_reasons(ended), *(f"not released: {name}" for name in sorted(RELEASED - released))]
    if reasons:
        _say(*reasons, f"the workflow stays to be looked at: argo get {NAME}")
        return 1
    _forget(store, target)
    _say(f"{NAME} went through: {', '.join(sorted(released))}; all that it wrote is removed again")
    return 0


def table(rows: int = 600) -> bytes:
    """Customers who never were, as CSV; always the same."""
    chance = random.Random(5)  # noqa: S311 - nobody's secret
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["age", "income", "region", "member", "visits", "renewed"])
    for _ in range(rows):
        age = chance.randint(18, 79)
        income = round(chance.lognormvariate(10, 0.5), 2)
        region = chance.choices(["north", "south", "east", "west"], [4, 3, 2, 1])[0]
        renewed = "yes" if chance.random() < age / 100 else "no"
        write([age, income, region, chance.random() < 0.3, chance.randint(0, 40), renewed])
    return text.getvalue().encode()


def workflow(arguments: Mapping[str, str]) -> Workflow:
    """A run of the installed template with these parameters."""
    parameters = [{"name": name, "value": value} for name, value in arguments.items()]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": NAME},
        "spec": {"workflowTemplateRef": {"name": "tabtwin"}, "arguments": {"parameters": parameters}},
    }


def _follow() -> Workflow:
    """The workflow once it has ended; says each step's end as it sees it."""
    said: set[str] = set()
    while True:
        time.sleep(3)
        status: Workflow = _call("GET", f"/{NAME}").get("status", {})
        for node in status.get("nodes", {}).values():
            if node["type"] == "Pod" and node["phase"] in ENDED and node["id"] not in said:
                said.add(node["id"])
                _say(f"{node['phase']:9} {node['displayName']}")
        if status.get("phase") in ENDED:
            return status


def _reasons(status: Workflow) -> list[str]:
    """Why a workflow did not succeed; nothing where it did."""
    if status["phase"] == "Succeeded":
        return []
    failed = [node for node in status.get("nodes", {}).values() if node["phase"] in {"Failed", "Error"}]
    said = [f"{node['displayName']}: {node.get('message', '')}" for node in failed if node["type"] == "Pod"]
    return sorted(set(said)) or [str(status.get("message", status["phase"]))]


def _forget(store: Store, target: Store) -> None:
    """Remove this test's workflow, its pods, and all that it wrote and no other run uses."""
    if _call("DELETE", f"/{NAME}", {"propagationPolicy": "Foreground"}, missing_ok=True):
        while _call("GET", f"/{NAME}", missing_ok=True):
            time.sleep(1)
    found = survey(store, held=True)
    judged = store.list(history.place_of(Run(store, NAME))) if NAME in found.runs else []
    prefix = store.url.removeprefix("s3://").partition("/")[2]
    reports = f"{os.environ['REPORTS'].removeprefix(prefix).lstrip('/')}/{NAME}.html"
    going = found.going([NAME], unused=False) if NAME in found.runs else ()
    for key in [*going, *judged, SOURCE, reports]:
        store.delete(key)
    for key in target.list(f"release/{NAME}/"):
        target.delete(key)


def _call(verb: str, path: str, body: Workflow | None = None, *, missing_ok: bool = False) -> Any:
    """Ask the API server about this namespace's workflows."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    namespace = (ACCOUNT / "namespace").read_text()
    server = f"https://{f'[{host}]' if ':' in host else host}:{port}"
    request = urllib.request.Request(  # noqa: S310 - always https
        f"{server}/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows{path}",
        data=json.dumps(body).encode() if body else None,
        headers={
            "Authorization": f"Bearer {(ACCOUNT / 'token').read_text()}",
            "Content-Type": "application/json",
        },
        method=verb,
    )
    trusted = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt")))
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), trusted)
    try:
        with direct.open(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404 and missing_ok:
            return {}
        raise SystemExit(
            f"the API server answered {error.code} to {verb} workflows{path}: {_why(error)}"
        ) from None


def _why(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["message"])
    except (KeyError, TypeError, ValueError):
        return error.reason


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201 - the test's log


if __name__ == "__main__":
    sys.exit(main())
