"""Run steps as child processes: with their environment and log lines, and killed when we end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from tabtwin.lib import cpu
from tabtwin.lib.log_lines import LogLine
from tabtwin.runner.connection import Connection, Forked
from tabtwin.runner.fork_server import die_with_parent

PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH"),
    *("TABTWIN_SIGNING_KEY", "NUMBA_CACHE_DIR", "SSL_CERT_FILE", "CUDA_VISIBLE_DEVICES"),
)
"""The part of our environment that a child sees; a pod sees no more."""

FIRST = ("ingest", "train", "score", "weigh", "sample", "screen", "refine")
"""Steps that follow one another; what each needs is loaded while those before it work."""
LATER = ("utility", "audit", "balance", "report", "release")
"""Steps whose libraries a second process loads at the same time, in this order: the largest first."""

LINE_BYTES = 1 << 20
END_SECONDS = 1.0 if sys.platform == "linux" else 5.0
"""How long a fork server may take to end its steps; then it is killed, on Linux its steps with it."""

Said = Callable[[LogLine], None]


def child_environment(store: Mapping[str, str]) -> dict[str, str]:
    """Return a step's whole environment: a few names of ours, fixed CPU settings, the store's credentials."""
    ours = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return ours | cpu.environment() | dict(store)


@contextmanager
def open_processes(environment: Mapping[str, str]) -> Iterator[Processes]:
    """Run steps while the body runs; those that still run at its end are killed.

    Libraries are loaded from now on, before the first step is to run.
    """
    processes = Processes(environment)
    try:
        processes.start()
        yield processes
    finally:
        processes.close()


class Processes:
    """Steps forked from processes that have loaded their libraries; these are restarted if they are lost."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._fork_server: subprocess.Popen[bytes] | None = None
        self._first: Connection | None = None
        self._later: Connection | None = None

    async def run(self, words: Sequence[str], said: Said) -> tuple[int, str]:
        """Run ``tabtwin step …`` to its end; return its exit code and its reason.

        A code below zero (ended by a signal) is treated as Argo treats a lost pod: it is tried again.
        """
        assert words[0] == "tabtwin", f"expected a command of tabtwin's, found {words[0]}"
        read, write = os.pipe()
        forked = await self._fork(list(words[1:]), write)
        os.close(write)
        said(LogLine.of("task.process", pid=forked.pid))
        try:
            reason = await _listen(read, said)
            code = await forked.code
        except asyncio.CancelledError:
            _kill(forked.pid)
            raise
        if code < 0:
            return code, f"ended by {signal.Signals(-code).name}"
        return code, reason if code else ""

    def start(self) -> Connection:
        """Start the first fork server, which loads libraries before it is given an order."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._fork_server = subprocess.Popen(
                [sys.executable, "-m", "tabtwin.runner.fork_server", str(theirs.fileno()), *FIRST],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a library's warning may hold a cell
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for us, and we end our children
                preexec_fn=die_with_parent,
            )
        self._first = Connection(ours, self.close)
        return self._first

    def close(self) -> None:
        """End the fork servers, and with them every step that still runs."""
        first, later, server = self._first, self._later, self._fork_server
        self._first = self._later = self._fork_server = None
        for connection in (later, first):
            if connection is not None:
                connection.lose()
        if server is not None:
            if later is not None:
                with suppress(subprocess.TimeoutExpired):
                    server.wait(END_SECONDS)  # it ends its steps, and the other server
            server.kill()
            server.wait()

    async def _fork(self, words: list[str], stdout: int) -> Forked:
        first = self._first or self.start()
        if words[1] in LATER:
            return await (self._later or self._branch(first)).fork(words, stdout)
        born = asyncio.ensure_future(first.fork(words, stdout))
        await asyncio.sleep(0)  # the step's order comes before the branch's
        if self._later is None and not first.is_lost:
            self._branch(first)
        return await born

    def _branch(self, first: Connection) -> Connection:
        """Have the second fork server forked from the first."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._later = later = Connection(ours, self._lose_later)
            first.branch(theirs.fileno(), LATER)
        return later

    def _lose_later(self) -> None:
        self._later = None


async def _listen(pipe: int, said: Said) -> str:
    """Pass on the log lines of a step until it closes its stdout; return its reason."""
    reason = ""
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb")
    )
    try:
        async for raw in reader:
            line = LogLine.parse(raw)
            if line is not None:
                reason = line.reason or reason
                said(line)
    finally:
        transport.close()
    return reason


def _kill(pid: int) -> None:
    if pid > 0:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
