"""Check names that become parts of keys and paths: of runs, tasks, models, steps and their files.

They come from documents that others may have written, and from command lines. A name that is absolute,
empty, hidden or holds a separator would lead out of its folder.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

MOST = 128
"""The longest name in characters: a file system takes 255 bytes, and some names get an ending."""
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_MADE = re.compile(r"run-[0-9a-f]{10}")
EXPECTED = "expected a name of letters, digits and . _ - (no path), found another"


def is_plain(name: str) -> bool:
    """Return whether a name is a single part of a path on every system."""
    return len(name) <= MOST and _PLAIN.fullmatch(name) is not None


def make_run_name(digest: str) -> str:
    """Return the name of a run that its user gives none, from a digest (hex) of what determines it."""
    return f"run-{digest[:10]}"


def is_made(name: str) -> bool:
    """Return whether a run's name is one that :func:`make_run_name` makes, rather than its user's."""
    return _MADE.fullmatch(name) is not None


def _plain(name: str) -> str:
    if not is_plain(name):
        raise PydanticCustomError("plain_name", EXPECTED)
    return name


def _plain_or_none(name: str) -> str:
    return _plain(name) if name else name


PlainName = Annotated[str, AfterValidator(_plain)]
"""A name that may be a part of a path or a key."""
MaybeName = Annotated[str, AfterValidator(_plain_or_none)]
"""A plain name, or empty where there is none."""
Digest = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
"""A SHA-256 (hex)."""
Mark = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{24}\z")]
"""The name of an output: the beginning of a SHA-256 (hex)."""
