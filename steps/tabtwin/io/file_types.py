"""Recognize files that are neither CSV nor Parquet by their first bytes, and say what to do with each."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import InputError

MOST_COLUMNS = 1_000
"""The most columns: each is learned from others, and with more a run would take days."""

_BEGINNINGS = (
    (b"PK\x03\x04", "a zip archive", "unpack it"),
    (b"\xd0\xcf\x11\xe0", "an Excel file", "save it as CSV UTF-8"),
    (b"\xff\xfe", "UTF-16", "save it as UTF-8 (iconv -f utf-16 -t utf-8)"),
    (b"\xfe\xff", "UTF-16", "save it as UTF-8 (iconv -f utf-16 -t utf-8)"),
    (b"SQLite format 3", "a SQLite database", "export the table as CSV"),
    (b"%PDF", "a PDF", "export the table as CSV"),
    (b"\x80\x04\x95", "a pickle", "write it with to_parquet"),
    (b"\x80\x05\x95", "a pickle", "write it with to_parquet"),
    (b"ARROW1", "a Feather file", "write it with to_parquet"),
    (b"<", "HTML or XML", "export the table as CSV"),
    (b"[{", "JSON", "export the table as CSV or Parquet"),
    (b"{", "JSON", "export the table as CSV or Parquet"),
)
_SHEET = (b"xl/", b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")
_ELSEWHERE = {":": 1, "~": 1, "^": 1, "\x01": 1, " ": 2}
"""Other delimiters, and the fewest that a line must have: two words may be a name."""

_LOOKED_AT = 4_096
_DIRECTORY = 1 << 20
"""The bytes at a zip archive's end that hold the names of its files."""
_RECORDS = 50


def refuse_others(blob: Blob, filename: str) -> None:
    """Refuse a file whose first bytes are those of another format.

    Raises:
        InputError: naming the format, and how to convert it.
    """
    head = blob.head(_LOOKED_AT).lstrip()
    if not head:
        raise InputError(f"{filename}: expected a table, found an empty file; export it again")
    for beginning, what, advice in _BEGINNINGS:
        if head.startswith(beginning):
            if what == "a zip archive" and _has_sheets(blob):
                what, advice = "a spreadsheet", "save the sheet as CSV UTF-8"
            raise InputError(f"{filename}: expected CSV in UTF-8 or Parquet, found {what}; {advice}")


def _has_sheets(archive: Blob) -> bool:
    """Return whether a zip archive names the files of a spreadsheet, at its beginning or in its directory."""
    ends = archive.head(_DIRECTORY), archive.read_at(max(0, archive.size - _DIRECTORY), _DIRECTORY)
    return any(part in end for end in ends for part in _SHEET)


def refuse_other_delimiter(text: str, filename: str) -> None:
    """Refuse a table of one column whose lines all hold equally many of another delimiter.

    Raises:
        InputError: naming the delimiter.
    """
    lines = list(islice((line for line in text.splitlines() if line.strip()), _RECORDS))
    for sign, least in _ELSEWHERE.items():
        counts = {line.count(sign) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and min(counts) >= least:
            raise InputError(
                f"{filename}: expected columns separated by comma, semicolon, tab or |, found one column "
                f"with {sign!r} in each line; write it with one of those"
            )


def refuse_too_many(names: list[str], filename: str) -> None:
    """Refuse a table that is too wide to be learned.

    Raises:
        InputError: naming the most columns.
    """
    if len(names) > MOST_COLUMNS:
        raise InputError(
            f"{filename}: expected at most {MOST_COLUMNS:,} columns, found {len(names):,}; "
            "drop those that the twin does not need"
        )


def twice(names: list[str]) -> tuple[str, int] | None:
    """Return the first name that more than one column has, and how many have it.

    >>> twice(["a", "b", "a"])
    ('a', 2)
    """
    return next(((name, count) for name, count in Counter(names).items() if count > 1), None)
