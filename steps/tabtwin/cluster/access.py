"""Connect to a cluster by a kubeconfig's context, and translate its errors into ours, one line each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from pydantic import BaseModel
from urllib3.exceptions import HTTPError

from tabtwin.lib.errors import InputError, IntegrityError, TabtwinError

ANSWER_SECONDS = (5, 30)
"""Time-outs to connect to the API server, and for its answer."""

GROUP, VERSION, WORKFLOWS, TEMPLATES = "argoproj.io", "v1alpha1", "workflows", "workflowtemplates"


class UnreachableError(InputError):
    """The API server cannot be reached; if it once could, it may only be away for a moment."""


class NotThereError(InputError):
    """The cluster has no such object; ``named`` is false if it does not even know the kind."""

    def __init__(self, message: str, *, named: bool) -> None:
        super().__init__(message)
        self.named = named


class TakenError(TabtwinError):
    """An object of this name exists already."""


class DeniedError(IntegrityError):
    """The cluster does not allow this user to do this."""


class Cluster:
    """One namespace of one cluster, reached by one context of the kubeconfig.

    Attributes:
        namespace: Where tabtwin is installed.
        core: Pods, Services, ConfigMaps and Secrets.
        custom: Argo's objects.
    """

    def __init__(self, namespace: str, configuration: client.Configuration) -> None:
        self.namespace = namespace
        self.configuration = configuration
        self.core = self.fresh_core()
        self.custom = client.CustomObjectsApi(self.core.api_client)

    def fresh_core(self) -> client.CoreV1Api:
        """Return a new client; a stream alters its client while it opens, so threads must not share one."""
        return client.CoreV1Api(client.ApiClient(self.configuration))

    def config_map(self, name: str) -> dict[str, str]:
        """Return the data of a ConfigMap."""
        with answers():
            found = self.core.read_namespaced_config_map(
                name, self.namespace, _request_timeout=ANSWER_SECONDS
            )
        return dict(found.data or {})

    def argo(self, call: str, plural: str, *words: Any, **options: Any) -> Any:
        """Call a method of Argo's objects, as in ``argo("get", WORKFLOWS, NAME)``; return its JSON."""
        method: Callable[..., Any] = getattr(self.custom, f"{call}_namespaced_custom_object")
        seconds = {"_request_timeout": ANSWER_SECONDS} | options
        with answers():
            return method(GROUP, VERSION, self.namespace, plural, *words, **seconds)


def connect(context: str, namespace: str) -> Cluster:
    """Return the cluster of a kubeconfig's context; empty names mean its own.

    Raises:
        InputError: if there is no kubeconfig, or no such context in it.
    """
    # urllib3 warns of every connection that it tries again; a final failure is reported anyway.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    try:
        list_contexts: Callable[[], Any] = config.list_kube_config_contexts
        contexts, current = list_contexts()
        found = {item["name"]: item for item in contexts}
        if context and context not in found:
            raise InputError(
                f"--context: expected one of the kubeconfig's ({', '.join(sorted(found))}), "
                f"found {context!r}; name one of them"
            )
        chosen = found[context] if context else current
        configuration = client.Configuration()
        load: Callable[..., None] = config.load_kube_config
        load(context=context or None, client_configuration=configuration)
    except config.ConfigException as error:
        raise InputError(f"expected a kubeconfig, found none: {_one_line(error)}; set KUBECONFIG") from None
    except OSError as error:
        raise InputError(
            f"expected a kubeconfig that can be read, found {error.strerror} at {error.filename}; "
            "correct KUBECONFIG"
        ) from None
    configuration.retries = False
    return Cluster(namespace or chosen["context"].get("namespace") or "default", configuration)


@contextmanager
def answers() -> Iterator[None]:
    """Turn the client's errors into ours.

    Raises:
        UnreachableError: if the API server does not answer.
        NotThereError: if there is no such object.
        TakenError: if an object of this name exists.
        DeniedError: if the user is unknown or may not do this.
        TabtwinError: for any other answer.
    """
    try:
        yield
    except ApiException as error:
        raise _translated(error) from None
    except (HTTPError, OSError) as error:
        raise UnreachableError(
            f"the cluster does not answer ({_one_line(error)}); is the kubeconfig's context the right one?"
        ) from None


def _translated(error: ApiException) -> TabtwinError:
    status = _status(error)
    message = " ".join((status.message or str(error.reason or "")).split())
    if error.status == 401:
        return DeniedError("the cluster does not accept the kubeconfig's credentials; log in again")
    if error.status == 403:
        return DeniedError(f"the cluster denies access: {message}")
    if error.status == 404:
        return NotThereError(message, named=bool(status.details and status.details.name))
    if error.status == 409:
        return TakenError(message)
    if error.status in {400, 422}:
        return InputError(f"the cluster refuses this: {message}")
    if not error.status or error.status >= 500 or error.status == 429:
        return UnreachableError(f"the cluster does not answer as it should: {message}")
    return TabtwinError(f"the cluster answered {error.status}: {message}")


class _Details(BaseModel):
    """The object that an answer is about."""

    name: str | None = None


class _Status(BaseModel):
    """A Kubernetes ``Status``, as far as it matters here."""

    message: str | None = None
    details: _Details | None = None


def _status(error: ApiException) -> _Status:
    """Return the Kubernetes ``Status`` in an error's body, or an empty one."""
    try:
        return _Status.model_validate_json(error.body or "")
    except ValueError:
        return _Status()


def _one_line(error: Exception) -> str:
    """Return an error's first words; urllib3 wraps the reason in its own."""
    reason = getattr(error, "reason", None) or error
    return " ".join(str(reason).split())[:200]
