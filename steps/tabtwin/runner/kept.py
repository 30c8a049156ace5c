"""Keep real rows in a folder that no process leaves behind: a keeper removes it, or else the next run."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tabtwin.runner.keeper import ENDED, remove

PREFIX = "tabtwin-rows-"
_LOCK = "lock"


class KeptFolder:
    """A folder, and a keeper that runs commands in it."""

    def __init__(self, folder: Path, keeper: subprocess.Popen[str]) -> None:
        self.folder = folder
        self._keeper = keeper

    def run(self, words: Sequence[str]) -> tuple[int, str, str]:
        """Run ``tabtwin WORDS`` to its end, once; return its exit code, its stdout and its stderr."""
        keeper = self._keeper
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        assert keeper.stderr is not None
        errors: list[str] = []
        reader = threading.Thread(target=lambda stream: errors.extend(stream), args=(keeper.stderr,))
        reader.start()
        with suppress(BrokenPipeError):
            keeper.stdin.write(json.dumps([sys.executable, "-m", "tabtwin", *words]) + "\n")
            keeper.stdin.flush()
        said = list(keeper.stdout)
        reader.join()
        ended = json.loads(said.pop()) if said and ENDED in said[-1] else {"code": 1}
        return int(ended["code"]), "".join(said), "".join(errors)


@contextmanager
def kept_folder() -> Iterator[KeptFolder]:
    """Make a private folder that is removed when the body or this process ends."""
    sweep()
    folder = tempfile.mkdtemp(prefix=PREFIX)
    # The keeper holds it, too: only when both are gone is it free.
    lock = os.open(Path(folder, _LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "tabtwin.runner.keeper", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for this process, whose end the keeper sees
            pass_fds=[lock],
        ) as keeper:
            try:
                yield KeptFolder(Path(folder), keeper)
            finally:
                if keeper.stdin is not None:
                    with suppress(BrokenPipeError):
                        keeper.stdin.close()
    finally:
        os.close(lock)
        remove(folder)


def sweep() -> None:
    """Remove folders whose processes were all killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while a process holds it
                remove(str(folder))
            finally:
                os.close(lock)
