"""Refuse names of columns that cannot be used."""

from __future__ import annotations

from tabtwin.io.file_types import twice
from tabtwin.lib.errors import InputError

RESERVED = "tabtwin:"
"""The prefix of columns that tabtwin adds."""


def check_names(names: list[str], filename: str) -> None:
    """Refuse columns without a name, with another's name, or with a name that tabtwin uses itself."""
    for position, name in enumerate(names, start=1):
        if not name.strip():
            raise InputError(
                f"{filename}: expected a name for every column, found none for column {position}; "
                "give it one in line 1"
            )
        if name.startswith(RESERVED):
            raise InputError(
                f"{filename}: expected names that do not begin with {RESERVED!r}, which is reserved, "
                f"found {name!r}; rename it"
            )
    if found := twice(names):
        raise InputError(
            f"{filename}: expected different names, found {found[1]} columns named {found[0]!r}; "
            "rename all but one"
        )
