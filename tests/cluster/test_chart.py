"""The chart: what it renders is accepted, nonsense is refused, and upgrades and removals lose nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.installation import CHART, Installation, call, install, installation, settings, wait_for

pytestmark = pytest.mark.cluster

ARGO = Path(__file__).parents[2] / "argo"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----"
AWAY = {"networkPolicy.apiServer[0].ipBlock.cidr": "10.0.0.1/32"}
"""What must be said where nothing can be looked up: manifests are rendered without a cluster."""
VALUES = {
    "a bucket of Amazon's, by an identity": {
        "store.bucket": "twins",
        "networkPolicy.anywhere": "true",
        "serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn": "arn:aws:iam::1:role/tabtwin",
    },
    "a store for development": {"devStore.enabled": "true"},
    "what a real cluster needs": {
        "store.bucket": "twins",
        "store.endpoint": "https://s3.example.org:9000",
        "networkPolicy.to[0].ipBlock.cidr": "203.0.113.0/24",
        "store.region": "eu-central-1",
        "store.addressing": "path",
        "store.existingSecret": "true",
        "source.accessKey": "a",
        "source.secretKey": "b",
        "source.endpoint": "https://other.example.org",
        "release.store": "s3://public/twins",
        "release.accessKey": "c",
        "release.secretKey": "d",
        "ca.bundle": CERTIFICATE,
        "proxy.https": "http://proxy.example.org:3128",
        "registry": "registry.example.org/team",
        "imagePullSecrets[0]": "pull",
        "pools.gpu.enabled": "true",
        "pools.gpu.selector.pool": "gpu",
        "signing.existingSecret": "true",
    },
}
NONSENSE = {
    "registry": {"registry": "https://registry.example.org"},
    "endpoint": {"store.bucket": "twins", "store.endpoint": "s3.example.org/path"},
    "store.accessKey": {"store.bucket": "twins", "store.accessKey": "only-one-of-two"},
    "store.bucket": {},
    "devStore.enabled=true": {"devStore.enabled": "true", "store.endpoint": "http://elsewhere:9000"},
    "unknown": {"devStore.enabled": "true", "unknown": "1"},
    "large": {"devStore.enabled": "true", "resources.large": "2Gi"},
    "networkPolicy.to": {"store.bucket": "twins", "store.endpoint": "https://s3.example.org"},
}


def render(values: dict[str, str], *words: str) -> str:
    return call("helm", "template", "tabtwin", str(CHART), *settings(AWAY | values), *words)


def policy(values: dict[str, str], name: str = "tabtwin") -> dict[str, Any]:
    """What a NetworkPolicy of the chart says."""
    (found,) = [
        document
        for document in yaml.safe_load_all(render(values))
        if document and (document["kind"], document["metadata"]["name"]) == ("NetworkPolicy", name)
    ]
    return dict(found["spec"])


@pytest.fixture(scope="module")
def fresh(tools: None) -> Iterator[Installation]:
    """An installation that these tests may change; its data end with its pod."""
    with installation({"devStore.enabled": "true", "devStore.emptyDir": "true"}) as found:
        yield found


def test_argo_finds_no_fault_with_the_pipeline_and_its_examples(tools: None) -> None:
    call("argo", "lint", "--offline", str(ARGO / "pipeline.yaml"), str(ARGO / "examples" / "nightly.yaml"))


def test_the_pipeline_is_installed_as_it_stands(tools: None) -> None:
    documents = yaml.safe_load_all(render(VALUES["a store for development"]))
    (template,) = [document for document in documents if document["kind"] == "WorkflowTemplate"]

    assert template == yaml.safe_load((ARGO / "pipeline.yaml").read_text())


@pytest.mark.parametrize("values", VALUES)
def test_helm_finds_no_fault_with_the_chart(values: str, tools: None) -> None:
    given = settings(AWAY | VALUES[values])

    assert "[ERROR]" not in call("helm", "lint", "--strict", str(CHART), *given)


@pytest.mark.parametrize("values", VALUES)
def test_a_cluster_accepts_all_that_the_chart_renders(values: str, tabtwin: Installation) -> None:
    rendered = render(VALUES[values], "-n", tabtwin.namespace, "--no-hooks")
    documents = [found for found in yaml.safe_load_all(rendered) if found]
    for document in documents:  # none may meet what is installed there already
        document["metadata"]["name"] = f"try-{document['metadata']['name']}"

    tabtwin.kubectl("create", "--dry-run=server", "-f", "-", given=yaml.safe_dump_all(documents))


@pytest.mark.parametrize("named", NONSENSE)
def test_nonsense_is_refused_and_named(named: str, tools: None) -> None:
    words = ["helm", "template", "tabtwin", str(CHART), *settings(AWAY | NONSENSE[named])]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert named in done.stderr.replace("/", ".")


def test_where_the_api_server_is_must_be_said_where_it_cannot_be_looked_up(tools: None) -> None:
    words = ["helm", "template", "tabtwin", str(CHART), *settings(VALUES["a store for development"])]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "networkPolicy.apiServer" in done.stderr


@pytest.mark.parametrize("values", VALUES)
def test_a_pod_reaches_named_peers_alone_unless_anywhere_is_said(values: str, tools: None) -> None:
    anywhere = "networkPolicy.anywhere" in VALUES[values]
    egress = policy(VALUES[values])["egress"]
    open_ports = {port["port"] for rule in egress if not rule.get("to") for port in rule["ports"]}

    assert open_ports == ({443} if anywhere else set())


@pytest.mark.parametrize(
    ("endpoint", "peer"),
    [
        ("http://10.1.2.3:9000", {"ipBlock": {"cidr": "10.1.2.3/32"}}),
        (
            "http://minio.stores.svc:9000",
            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "stores"}}},
        ),
    ],
)
def test_a_store_whose_endpoint_says_where_it_is_needs_no_more(
    endpoint: str, peer: dict[str, Any], tools: None
) -> None:
    egress = policy({"store.bucket": "twins", "store.endpoint": endpoint})["egress"]

    assert {"ports": [{"port": 9000, "protocol": "TCP"}], "to": [peer]} in egress


def test_the_store_admits_argos_server_from_its_own_namespace_only(tools: None) -> None:
    (rule,) = policy(VALUES["a store for development"], "tabtwin-store")["ingress"]
    own, *others = rule["from"]

    assert own == {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "tabtwin"}}}
    assert {peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for peer in others} == {
        "argo"
    }
    assert all(peer["podSelector"]["matchLabels"] for peer in others)


def test_an_installation_lets_pods_reach_the_api_server_where_it_is(fresh: Installation) -> None:
    words = ("kubectl", "get", "endpointslice", "kubernetes", "-n", "default", "-o", "json")
    found = json.loads(call(*words))
    blocks = {f"{address}/32" for endpoint in found["endpoints"] for address in endpoint["addresses"]}
    allowed = {
        peer["ipBlock"]["cidr"]
        for rule in fresh.read("networkpolicy", "tabtwin")["spec"]["egress"]
        if {port["port"] for port in found["ports"]} & {port["port"] for port in rule["ports"]}
        for peer in rule["to"]
        if "ipBlock" in peer
    }

    assert blocks <= allowed


def test_no_pod_of_a_step_gets_a_token_and_the_executor_may_only_report(fresh: Installation) -> None:
    accounts = {
        found["metadata"]["name"]: found["automountServiceAccountToken"]
        for found in fresh.read("serviceaccounts")["items"]
        if found["metadata"]["name"].startswith("tabtwin")
    }
    role = fresh.read("role", "tabtwin-executor")

    assert accounts == {"tabtwin": False, "tabtwin-executor": False}
    assert role["rules"] == [
        {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]}
    ]


def test_an_upgrade_keeps_the_keys_and_a_second_release_is_refused(fresh: Installation) -> None:
    before = {name: fresh.read("secret", name)["data"] for name in ("tabtwin-signing", "tabtwin-store")}

    install(
        fresh.namespace, {"devStore.enabled": "true", "devStore.emptyDir": "true", "resources.large": "3000"}
    )

    assert {name: fresh.read("secret", name)["data"] for name in before} == before
    assert fresh.read("configmap", "tabtwin")["data"]["memory-large"] == "3000"
    words = [
        "helm",
        "install",
        "another",
        str(CHART),
        "-n",
        fresh.namespace,
        *settings(VALUES["a store for development"]),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "has a release of tabtwin already" in done.stderr


def test_helm_test_makes_a_twin_and_leaves_no_trace(fresh: Installation) -> None:
    call("helm", "test", "tabtwin", "-n", fresh.namespace, "--timeout", "900s")

    assert fresh.read("workflows")["items"] == []
    with fresh.store() as store:
        assert store.list("") == []


def test_removing_the_chart_leaves_what_holds_data_and_nothing_else(
    tools: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    folder.chmod(0o777)
    values = {"devStore.enabled": "true", "devStore.hostPath": str(folder)}
    kinds = "all,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies,workflowtemplates,pvc"
    with installation(values) as found:
        with found.store() as store:
            store.put("kept", b"1")
        signing = found.read("secret", "tabtwin-signing")["data"]
        call("helm", "uninstall", "tabtwin", "-n", found.namespace, "--wait")

        def left() -> set[tuple[str, str]]:
            items = found.read(kinds)["items"]
            names = {(item["kind"], item["metadata"]["name"]) for item in items}
            return {pair for pair in names if pair[1].startswith("tabtwin")}

        kept = {("Secret", "tabtwin-signing"), ("PersistentVolumeClaim", "tabtwin-store")}
        wait_for("the store's pod to be gone", 60, lambda: left() <= kept)
        assert left() == kept

        install(found.namespace, values)
        assert found.read("secret", "tabtwin-signing")["data"] == signing
        with found.store() as store:
            assert store.get("kept") == b"1"
