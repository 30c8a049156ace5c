"""Steps as child processes: their environment, their log lines, and their end with ours."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tabtwin.lib import cpu

PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH"),
    *("TABTWIN_SIGNING_KEY", "NUMBA_CACHE_DIR", "SSL_CERT_FILE", "AWS_CA_BUNDLE", "CUDA_VISIBLE_DEVICES"),
)
"""What a child sees of our environment; a pod would not see more either."""

LINE_BYTES = 1 << 20
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Called in a new child: have the kernel kill it when we die, however we die (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def child_environment(store: Mapping[str, str]) -> dict[str, str]:
    """A step's whole environment: a few names of ours, the fixed CPU settings, the store's credentials."""
    ours = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return ours | cpu.environment() | dict(store)


async def run_step(
    command: Sequence[str],
    environment: Mapping[str, str],
    said: Callable[[Mapping[str, Any]], None],
) -> tuple[int, str]:
    """Run a step's command to its end; its exit code and the reason that it gave.

    A code below zero (ended by a signal) is what a lost pod is to Argo, and is tried again.
    """
    reason = ""
    program = (sys.executable, "-m", "tabtwin") if command[0] == "tabtwin" else (command[0],)
    process = await asyncio.create_subprocess_exec(
        *program,
        *command[1:],
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a library's warning may hold a cell
        preexec_fn=die_with_parent,
        limit=LINE_BYTES,
    )
    try:
        assert process.stdout is not None
        async for raw in process.stdout:
            line = _parse(raw)
            if line is not None:
                reason = str(line.get("reason", reason))
                said(line)
        code = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if code < 0:
        return code, f"ended by {signal.Signals(-code).name}"
    return code, reason if code else ""


def _parse(raw: bytes) -> dict[str, Any] | None:
    """A log line, or ``None`` where it is none of ours."""
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
