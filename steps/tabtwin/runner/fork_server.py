"""A process that loads the libraries once, and forks a step from itself on request.

Importing pandas, scikit-learn and torch takes seconds, and a run has some twenty processes. What later steps
need is loaded while the first ones run. Otherwise a forked step is like a container's: it gets its own
environment and stdout, and can be killed.
Runs as ``python -m tabtwin.runner.fork_server FD``, with FD a socket to the driver: see :mod:`processes`.
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
from contextlib import suppress

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


def serve(driver: socket.socket) -> None:
    """Fork steps as the driver asks, and report how each ended, until the driver closes the socket."""
    # What is imported stays: looking through it for garbage takes a fifth of the time that importing takes.
    gc.disable()
    from tabtwin.runner import preloading

    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    ahead = list(reversed(preloading.STEPS))
    watched: list[socket.socket | int] = [driver, wake]
    living: set[int] = set()
    heard, files = b"", list[int]()
    while True:
        ready = select.select(watched, [], [], IDLE_SECONDS if ahead else None)[0]
        if not ready:
            preloading.preload(ahead.pop())
        if wake in ready:
            os.read(wake, 4096)
            living -= set(_report(driver))
        if driver in ready:
            data, more, _, _ = socket.recv_fds(driver, MESSAGE_BYTES, MOST_FILES)
            if not data:
                _end(living)
                return
            # A stream joins and parts what was sent: a line is an order, and its file came no later than it.
            *lines, heard = (heard + data).split(b"\n")
            files += more
            for line in lines:
                stdout, *files = files
                order = json.loads(line)
                preloading.preload_for(order["words"])
                living.add(_fork(driver, order, stdout, files))


def _end(living: set[int]) -> None:
    """Kill the steps of a driver that is gone, where the kernel does not (macOS)."""
    for child in living:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _fork(driver: socket.socket, order: dict[str, object], stdout: int, others: list[int]) -> int:
    """Fork a step; return its process number. ``others`` are the files of orders that wait."""
    words = [str(word) for word in order["words"]]  # type: ignore[attr-defined] # a list, from the driver
    assert threading.active_count() == 1, "a fork would lose the other threads' locks"
    gc.freeze()  # the child need not look through what is here, which would copy it
    child = os.fork()
    if child == 0:
        for other in others:
            os.close(other)
        _become_step(driver, words, stdout)
    os.close(stdout)
    send(driver, {"order": order["order"], "pid": child})
    return child


def send(to: socket.socket, message: object, *files: int) -> None:
    """Send a line of JSON, and files with it."""
    line = json.dumps(message).encode() + b"\n"
    sent = socket.send_fds(to, [line], files) if files else 0
    to.sendall(line[sent:])


def _become_step(driver: socket.socket, words: list[str], stdout: int) -> None:
    """Run the step in the child as its own process would, and exit."""
    from tabtwin.pipeline.task import run_task

    code = 1
    try:
        gc.enable()
        die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        driver.close()
        os.dup2(stdout, 1)
        code = run_task(words[1:])
        sys.stdout.flush()
    except TabtwinError as error:
        code = error.code
    finally:
        os._exit(code)


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
    serve(socket.socket(fileno=int(sys.argv[1])))
