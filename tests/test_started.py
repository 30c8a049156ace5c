"""What tests send signals to takes them, however the suite was started."""

from __future__ import annotations

import signal
import sys

import pytest

from started import start

WAITS = "import signal, sys; print('here', flush=True); signal.pause()"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_the_suite_ignores_ends_a_command_that_it_starts(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with start([sys.executable, "-c", WAITS], stderr=-3) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(number)
            assert process.wait(10) in {-number, 1}  # Python turns SIGINT into an exception
    finally:
        signal.signal(number, before)
