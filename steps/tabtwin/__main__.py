"""``tabtwin`` and ``python -m tabtwin``: the environment is fixed before anything loads NumPy."""

import sys

from tabtwin.lib import cpu


def main() -> None:
    """Run one command and exit with its code."""
    cpu.pin()
    from tabtwin.cli import run_command

    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
