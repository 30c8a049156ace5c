"""A process that loads the libraries once, and forks a step from itself on request.

Importing pandas, scikit-learn and torch takes seconds, and a run has some twenty processes. What later steps
need is loaded while the first ones run, some of it in a second such process, which is forked from the first.
Otherwise a forked step is like a container's: it gets its own environment and stdout, and can be killed.
Runs as ``python -m tabtwin.runner.fork_server FD STEP ...``, with FD a socket to the driver, and the steps
whose libraries to load: see :mod:`processes`.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path

from tabtwin.lib.errors import TabtwinError

IDLE_SECONDS = 0.1
"""After so long without an order a step is at work, and what later ones need can be loaded meanwhile."""

MESSAGE_BYTES = 1 << 18
MOST_FILES = 64
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel kill this new child when its parent dies, however that happens (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def serve(driver: socket.socket, steps: Sequence[str]) -> None:
    """Fork what the driver asks for, and report how each ended, until the driver closes the socket.

    Args:
        driver: The socket.
        steps: Steps whose libraries are loaded when there is nothing else to do, in this order.
    """
    # What is imported stays: looking through it for garbage takes a fifth of the time that importing takes.
    gc.disable()
    from tabtwin.runner import preloading

    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    ahead: Iterator[str] | None = chain.from_iterable(map(preloading.preload, steps))
    patience = 0.0
    watched: list[socket.socket | int] = [driver, wake]
    at_work, servers = set[int](), set[int]()
    heard, files = b"", list[int]()
    while True:
        ready = select.select(watched, [], [], patience if ahead else None)[0]
        patience = IDLE_SECONDS if ready else 0.0
        if ahead and not ready and next(ahead, None) is None:
            ahead = None
        if wake in ready:
            os.read(wake, 4096)
            ended = set(_report(driver))
            at_work, servers = at_work - ended, servers - ended
        if driver in ready:
            data, more, _, _ = socket.recv_fds(driver, MESSAGE_BYTES, MOST_FILES)
            if not data:
                _end(at_work, servers)
                return
            # A stream joins and parts what was sent: a line is an order, and its file came no later than it.
            *lines, heard = (heard + data).split(b"\n")
            files += more
            for line in lines:
                file, *files = files
                order = json.loads(line)
                if "words" in order:
                    if order["words"][0] == "step":
                        preloading.preload_for(order["words"])
                    work = partial(_become_step, order["words"], file)
                else:
                    preloading.preload_kernels()
                    work = partial(_become_server, order["ahead"], file)
                child = _fork(work, close=[driver.fileno(), wake, woken, *files])
                os.close(file)
                if "words" in order:
                    at_work.add(child)
                    send(driver, {"order": order["order"], "pid": child})
                else:
                    servers.add(child)


def _end(at_work: Iterable[int], servers: Iterable[int]) -> None:
    """Kill the steps of a driver that is gone, and wait until they and other servers ended.

    A server sees by itself that the driver is gone, and must end its own steps.
    """
    for child in at_work:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    for child in (*at_work, *servers):
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def _fork(work: Callable[[], int], close: Iterable[int]) -> int:
    """Fork a process that does ``work``, without these files, and exits with its code; return its number."""
    assert threading.active_count() == 1, "a fork would lose the other threads' locks"
    gc.freeze()  # the child need not look through what is here, which would copy it
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for file in close:
            os.close(file)
        code = work()
    finally:
        os._exit(code)


def _become_server(ahead: Sequence[str], file: int) -> int:
    """Serve another socket, with what is loaded so far."""
    serve(socket.socket(fileno=file), ahead)
    return 0


def _become_step(words: Sequence[str], stdout: int) -> int:
    """Run the step in the child as its own process would, or write the pool."""
    from tabtwin.pipeline.task import run_task
    from tabtwin.runner.deliver import POOL, write_pool

    gc.enable()
    os.dup2(stdout, 1)
    try:
        if words[0] == POOL:
            write_pool(words[1], words[2], Path(words[3]))
            return 0
        code = run_task(words[1:])
        sys.stdout.flush()
    except TabtwinError as error:
        code = error.code
    return code


def send(to: socket.socket, message: object, *files: int) -> None:
    """Send a line of JSON, and files with it."""
    line = json.dumps(message).encode() + b"\n"
    sent = socket.send_fds(to, [line], files) if files else 0
    to.sendall(line[sent:])


def _report(driver: socket.socket) -> list[int]:
    """Reap every child that ended; return their process numbers."""
    ended: list[int] = []
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if child == 0:
            return ended
        ended.append(child)
        send(driver, {"pid": child, "code": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
    os._exit(0)  # there is nothing to put away, which takes long
