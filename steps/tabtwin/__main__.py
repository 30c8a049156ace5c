"""``tabtwin`` and ``python -m tabtwin``: the environment is fixed before anything loads NumPy."""

import os
import sys

from tabtwin.lib import cpu


def main() -> None:
    """Run one command and exit with its code."""
    fixed = cpu.environment()
    if any(os.environ.get(name) != value for name, value in fixed.items()):
        # Python reads its hash seed, and libraries their variables, only at the start of a process.
        os.execve(sys.executable, [sys.executable, "-m", "tabtwin", *sys.argv[1:]], os.environ | fixed)  # noqa: S606
    from tabtwin.cli import run_command

    code = run_command(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # torch takes seconds to take itself down


if __name__ == "__main__":
    main()
