"""What many tests need: an object store, and a user's folder that is nobody's."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from tabtwin.lib import cpu

os.environ |= cpu.environment()  # as steps run: libraries read it once, when they are loaded

from finished import Finished, finished_run
from seaweed import serving
from tabtwin.store.directory.store import DirectoryStore
from tabtwin.store.memory import MemoryStore
from tabtwin.store.opening import open_store
from tabtwin.store.store import Store

_numbers = itertools.count()

# A slow machine fails no test.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def user_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of the tests' own, so that none signs with the user's key.

    Its key is always the same: seeds are made of it, and with them every twin of a test.
    """
    folder = tmp_path_factory.mktemp("cache")
    key = folder / "tabtwin" / "signing.key"
    key.parent.mkdir()
    key.touch(mode=0o600)
    key.write_text("5eed" * 16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.delenv("TABTWIN_SIGNING_KEY", raising=False)
        yield folder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that drive whole runs: at the end, one worker would wait for the other's.

    Of these, the ones that use no finished run go first: the other worker makes it meanwhile.
    """
    long = {item.path for item in items if item.get_closest_marker("whole_run")}
    waiting = {item.path for item in items if "finished" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path not in long, item.path in waiting))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Call bytes by their argument: what they hold may be another thing in each collection, as a time is."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """No test logs into another one's captured output."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An S3 with the bucket ``tabtwin``, reachable through the AWS variables while tests use it."""
    with serving(tmp_path_factory.mktemp("s3")):
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this session see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def finished(shared: Path, user_cache: Path) -> Finished:
    """A run of ``boost:1`` with a release, which tests leave as it is."""
    return finished_run(shared)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store, as a laptop has it: other processes find it by its URL."""
    return DirectoryStore(tmp_path / "the test's own store")


@pytest.fixture(params=["s3", "directory", "memory"])
def each_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind."""
    if request.param == "s3":
        request.getfixturevalue("s3")
        return open_store(f"s3://tabtwin/each-{next(_numbers)}")
    return MemoryStore() if request.param == "memory" else DirectoryStore(tmp_path / "each store")
