"""Give orders to a fork server, and hear which processes it forked and how they ended."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

from tabtwin.runner.fork_server import MESSAGE_BYTES, send

T = TypeVar("T")

LOST = -signal.SIGKILL
"""The code of a process that was lost; it is tried again, as a lost pod is."""
NEVER_BORN = -1
"""The number of a process that was lost before it was forked; no process has it."""


class Forked(NamedTuple):
    """A process that was forked: its number, and its exit code once it has one."""

    pid: int
    code: asyncio.Future[int]


class Connection:
    """The driver's end of a socket to a fork server, which may be lost at any time.

    Args:
        ours: Our end of the socket.
        at_end: Called once when the server turns out to be gone.
    """

    def __init__(self, ours: socket.socket, at_end: Callable[[], None]) -> None:
        self._socket = ours
        self._at_end = at_end
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heard = b""
        self._orders = itertools.count()
        self._born: dict[int, asyncio.Future[Forked]] = {}
        self._ended: dict[int, asyncio.Future[int]] = {}
        self.is_lost = False

    async def fork(self, words: Sequence[str], stdout: int) -> Forked:
        """Have a step forked."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._socket, self._hear)
        order = next(self._orders)
        born: asyncio.Future[Forked] = self._loop.create_future()
        self._born[order] = born
        self._send({"order": order, "words": list(words)}, stdout)
        return await born

    def branch(self, server: int, ahead: Sequence[str]) -> None:
        """Have another server forked, with what is loaded by then, which serves the socket ``server``."""
        self._send({"ahead": list(ahead)}, server)

    def lose(self) -> None:
        """Close the socket; what was forked, or would be, counts as lost."""
        if self.is_lost:
            return
        self.is_lost = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
        self._socket.close()
        for ended in self._ended.values():
            _settle(ended, LOST)
        for born in self._born.values():
            never: asyncio.Future[int] = born.get_loop().create_future()
            never.set_result(LOST)
            _settle(born, Forked(NEVER_BORN, never))
        self._at_end()

    def _send(self, message: object, file: int) -> None:
        try:
            send(self._socket, message, file)
        except OSError:
            self.lose()  # the server died unnoticed

    def _hear(self) -> None:
        """Read messages of the server, or notice its end, which is the end of all its children."""
        data = b""
        with suppress(ConnectionError):
            data = self._socket.recv(MESSAGE_BYTES)
        if not data:
            self.lose()
            return
        *lines, self._heard = (self._heard + data).split(b"\n")
        for message in map(json.loads, lines):
            pid = message["pid"]
            if "order" in message:
                self._ended[pid] = asyncio.get_running_loop().create_future()
                _settle(self._born.pop(message["order"]), Forked(pid, self._ended[pid]))
            elif pid in self._ended:  # not a server that was forked
                _settle(self._ended.pop(pid), message["code"])


def _settle(future: asyncio.Future[T], result: T) -> None:
    if not future.done():  # nobody waits for one that was cancelled
        future.set_result(result)
