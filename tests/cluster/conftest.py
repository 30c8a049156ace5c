"""The chart, installed once for all tests of a cluster, with a store that outlives its pod."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from small import small_table
from tests.cluster.installation import Installation, installation, missing_tools


@pytest.fixture(scope="session")
def tools() -> None:
    """What every test of a cluster needs; without it they fail, for they were asked for."""
    assert not missing_tools(), f"these tests need {', '.join(missing_tools())}"


@pytest.fixture(scope="session")
def tabtwin(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """tabtwin in a namespace of its own; the nodes of a test bed see this machine's folders."""
    folder = tmp_path_factory.mktemp("store")
    folder.chmod(0o777)
    with installation({"devStore.enabled": "true", "devStore.hostPath": str(folder)}) as found:
        yield found


@pytest.fixture(scope="session")
def customers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small table, as a file."""
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    small_table().to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def source(tabtwin: Installation, customers: Path) -> str:
    """The small table, in the cluster's store."""
    with tabtwin.store() as store:
        store.put("incoming/customers.csv", customers.read_bytes())
        return f"{store.url}/incoming/customers.csv"
