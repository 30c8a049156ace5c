"""Run a command in a folder of its own, and remove the folder when the parent process ends.

It notices every end of the parent, which holds one end of a pipe that the system then closes. Runs as
``python -m tabtwin.runner.keeper FOLDER``: a line of JSON on stdin has the command's words, and the end of
stdin is the parent's. The last line on stdout is how the command ended. It imports little, to start fast.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

ENDED = "keeper.ended"
"""The event of the last line."""

_GRACE = 5.0
_TURNS, _PAUSE = 100, 0.1
_PR_SET_PDEATHSIG = 1


def main(folder: str) -> None:
    """Keep a folder until the parent ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: None)  # meant for the parent, whose end is what counts
    try:
        if order := sys.stdin.readline():
            _run(json.loads(order))
    finally:
        remove(folder)


def _run(words: Sequence[str]) -> None:
    """Run a command until it or the parent ends, and report how it ended; then wait for the parent."""
    command = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent
    )
    watch = threading.Thread(target=_end_with_parent, args=(command,), daemon=True)
    watch.start()
    code = command.wait()
    with suppress(OSError):
        os.write(1, json.dumps({"event": ENDED, "code": code}).encode() + b"\n")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    watch.join()


def _end_with_parent(command: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1):
        pass
    command.terminate()  # it ends its steps
    try:
        command.wait(_GRACE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(command.pid, signal.SIGKILL)


def remove(folder: str) -> None:
    """Remove a folder that an ending process may still write to."""
    for _ in range(_TURNS):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(_PAUSE)


def _die_with_parent() -> None:
    """Have the kernel kill the command where this process is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
