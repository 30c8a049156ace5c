"""``tabtwin`` and ``python -m tabtwin``: the environment is fixed before anything loads NumPy."""

import contextlib
import os
import shutil
import sys

from tabtwin.lib import cpu


def main() -> None:
    """Run one command and exit with its code."""
    cpu.fix("-m", "tabtwin", arguments=sys.argv[1:])
    _bring_compiled()
    from tabtwin.cli.main import run_command

    code = run_command(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # torch takes seconds to shut down


def _bring_compiled() -> None:
    """Copy compiled code from an image to numba's cache, which must be a folder that it can write to."""
    shipped, wanted = os.environ.get("TABTWIN_COMPILED"), os.environ.get("NUMBA_CACHE_DIR")
    if shipped and wanted and not os.path.exists(wanted):
        with contextlib.suppress(OSError):  # then it is compiled again
            shutil.copytree(shipped, wanted)


if __name__ == "__main__":
    main()
