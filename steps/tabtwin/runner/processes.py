"""Run steps as child processes: with their environment and log lines, and killed when we end."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from tabtwin.lib import cpu
from tabtwin.lib.log_lines import LogLine
from tabtwin.runner.fork_server import MESSAGE_BYTES, die_with_parent, send

PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH"),
    *("TABTWIN_SIGNING_KEY", "NUMBA_CACHE_DIR", "SSL_CERT_FILE", "CUDA_VISIBLE_DEVICES"),
)
"""The part of our environment that a child sees; a pod sees no more."""

LINE_BYTES = 1 << 20
END_SECONDS = 5.0
LOST = -signal.SIGKILL
"""The code of a process that was lost; it is tried again, as a lost pod is."""

Said = Callable[[LogLine], None]


def child_environment(store: Mapping[str, str]) -> dict[str, str]:
    """Return a step's whole environment: a few names of ours, fixed CPU settings, the store's credentials."""
    ours = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return ours | cpu.environment() | dict(store)


@asynccontextmanager
async def open_processes(environment: Mapping[str, str]) -> AsyncIterator[Processes]:
    """Run steps while the body runs; those that still run at its end are killed."""
    processes = Processes(environment)
    try:
        yield processes
    finally:
        processes.close()


class Processes:
    """Steps forked from a process that has loaded their libraries; it is restarted if it was lost."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._orders = itertools.count()
        self._fork_server: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._heard = b""
        self._born: dict[int, asyncio.Future[int]] = {}
        self._ended: dict[int, asyncio.Future[int]] = {}

    async def run(self, words: Sequence[str], said: Said) -> tuple[int, str]:
        """Run ``tabtwin step …`` to its end; return its exit code and its reason.

        A code below zero (ended by a signal) is treated as Argo treats a lost pod: it is tried again.
        """
        assert words[0] == "tabtwin", f"expected a command of tabtwin's, found {words[0]}"
        read, write = os.pipe()
        pid = await self._start(list(words[1:]), write)
        os.close(write)
        said(LogLine.of("task.process", pid=pid))
        ended = self._ended[pid]
        try:
            reason = await _listen(read, said)
            code = await ended
        except asyncio.CancelledError:
            _kill(pid)
            raise
        if code < 0:
            return code, f"ended by {signal.Signals(-code).name}"
        return code, reason if code else ""

    def close(self) -> None:
        """Kill the fork server, and with it every step that still runs."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        if self._fork_server is not None:
            if sys.platform != "linux":
                with suppress(subprocess.TimeoutExpired):
                    self._fork_server.wait(END_SECONDS)  # it ends its steps, which its own death would not
            self._fork_server.kill()
            self._fork_server.wait()
            self._fork_server = None

    async def _start(self, words: list[str], stdout: int) -> int:
        """Have a step forked; return its process number."""
        if self._fork_server is None:
            self._open()
        order, born = next(self._orders), asyncio.get_running_loop().create_future()
        self._born[order] = born
        assert self._socket is not None
        try:
            send(self._socket, {"order": order, "words": words}, stdout)
        except OSError:
            self._lose()  # the fork server died unnoticed
        return int(await born)

    def _open(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._fork_server = subprocess.Popen(
            [sys.executable, "-m", "tabtwin.runner.fork_server", str(theirs.fileno())],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a library's warning may hold a cell
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C is for us, and we end our children
            preexec_fn=die_with_parent,
        )
        theirs.close()
        self._socket, self._heard = ours, b""
        asyncio.get_running_loop().add_reader(ours, self._hear)

    def _hear(self) -> None:
        """Read messages of the fork server, or notice its end, which is the end of all its children."""
        assert self._socket is not None
        data = b""
        with suppress(ConnectionError):
            data = self._socket.recv(MESSAGE_BYTES)
        if not data:
            self._lose()
            return
        *lines, self._heard = (self._heard + data).split(b"\n")
        for message in map(json.loads, lines):
            if "order" in message:
                self._ended[message["pid"]] = asyncio.get_running_loop().create_future()
                self._born.pop(message["order"]).set_result(message["pid"])
            else:
                self._ended.pop(message["pid"]).set_result(message["code"])

    def _lose(self) -> None:
        self.close()
        for future in self._ended.values():
            future.set_result(LOST)
        self._ended.clear()
        for number, born in self._born.items():
            # Never born: give it a number that no process has, and an end.
            self._ended[-1 - number] = asyncio.get_running_loop().create_future()
            self._ended[-1 - number].set_result(LOST)
            born.set_result(-1 - number)
        self._born.clear()


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
