"""Replay the holes of issue 17, each as a user would, and print one line each.

``python -m tests.benchmarks.holes [SECTION ...]`` prints what was tried and what came out. It ends with 1
where a hole is open.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.holes.sections import REPLAYS
from tests.benchmarks.runner import say


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay all holes, or those of some sections."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.holes", description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(REPLAYS)}; all where none is named")
    given = parser.parse_args(arguments)
    replayed = []
    for section in given.sections or REPLAYS:
        with TemporaryDirectory(prefix="tabtwin-holes-") as folder:
            for hole in REPLAYS[section](Path(folder)):
                say(str(hole))
                replayed.append(hole)
    still_open = [hole for hole in replayed if not hole.closed]
    say(f"{len(replayed) - len(still_open)} of {len(replayed)} are closed")
    return 1 if still_open else 0


if __name__ == "__main__":
    sys.exit(main())
