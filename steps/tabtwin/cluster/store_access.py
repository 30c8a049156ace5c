"""Reach the cluster's store from this machine: its endpoint and its credentials."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from tabtwin.cluster.access import ANSWER_SECONDS, Cluster, DeniedError, NotThereError, answers
from tabtwin.cluster.deployment import Deployment
from tabtwin.cluster.forward import forwarded, service_of
from tabtwin.lib.errors import InputError, StoreError
from tabtwin.lib.variables import variables
from tabtwin.store.store import ConflictError, MissingObjectError

SECRET = "tabtwin-store"  # noqa: S105 - its name, nothing secret
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
OWN_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE")
"""Variables with which users name their own credentials."""
LOOPBACK = "127.0.0.1"

TRIES, PAUSE_SECONDS = 4, 5.0

Variables = dict[str, str | None]
T = TypeVar("T")


@contextmanager
def reached(cluster: Cluster, deployment: Deployment, endpoint: str) -> Iterator[None]:
    """Set the usual AWS variables to reach the store while the body runs.

    Args:
        cluster: The cluster, which the store may be inside of.
        deployment: The chart's settings of the store.
        endpoint: The store's endpoint from here, given by the user; empty to find out.

    Raises:
        InputError: if the store cannot be reached from here.
        DeniedError: if a port must be forwarded to it, and the user may not.
    """
    own = endpoint or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")
    seen = own or deployment.outside or deployment.inside
    service = None if own else service_of(seen)
    with ExitStack() as stack:
        keys: Variables = {}
        if service is not None:
            if seen.startswith("https:"):
                raise InputError(
                    f"expected a store without TLS inside the cluster, found {seen}, which a forwarded port "
                    "cannot serve; give --store-endpoint, or set the chart's store.outsideEndpoint"
                )
            seen = f"http://{LOOPBACK}:{stack.enter_context(forwarded(cluster, service))}"
        if service_of(deployment.inside) and not any(os.environ.get(name) for name in OWN_KEYS):
            keys = _keys_of_the_cluster(cluster)
        stack.enter_context(variables(settings(deployment, seen) | keys))
        yield


def with_retries(work: Callable[[], T], *, pause: float = PAUSE_SECONDS) -> T:
    """Do something repeatable with the store, and repeat it if the store fails: it may be restarting.

    Raises:
        StoreError: if it fails for good.
    """
    for _ in range(TRIES - 1):
        try:
            return work()
        except (MissingObjectError, ConflictError):
            raise
        except StoreError:
            time.sleep(pause)
    return work()


def settings(deployment: Deployment, seen: str) -> Variables:
    """Return the store's endpoint, region and addressing; a user's own addressing overrides the chart's."""
    found: Variables = {}
    if seen:
        found |= {"AWS_ENDPOINT_URL": seen, "AWS_ENDPOINT_URL_S3": seen}
    if f"//{LOOPBACK}:" in seen:
        direct = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), LOOPBACK)))
        found |= {"NO_PROXY": direct, "no_proxy": direct}
    if deployment.region:
        found["AWS_REGION"] = deployment.region
    if deployment.addressing and not os.environ.get("TABTWIN_S3_ADDRESSING"):
        found["TABTWIN_S3_ADDRESSING"] = deployment.addressing
    return found


def _keys_of_the_cluster(cluster: Cluster) -> Variables:
    """Return the store's keys if the user may read them; otherwise boto3 looks further, and says what
    to set.
    """
    try:
        with answers():
            secret = cluster.core.read_namespaced_secret(
                SECRET, cluster.namespace, _request_timeout=ANSWER_SECONDS
            )
    except (DeniedError, NotThereError):
        return {}
    data: Mapping[str, str | bytes] = secret.data or {}
    if any(name not in data for name in KEYS):
        return {}
    found: Variables = {name: base64.b64decode(data[name]).decode() for name in KEYS}
    return found | {"AWS_SESSION_TOKEN": None}
