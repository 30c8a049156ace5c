"""``tabtwin run``: the whole pipeline on this machine, from a table to a release and its report."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tabtwin.lib import lease
from tabtwin.lib.contract import Run, canonical, sha256
from tabtwin.lib.errors import InputError
from tabtwin.lib.signing import sign
from tabtwin.lib.store import MissingObjectError, Store
from tabtwin.local import deliver, folder, objectstore, workflow
from tabtwin.local.engine import Engine, Node, ending
from tabtwin.local.events import Watcher
from tabtwin.local.failure import failure_page
from tabtwin.local.parsing import ENGINE_ONLY, FILES, check_settings, run_parser
from tabtwin.local.processes import child_environment, open_processes
from tabtwin.local.terminal import open_watcher, summarise


def main(arguments: Sequence[str]) -> int:
    """Run the pipeline; the exit code of the step that ended it."""
    pipeline = workflow.load(workflow.pipeline_file().read_text())
    given = vars(run_parser(pipeline).parse_args(arguments))
    check_settings(given)
    places = {"source": given["TABLE"]} | {name: given[name] for name in FILES if given[name]}
    sources = {name: Source(Path(place).name, read_source(place)) for name, place in places.items()}
    table = sources["source"]
    with folder.hold(Path(given["out"]), table.data, table.name) as out, _store(given["store"], out) as store:
        return _Driver(pipeline, given, out, store, sources).run()


class Source(NamedTuple):
    """A file that the user named: what it is called, and its bytes."""

    name: str
    data: bytes


def read_source(place: str) -> bytes:
    """A file, local or ``s3://``.

    Raises:
        InputError: if there is none.
    """
    if place.startswith("s3://"):
        parent, _, name = place.rpartition("/")
        try:
            return Store.open(parent).get(name)
        except MissingObjectError:
            raise InputError(f"there is no object {place}") from None
    path = Path(place)
    if path.is_dir():
        raise InputError(f"expected a CSV or Parquet file, found a folder at {place}")
    if not path.exists():
        raise InputError(f"there is no file {place}")
    return path.read_bytes()


class _Driver:
    """One run: its parameters, its name, and its way through the store and the output folder."""

    def __init__(
        self,
        pipeline: workflow.Workflow,
        given: Mapping[str, str],
        out: folder.Folder,
        store: Store,
        sources: Mapping[str, Source],
    ) -> None:
        self.pipeline, self.out, self.store = pipeline, out, store
        self.style, self.embedded = given["log"], not given["store"]
        parameters = {
            p.name: given[p.name.replace("-", "_")] for p in pipeline.parameters if p.name not in ENGINE_ONLY
        }
        chosen = {name: text for name, text in parameters.items() if text != ""}
        chosen |= {option: self._upload(source) for option, source in sources.items()}
        # Keyed: the name stands in release/, where a plain digest would let anyone confirm a guessed table.
        self.name = "run-" + sign(canonical(chosen), "run").decode()[:10]
        self.owner = f"{self.name}-{secrets.token_hex(4)}"
        self.parameters = chosen | {"store": store.url, "run": self.name}

    def run(self) -> int:
        """Run the workflow, deliver what it made, and say how it ended."""
        self.out.supersede(self.name)
        with open_watcher(self.style) as watcher:
            self._claim()
            try:
                with lease.held(self.store, self.name, self.owner):
                    node = asyncio.run(self._work(watcher))
                    code = self._deliver(node)
            except asyncio.CancelledError:
                raise KeyboardInterrupt from None
            finally:
                lease.release(self.store, self.name, self.owner)
        summarise(self.style, self.out, ending(node) if code else None)
        return code

    def _claim(self) -> None:
        """Take the run; where the store is our own, whoever held it is dead, since we hold the folder."""
        if self.embedded:
            self.store.delete(lease.lock_key(self.name))

    async def _work(self, watcher: Watcher) -> Node:
        environment = child_environment(_store_variables())
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        slots = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        async with open_processes(environment) as processes:
            engine = Engine(self.pipeline, self.parameters, self.owner, processes.run, watcher, slots)
            return await engine.run()

    def _deliver(self, node: Node) -> int:
        run = Run(self.store, self.name)
        deliver.deliver_private(run, self.out)
        ended = ending(node) if node.state != "Succeeded" else None
        if ended is None:
            deliver.deliver_release(run, self.out)
            return 0
        self.out.supersede("")
        if run.manifest("report") is None:
            self.out.write(self.out.private / "report.html", failure_page(ended, run.failures()))
        return ended.code if ended.code > 0 else 1

    def _upload(self, source: Source) -> str:
        key = f"private/source/{sha256(source.data)[:24]}/{source.name}"
        if not self.store.exists(key):
            self.store.put(key, source.data)
        return f"{self.store.url}/{key}"


@contextmanager
def _store(url: str, out: folder.Folder) -> Iterator[Store]:
    if url:
        yield Store.open(url)
        return
    with objectstore.embedded(out.store):
        yield Store.open(f"s3://{objectstore.BUCKET}")


def _store_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
