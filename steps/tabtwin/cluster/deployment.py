"""Find out what the chart installed in a namespace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tabtwin import __version__
from tabtwin.cluster.access import TEMPLATES, Cluster, NotThereError
from tabtwin.cluster.workflow_status import Json, Layout, read_layout
from tabtwin.lib.errors import InputError

NAME = "tabtwin"
"""The chart's name of the ConfigMap of parameters and of the WorkflowTemplate."""
ENVIRONMENT = "tabtwin-env"
"""The ConfigMap of the steps' environment variables."""


@dataclass(frozen=True)
class Deployment:
    """The installation's settings.

    Attributes:
        store: The place of all data, ``s3://BUCKET/PREFIX``.
        inside: The store's endpoint for steps; empty for Amazon's.
        outside: The store's endpoint outside the cluster, if the chart names one.
        region: The store's.
        addressing: How buckets are addressed: ``path``, ``virtual`` or ``auto``.
        layout: The WorkflowTemplate's tasks.
    """

    store: str
    inside: str
    outside: str
    region: str
    addressing: str
    layout: Layout


def find(cluster: Cluster) -> Deployment:
    """Look up what is installed in the cluster's namespace.

    Raises:
        InputError: if tabtwin or Argo is missing, or tabtwin is of another version than this one.
        DeniedError: if the user may not read it.
    """
    try:
        parameters, environment = cluster.config_map(NAME), cluster.config_map(ENVIRONMENT)
    except NotThereError:
        raise InputError(
            f"expected tabtwin in namespace {cluster.namespace!r}, found it not installed; install its chart "
            "there, or name another namespace (--namespace, --context)"
        ) from None
    spec = _template(cluster)["spec"]
    check_version(spec, parameters)
    return Deployment(
        store=parameters["store"],
        inside=environment.get("AWS_ENDPOINT_URL", ""),
        outside=parameters.get("outside-endpoint", ""),
        region=environment.get("AWS_REGION", ""),
        addressing=environment.get("TABTWIN_S3_ADDRESSING", ""),
        layout=read_layout(spec),
    )


def check_version(spec: Json, parameters: Mapping[str, str]) -> None:
    """Refuse a template, or images, of another version: it may lack options, or read them otherwise.

    Args:
        spec: The template's.
        parameters: What the ConfigMap of parameters holds; its ``version`` is that of the images.

    Raises:
        InputError: naming both.
    """
    images = {_version(item) for item in spec["templates"] if "container" in item}
    versions = sorted(images | ({parameters["version"]} if "version" in parameters else set()))
    if versions != [__version__]:
        raise InputError(
            f"expected tabtwin {__version__} in the cluster, found {' and '.join(versions)}; "
            "install the same version here, or upgrade the chart"
        )


def _version(template: Json) -> str:
    """Return the version of a template's image: its tag in an earlier version, else what it is by default."""
    inputs = {found["name"]: found for found in template.get("inputs", {}).get("parameters", [])}
    if "version" in inputs:
        return str(inputs["version"]["valueFrom"]["default"])
    return str(template["container"]["image"].rpartition(":")[2])


def _template(cluster: Cluster) -> Json:
    try:
        found: Json = cluster.argo("get", TEMPLATES, NAME)
    except NotThereError as error:
        if error.named:
            raise InputError(
                f"expected the WorkflowTemplate {NAME} in namespace {cluster.namespace!r}, found none; "
                "upgrade the chart there"
            ) from None
        raise InputError(
            "expected Argo Workflows in the cluster, found none; install it first, version 3.7 or later"
        ) from None
    return found
