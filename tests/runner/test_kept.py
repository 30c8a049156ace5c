"""No real row is left in a temporary folder, whichever process is killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from started import start
from tabtwin.runner.kept import PREFIX, kept_folder, sweep

SECONDS = 20
MAKES = """
import sys, tabtwin
sys.path.insert(0, "tests")
from small import small_table
tabtwin.run(small_table(), "bought", generators="boost:4")
"""


def until(holds: Callable[[], bool], seconds: float = SECONDS) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def left(temporary: Path) -> list[Path]:
    return list(temporary.glob("tabtwin*"))


def test_a_killed_call_leaves_no_table_within_seconds(temporary: Path) -> None:
    process = start([sys.executable, "-c", MAKES], stderr=-3)
    assert until(lambda: any(temporary.glob(f"{PREFIX}*/out/private/*")), 60)
    assert any(temporary.glob(f"{PREFIX}*/table.parquet"))
    process.kill()
    process.wait()
    assert until(lambda: not left(temporary))


def test_a_command_that_is_killed_leaves_no_folder_and_an_error(temporary: Path) -> None:
    with kept_folder() as kept:
        (kept.folder / "table").write_bytes(b"rows")
        os.kill(kept._keeper.pid, signal.SIGKILL)
        code, _, _ = kept.run(["--version"])
        assert code != 0
    assert left(temporary) == []


def test_a_command_says_how_it_ended_and_what_it_wrote(temporary: Path) -> None:
    with kept_folder() as kept:
        code, said, errors = kept.run(["nonsense"])
        assert (code, said) == (2, "")
        assert errors.startswith("tabtwin: expected the command")
    assert left(temporary) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a child's life to its parent's")
def test_what_a_call_and_its_keeper_leave_that_are_both_killed_goes_with_the_next(temporary: Path) -> None:
    waits = (
        "from tabtwin.runner.kept import kept_folder\n"
        "with kept_folder() as kept:\n"
        "    (kept.folder / 'table').write_bytes(b'rows')\n"
        "    print(kept._keeper.pid, flush=True)\n"
        "    import time; time.sleep(60)\n"
    )
    process = start([sys.executable, "-c", waits])
    assert process.stdout is not None
    keeper = int(process.stdout.readline())
    sweep()
    assert any(temporary.glob(f"{PREFIX}*/table")), "a folder in use was removed"
    os.kill(keeper, signal.SIGSTOP)  # so that it does not see the end of its parent before its own
    process.kill()
    os.kill(keeper, signal.SIGKILL)
    process.wait()
    assert any(temporary.glob(f"{PREFIX}*/table"))
    assert until(lambda: sweep() is None and not left(temporary))
