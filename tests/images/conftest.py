"""One run of the whole pipeline by its images, which the tests look at from all sides."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from small import copy_records, small_table
from tabtwin.cli.lines import JsonLines
from tabtwin.runner.engine import Engine, Node
from tabtwin.runner.parameters import pipeline_file
from tabtwin.runner.workflow import load
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.signing import KEY_VARIABLE
from tabtwin.store.store import Store
from tests.images.containers import SIGNING_KEY, Containers, Ended

SETTINGS = {
    "target": "bought",
    "generators": "ctgan:1,tvae:1",
    "epochs": "2",
    "oversample": "3",
    "seed": "1",
}


@dataclass(frozen=True)
class Finished:
    """The run: its store, how its containers ended, and how the workflow did."""

    store: Store
    run: Run
    containers: dict[str, list[Ended]]
    node: Node


@pytest.fixture(scope="session")
def source(s3: None) -> str:
    """A table in a store."""
    open_store("s3://tabtwin/images").put(
        "incoming/customers.csv", small_table().to_csv(index=False).encode()
    )
    return "s3://tabtwin/images/incoming/customers.csv"


@pytest.fixture(scope="session")
def finished(source: str) -> Finished:
    """The pipeline's own graph, each task in a container of its step's image."""
    store = open_store("s3://tabtwin/images/work")
    containers = Containers()
    parameters, settings = SETTINGS | {"source": source, "run": "twin"}, {"store": store.url}
    pipeline = load(pipeline_file().read_text())
    engine = Engine(pipeline, parameters, settings, "w", containers.run, JsonLines(), 2)
    node = asyncio.run(engine.run())
    return Finished(store, Run(store, "twin"), containers.ended, node)


@pytest.fixture(scope="module", autouse=True)
def containers_key() -> Iterator[None]:
    """The key that the containers sign with, for what is read and signed here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, SIGNING_KEY)
        yield


_numbers = itertools.count()


@pytest.fixture
def copy(finished: Finished) -> str:
    """A run of a test's own that used what the finished one did, for a step that is going to fail in it."""
    name, store = f"copy-{next(_numbers)}", finished.store
    copy_records(store, "twin", name)
    return name
