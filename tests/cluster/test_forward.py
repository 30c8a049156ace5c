from __future__ import annotations

import pytest

from tabtwin.cluster.forward import Service, service_of


@pytest.mark.parametrize(
    ("endpoint", "service"),
    [
        ("http://tabtwin-store.data.svc:9000", Service("tabtwin-store", "data", 9000)),
        ("http://minio.storage.svc.cluster.local", Service("minio", "storage", 80)),
        ("https://minio.storage.svc", Service("minio", "storage", 443)),
        ("https://minio.example.org:9000", None),
        ("http://svc.example.svcx:9000", None),
        ("", None),
    ],
)
def test_a_service_is_known_by_its_host(endpoint: str, service: Service | None) -> None:
    assert service_of(endpoint) == service
