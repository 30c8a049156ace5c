"""Print the part of a lock file that some packages need: ``python subset.py LOCK PACKAGE...``.

uv writes under each package which others it is there for (``# via ...``); an image takes the packages that
it names, and whatever is there for one that it takes. So there is one lock, and no image holds more of it
than its steps use. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"([a-z0-9][a-z0-9._-]*)==")
_VIA = re.compile(r"^    #(?: via)? +([a-z0-9][a-z0-9._-]*)", re.MULTILINE)


def subset(lock: str, wanted: Iterable[str]) -> str:
    """The blocks of ``lock`` that ``wanted`` packages and all that they stand on have there.

    Raises:
        KeyError: naming a wanted package that the lock does not have.
    """
    blocks = [block for block in re.split(r"\n(?=[a-z0-9])", lock) if _NAME.match(block)]
    names = {_name(block) for block in blocks}
    kept = set(wanted)
    if kept - names:
        raise KeyError(f"the lock has no {', '.join(sorted(kept - names))}")
    while more := {_name(block) for block in blocks if kept & set(_VIA.findall(block))} - kept:
        kept |= more
    return "".join(f"{block.rstrip()}\n" for block in blocks if _name(block) in kept)


def _name(block: str) -> str:
    match = _NAME.match(block)
    assert match, "only blocks with a name are asked"
    return match[1]


if __name__ == "__main__":
    sys.stdout.write(subset(Path(sys.argv[1]).read_text(), sys.argv[2:]))
