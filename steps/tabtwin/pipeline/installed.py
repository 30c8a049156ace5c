"""Look up installed libraries: their versions, and what they require.

It reads no more of their metadata than it needs: :mod:`importlib.metadata` alone parses all of it, long
descriptions included, which takes half a second for what one step uses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions


@cache
def providers() -> Mapping[str, list[str]]:
    """Return the distributions that provide each top-level module; looked up once, since it reads all of
    them.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for one in distributions():
        for top in _top_level(one):
            found[top] += _values(one, "Name")
    return found


def library(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the version of a distribution and the names that it requires, or ``None`` if it is not
    installed.

    Requirements of extras are left out. Other conditions (on Python, on the system) are ignored: what does
    not apply here is usually not installed, and naming it would do no harm.
    """
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    required = [text.partition(";") for text in _values(found, "Requires-Dist")]
    names = [
        normal(re.split(r"[^\w.-]", text)[0]) for text, _, condition in required if "extra" not in condition
    ]
    return _values(found, "Version")[0], tuple(names)


def normal(name: str) -> str:
    """Return a distribution's name as in PEP 503, since metadata and requirements spell names differently."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _top_level(one: Distribution) -> set[str]:
    """Return the top-level modules of a distribution: those that it declares, or else of its files."""
    if declared := (one.read_text("top_level.txt") or "").split():
        return set(declared)
    files = [line.partition(",")[0] for line in (one.read_text("RECORD") or "").splitlines()]
    return {file.partition("/")[0].removesuffix(".py") for file in files if file.endswith(".py")}


def _values(one: Distribution, field: str) -> list[str]:
    """Return what a distribution's metadata has in one field, which may stand there several times."""
    text = one.read_text("METADATA") or one.read_text("PKG-INFO") or ""
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    return [found.strip() for found in re.findall(rf"(?m)^{field}:(.*)$", head)]
