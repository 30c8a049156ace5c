"""Describe columns that name people: plausible values replace theirs.

:mod:`tabtwin.protection.identifiers` decides which values those are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.kind import Kind


class Identifier(Kind):
    """Names, addresses and numbers of people."""

    name = "identifier"
    fields = frozenset({"identifier", "locale", "distinct"})
    is_made_new = True

    def formulas(self, column: Column, shown: Sequence[str], begins: Callable[[str], bool]) -> str:
        """Return a clause if they are phone numbers, which may begin with a plus."""
        return f"some numbers of {column.name}" if column.identifier == "phone" else ""


IDENTIFIER = Identifier()
