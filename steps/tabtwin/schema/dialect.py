"""Define how a CSV is written: its delimiter, its encoding, its quotes and how its lines end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Delimiter = Literal[",", ";", "\t", "|"]
Charset = Literal["utf-8", "utf-8-sig", "cp1252"]
Newline = Literal["\n", "\r\n"]


class Quoting(NamedTuple):
    """The dialect of a CSV.

    Attributes:
        names: Whether the columns' names are in quotes.
        columns: The columns whose cells are in quotes, except for missing ones.
        bare: The unquoted text of missing cells in such a column, if there is one.
        marked: The texts of missing cells that are mostly in quotes: marks, and the empty text.
        newline: The end of a line.
        unnamed: Whether the first column has no name in the file.
    """

    names: bool = False
    columns: frozenset[str] = frozenset()
    bare: Mapping[str, str] = MappingProxyType({})
    marked: Mapping[str, frozenset[str]] = MappingProxyType({})
    newline: Newline = "\n"
    unnamed: bool = False


PLAIN = Quoting()
"""Quotes only where they are needed."""
