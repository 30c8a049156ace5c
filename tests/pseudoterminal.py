"""A real pseudo-terminal of any width, and what a command draws on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Sequence

ROWS = 40
UNSET = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""What would speak louder than the terminal does."""
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[0-9;]*m")
MOVES = re.compile(r"\x1b\[[0-9]*[ABK]|\r\n?|\n")


def drawn(words: Sequence[str], columns: int, **environment: str) -> tuple[int, str]:
    """Run a command there; its exit code, and all that it wrote, escape codes and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    settings = kept | {"TERM": "xterm-256color"} | environment
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env=settings) as process:
        os.close(theirs)
        written = b""
        while part := _read(ours):
            written += part
    os.close(ours)
    return process.returncode, written.decode()


def lines(written: str) -> list[str]:
    """Every line that was ever in view, without escape codes and the spaces that end it."""
    return [ESCAPE.sub("", line).rstrip() for line in MOVES.split(written)]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # as Linux says that the other end is closed
        return b""
