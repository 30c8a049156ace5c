"""``make bench NAME=tables``, fourth part: broken tables, each by the plain command.

``python -m tests.benchmarks.brokentables`` runs ``tabtwin run TABLE --out DIR --generators boost:4`` on every
table of :mod:`tests.broken`, in a process of its own. Each must end with 2 or 3 and one line, or with a twin
whose columns stand in the source's order and are read as its types; in a minute and 1 GB. The same command
goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.benchmarks.attempt import WORK, Attempt, attempt
from tests.benchmarks.runner import say
from tests.broken import Broken, tables

MOST_SECONDS, MOST_MEGABYTES = 60.0, 1_000.0
ENDS = {0: "a twin", 2: "one line, exit code 2", 3: "refused by a gate, exit code 3"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every table that has not been, and print how all ended."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.brokentables", description=__doc__)
    parser.add_argument("--again", action="store_true", help="run again what earlier code was given")
    given = parser.parse_args(arguments)
    found: dict[str, Attempt] = {}
    for number, broken in enumerate(broken_tables := tables(), start=1):
        folder = WORK / "broken" / f"{number}"
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / broken.file
        source.write_bytes(broken.data)
        one = attempt(source, again=given.again, proposed=False)[0]
        found[broken.name] = one
        say(f"{number} of {len(broken_tables)}: {broken.name}: {one.code}, {one.seconds:.0f} s, {one.line}")
    say(summary(broken_tables, found))
    return 0


def summary(broken: Sequence[Broken], found: Mapping[str, Attempt]) -> str:
    """How many ended how, what they took at most, and what is not as it must be; in Markdown."""
    counts = Counter(ENDS.get(one.code, f"exit code {one.code}") for one in found.values())
    lines = [f"- {count} of {len(found)}: {how}" for how, count in sorted(counts.items())]
    seconds, megabytes = (
        max(getattr(one, name) for one in found.values()) for name in ("seconds", "megabytes")
    )
    lines.append(f"- at most {seconds:.0f} seconds and {megabytes:,.0f} MB")
    faults = [f"- {one.name}: {fault}" for one in broken for fault in _faults(one, found[one.name])]
    return "\n".join(["### Broken tables", "", *lines, "", *faults])


def _faults(broken: Broken, found: Attempt) -> Iterator[str]:
    if found.code not in ENDS:
        yield f"exit code {found.code}"
    if found.code == 2 and (broken.said not in found.line or "\n" in found.line or not found.line):
        yield f"another line than {broken.said!r}: {found.line}"
    if broken.said and found.code != 2:
        yield f"expected exit code 2, found {found.code}"
    if found.lines > 1:
        yield f"{found.lines} lines on stderr"
    if not found.order:
        yield "the columns stand in another order"
    yield from found.odd
    if found.seconds > MOST_SECONDS:
        yield f"{found.seconds:.0f} seconds"
    if found.megabytes > MOST_MEGABYTES:
        yield f"{found.megabytes:,.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
