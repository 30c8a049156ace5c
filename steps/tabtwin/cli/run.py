"""``tabtwin run``: the whole pipeline on this machine, from a table to a release and its report."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from tabtwin.cli.parsing import check_settings, run_parser
from tabtwin.cli.terminal import open_watcher, summarize
from tabtwin.lib.errors import InputError
from tabtwin.pipeline.finish import Ending
from tabtwin.runner import deliver, folder, inputs, workflow
from tabtwin.runner.engine import Engine, Node, ending
from tabtwin.runner.events import Watcher
from tabtwin.runner.parameters import pipeline_file
from tabtwin.runner.processes import child_environment, open_processes
from tabtwin.store import lease
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store


def main(arguments: Sequence[str]) -> int:
    """Run the pipeline; return the exit code of the step that ended it."""
    given = vars(run_parser().parse_args(arguments))
    check_settings(given)
    pipeline = workflow.load(pipeline_file().read_text())
    sources = inputs.read_inputs(inputs.places(given["TABLE"], given))
    table = inputs.table_of(sources)
    with folder.hold(Path(given["out"]), table.data, table.name) as out:
        store = store_for(given["store"], out)
        chosen = inputs.settings(pipeline.parameters, given) | inputs.upload_all(store, sources)
        return Driver(pipeline, chosen, out, store, given["log"], embedded=not given["store"]).run()


class Driver:
    """One run: its parameters, its name, and its way through the store and the output folder."""

    def __init__(
        self,
        pipeline: workflow.Workflow,
        chosen: Mapping[str, str],
        out: folder.Folder,
        store: Store,
        style: str,
        *,
        embedded: bool,
    ) -> None:
        self.pipeline, self.chosen, self.out, self.store = pipeline, chosen, out, store
        self.style, self.embedded = style, embedded
        self.name = inputs.run_name(chosen)
        self.owner = f"{self.name}-{secrets.token_hex(4)}"
        self.parameters = {**chosen, "run": self.name}

    def run(self) -> int:
        """Run the workflow, deliver its outputs, and print how it ended."""
        self.out.supersede(self.name)
        with open_watcher(self.style) as watcher:
            self._claim()
            try:
                with lease.held(self.store, self.name, self.owner):
                    node = asyncio.run(self._work(watcher))
                    ended = _ending(node)
                    code = deliver.deliver(Run(self.store, self.name), self.out, ended)
            except asyncio.CancelledError:
                raise KeyboardInterrupt from None
            finally:
                lease.release(self.store, self.name, self.owner)
        if code == 0:
            store = "" if self.embedded else self.store.url
            self.out.remember(folder.RunSettings(run=self.name, store=store, chosen=dict(self.chosen)))
        summarize(self.style, self.out, ended)
        return code

    def _claim(self) -> None:
        """Take the run; in the folder's own store, its former holder must be dead, since we hold the
        folder.
        """
        if self.embedded:
            self.store.delete(lease.lock_key(self.name))

    async def _work(self, watcher: Watcher) -> Node:
        environment = child_environment(variables_for(self.store.url))
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        slots = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        with open_processes(environment) as processes:
            settings = {"store": self.store.url}
            with self.out.scratch() as scratch:
                engine = Engine(
                    self.pipeline,
                    self.parameters,
                    settings,
                    self.owner,
                    processes.run,
                    watcher,
                    slots,
                    scratch,
                )
                return await engine.run()


def _ending(node: Node) -> Ending | None:
    """Return the task that ended the run, or ``None`` if it went well."""
    ended = ending(node) if node.state != "Succeeded" else None
    return Ending(task=ended.name, code=ended.code, reason=ended.reason) if ended else None


def store_for(url: str, out: folder.Folder) -> Store:
    """Return the store at ``url``, or the one that the output folder holds."""
    if url.startswith("memory://"):
        raise InputError(f"--store: expected one that a run's processes share, found {url}; name another")
    return open_store(url or str(out.store.absolute()))


def variables_for(store: str) -> dict[str, str]:
    """Return the environment variables that steps need to reach a store; for a folder, none of the user's
    keys.
    """
    named = ("AWS_", "TABTWIN_S3_") if store.startswith("s3://") else ()
    return {name: value for name, value in os.environ.items() if name.startswith(named)}
