"""Commands that tests send signals to, started so that these do what they do by default."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from typing import Any

SENT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE)


def start(words: Sequence[str], **how: Any) -> subprocess.Popen[str]:
    """A command that runs, its stdout a pipe of text; ``how`` goes to ``Popen``.

    A shell has what it starts in the background ignore some signals, and children inherit that.
    """
    return subprocess.Popen(
        words, **({"stdout": subprocess.PIPE, "text": True, "preexec_fn": by_default} | how)
    )


def by_default() -> None:
    """Have this process take signals as one does that was started at a terminal."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SENT)
    for number in SENT:
        signal.signal(number, signal.SIG_DFL)
