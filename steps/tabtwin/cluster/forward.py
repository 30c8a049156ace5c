"""Forward a port on this machine to a Service inside the cluster, through the API server.

Each connection goes to a pod of the Service that is ready then, so a restarted pod or a lost connection costs
the user one try.
"""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kubernetes import stream
from kubernetes.client.exceptions import ApiException
from websocket import ABNF, WebSocketException

from tabtwin.cluster.access import ANSWER_SECONDS, Cluster, DeniedError, UnreachableError, answers
from tabtwin.lib.errors import TabtwinError

READY_SECONDS = 45.0
"""How long a connection waits for a pod to be ready; a restarted store takes some seconds."""
CHUNK_BYTES = 1 << 16

_HOST = re.compile(r"([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\..+)?")
_DATA, _ERROR = 0, 1
_REFUSED = re.compile(r"Handshake status (\d+)")


class Service(NamedTuple):
    """A port of a Service."""

    name: str
    namespace: str
    port: int


class Target(NamedTuple):
    """A port of a pod."""

    pod: str
    namespace: str
    port: int


def service_of(endpoint: str) -> Service | None:
    """Return the Service of a URL, or ``None`` if it leads to none.

    >>> service_of("http://store.tabtwin.svc:9000")
    Service(name='store', namespace='tabtwin', port=9000)
    """
    url = urlsplit(endpoint)
    found = _HOST.fullmatch(url.hostname or "")
    port = url.port or (443 if url.scheme == "https" else 80)
    return Service(found[1], found[2], port) if found else None


@contextmanager
def forwarded(cluster: Cluster, service: Service) -> Iterator[int]:
    """Forward a free port of the loopback interface while the body runs; yields the port.

    Raises:
        UnreachableError: if no pod of the Service is ready.
        DeniedError: if the user may not forward ports.
    """
    _connect(cluster, service).close()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=_serve, args=(cluster, service, server), daemon=True, name="forward").start()
        yield server.getsockname()[1]


def _serve(cluster: Cluster, service: Service, server: socket.socket) -> None:
    """Accept connections until the socket is closed."""
    while True:
        try:
            local, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_carry, args=(cluster, service, local), daemon=True, name="forwarded").start()


def _carry(cluster: Cluster, service: Service, local: socket.socket) -> None:
    """Carry one connection from its first byte to its last; however it ends, both sides are closed."""
    with (
        closing(local),
        suppress(TabtwinError, OSError, WebSocketException),
        closing(_connect(cluster, service)) as remote,
    ):
        _pump(local, remote)


def _pump(local: socket.socket, remote: Any) -> None:
    """Carry bytes both ways until either side is done.

    The pod's bytes come in frames that begin with a channel's number: data or error. The first frame of each
    only repeats the port.
    """
    opened: set[int] = set()
    while True:
        # TLS may hold a frame that the socket no longer shows.
        waiting = getattr(remote.sock, "pending", int)()
        ready = [remote.sock] if waiting else select.select([local, remote.sock], [], [])[0]
        if remote.sock in ready:
            kind, frame = remote.recv_data_frame(control_frame=True)
            if kind == ABNF.OPCODE_CLOSE:
                return
            if kind == ABNF.OPCODE_BINARY and frame.data:
                channel = frame.data[0]
                if channel in opened and channel == _ERROR:
                    return
                if channel in opened:
                    local.sendall(frame.data[1:])
                opened.add(channel)
        if local in ready:
            data = local.recv(CHUNK_BYTES)
            if not data:
                return
            remote.send_binary(bytes([_DATA]) + data)


def _connect(cluster: Cluster, service: Service) -> Any:
    """Open a websocket to a ready pod of the Service; wait for one for a while."""
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            return _open(cluster, _ready_pod(cluster, service))
        except UnreachableError:
            if time.monotonic() > until:
                raise
        time.sleep(1.0)


def _open(cluster: Cluster, target: Target) -> Any:
    call: Callable[..., Any] = stream.stream
    core = cluster.fresh_core()
    connect = core.connect_get_namespaced_pod_portforward
    try:
        opened = call(connect, target.pod, target.namespace, ports=str(target.port), _preload_content=False)
    except ApiException as error:
        refused = _REFUSED.search(str(error.reason))
        if refused and refused[1] in {"401", "403"}:
            raise DeniedError(
                f"the cluster denies forwarding a port to {target.pod} (create and get pods/portforward); "
                "give --store-endpoint if the store can be reached in another way"
            ) from None
        raise UnreachableError(
            f"expected a port that is forwarded to {target.pod}, found none; try again"
        ) from None
    return opened.sock


def _ready_pod(cluster: Cluster, service: Service) -> Target:
    """Return a pod of the Service that takes connections, and the port that it listens on."""
    with answers():
        read = cluster.core.read_namespaced_service
        spec: Any = read(service.name, service.namespace, _request_timeout=ANSWER_SECONDS).spec
        selector = ",".join(f"{key}={value}" for key, value in (spec.selector or {}).items())
        pods = cluster.core.list_namespaced_pod(
            service.namespace, label_selector=selector, _request_timeout=ANSWER_SECONDS
        )
    targets = [port.target_port or service.port for port in spec.ports if port.port == service.port]
    ready: list[Any] = [pod for pod in pods.items if _is_ready(pod)]
    if not selector or not targets or not ready:
        raise UnreachableError(
            f"expected a ready pod of Service {service.name} in namespace {service.namespace}, found none; "
            "see why the store is not up"
        )
    pod = ready[0]
    named = {port.name: port.container_port for item in pod.spec.containers for port in item.ports or []}
    return Target(pod.metadata.name, service.namespace, int(named.get(targets[0], targets[0])))


def _is_ready(pod: Any) -> bool:
    conditions = {condition.type: condition.status for condition in pod.status.conditions or []}
    return pod.metadata.deletion_timestamp is None and conditions.get("Ready") == "True"
