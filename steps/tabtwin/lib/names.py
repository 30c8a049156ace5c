"""Names that become parts of keys and paths: of runs, tasks, models, steps and the files that steps write.

They come from documents that others may have written, and from command lines. One that is absolute, empty,
hidden or holds a separator would lead out of the place that it is meant for.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

MOST = 128
"""Characters that a name may have: a file system takes 255 bytes, and some names get an ending."""
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
EXPECTED = "expected a name of letters, digits and . _ - (no path), found another"


def is_plain(name: str) -> bool:
    """Whether a name is one part of a path on every system, and stays where it is put."""
    return len(name) <= MOST and _PLAIN.fullmatch(name) is not None


def _plain(name: str) -> str:
    if not is_plain(name):
        raise PydanticCustomError("plain_name", EXPECTED)
    return name


def _plain_or_none(name: str) -> str:
    return _plain(name) if name else name


PlainName = Annotated[str, AfterValidator(_plain)]
"""A name that may be a part of a path or a key."""
MaybeName = Annotated[str, AfterValidator(_plain_or_none)]
"""The same, or empty where there is none."""
Digest = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
"""A SHA-256 (hex)."""
Mark = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{24}\z")]
"""What an output is called: the beginning of a SHA-256 (hex)."""
