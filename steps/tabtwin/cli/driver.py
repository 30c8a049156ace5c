"""Drive a run on this machine: lease it, run its workflow, deliver what it made, and say how it ended."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import Mapping
from pathlib import Path

from tabtwin.cli.terminal import open_watcher, summarize
from tabtwin.lib.errors import InputError
from tabtwin.pipeline.finish import Ending
from tabtwin.runner import deliver, folder, inputs, workflow
from tabtwin.runner.engine import Engine, Node, ending
from tabtwin.runner.events import Watcher
from tabtwin.runner.processes import Processes
from tabtwin.store import lease
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store


class Driver:
    """One run: its parameters, its name, and its way through the store and the output folder."""

    def __init__(
        self,
        pipeline: workflow.Workflow,
        chosen: Mapping[str, str],
        out: folder.Folder,
        store: Store,
        processes: Processes,
        style: str,
        *,
        embedded: bool,
    ) -> None:
        self.pipeline, self.chosen, self.out, self.store = pipeline, chosen, out, store
        self.processes = processes
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
                    node, pool = asyncio.run(self._work(watcher))
                    ended = _ending(node)
                    code = deliver.deliver(Run(self.store, self.name), self.out, ended, pool=pool)
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

    async def _work(self, watcher: Watcher) -> tuple[Node, bytes | None]:
        """Run the workflow; return its end, and the raw pool as it is delivered."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        slots = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        try:
            with self.out.scratch() as scratch:
                engine = Engine(
                    self.pipeline,
                    self.parameters,
                    {"store": self.store.url},
                    self.owner,
                    self.processes.run,
                    watcher,
                    slots,
                    scratch,
                )
                node = await engine.run()
                return node, await self._spelled_pool(scratch / "pool.csv")
        finally:
            self.processes.close()

    async def _spelled_pool(self, file: Path) -> bytes | None:
        """Return the pool as a process writes it that has pandas loaded; ``None`` if it could not."""
        words = deliver.pool_words(self.store.url, self.name, file)
        code, _ = await self.processes.run(words, lambda line: None)
        return file.read_bytes() if code == 0 else None


def _ending(node: Node) -> Ending | None:
    """Return the task that ended the run, or ``None`` if it went well."""
    ended = ending(node) if node.state != "Succeeded" else None
    return Ending(task=ended.name, code=ended.code, reason=ended.reason) if ended else None


def store_for(url: str, out: folder.Folder) -> Store:
    """Return the store at ``url``, or the one that the output folder holds."""
    if url.startswith("memory://"):
        raise InputError(f"--store: expected one that a run's processes share, found {url}; name another")
    return open_store(url or str(out.store.absolute()))
