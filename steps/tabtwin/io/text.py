"""Find out how a file is text, in one scan of it: its encoding, its beginning, and how many quotes it has."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

import pyarrow as pa

from tabtwin.io.delimiter import HEAD
from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import InputError
from tabtwin.schema.dialect import Charset

_BOM = b"\xef\xbb\xbf"
_WIDEST = 4
"""The most bytes that a character has in UTF-8."""
_LETTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")  # beyond ASCII, in UTF-8
_LETTER_BYTES = 3
_STRAY = 1_000
"""Bytes per zero byte: if there are fewer, the file is not text at all, but a picture or the like."""


@dataclass(frozen=True)
class Text:
    """A file that is text.

    Attributes:
        blob: Its bytes.
        encoding: How they are text.
        head: Its first characters, one more than :data:`HEAD` if it has more.
        quotes: How many double quotes it has.
    """

    blob: Blob
    encoding: Charset
    head: str
    quotes: int

    def lines(self) -> TextIO:
        """Return all of it for ``csv``, with line ends of any kind."""
        return io.TextIOWrapper(self.blob.open(), self.encoding, newline="")

    def utf8(self) -> Any:
        """Return all of it for Arrow: a file object of UTF-8."""
        if self.encoding != "cp1252":
            return pa.PythonFile(self.blob.open(), "r")
        return pa.transcoding_input_stream(pa.PythonFile(self.blob.open(), "r"), "cp1252", "utf8")


@dataclass
class _Scanned:
    """What a scan of bytes counts; places are -1 where there is nothing of the kind."""

    zeros: int = 0
    first_zero: int = -1
    quotes: int = 0
    not_utf8: int = -1


def read_text(blob: Blob, filename: str) -> Text:
    """Return a file as text: in UTF-8, or in the encoding of Windows programs of Western Europe.

    A file that also has letters in UTF-8 is damaged UTF-8: in the other encoding they would be garbled.

    Raises:
        InputError: if it has zero bytes, of another format or from a damaged disk, or is in neither encoding.
    """
    found = _scan(blob)
    if found.zeros * _STRAY > blob.size:
        raise InputError(
            f"{filename}: expected CSV in UTF-8 or Parquet, found another format; export it as one of these"
        )
    if found.zeros:
        line = _line_at(blob, found.first_zero)
        raise InputError(
            f"{filename}: expected text, found a zero byte in line {line}; export the table again"
        )
    encoding: Charset = "utf-8-sig" if blob.head(len(_BOM)) == _BOM else "utf-8"
    if found.not_utf8 >= 0:
        if not _is_of_windows(blob):
            raise InputError(
                f"{filename}: expected UTF-8, found other bytes in line {_line_at(blob, found.not_utf8)}; "
                "save it as UTF-8 (iconv -f latin1 -t utf-8)"
            )
        encoding = "cp1252"
    decoder = codecs.getincrementaldecoder(encoding)()
    head = decoder.decode(blob.head(_WIDEST * (HEAD + 1)))[: HEAD + 1]
    return Text(blob, encoding, head, found.quotes)


def _scan(blob: Blob) -> _Scanned:
    found, decoder, at, pending = _Scanned(), codecs.getincrementaldecoder("utf-8")(), 0, 0
    for part in blob.parts():
        if zeros := part.count(b"\0"):
            found.first_zero = at + part.index(b"\0") if not found.zeros else found.first_zero
            found.zeros += zeros
        found.quotes += part.count(b'"')
        if found.not_utf8 < 0 and (pending or not part.isascii()):
            try:
                decoder.decode(part)
            except UnicodeDecodeError as error:
                found.not_utf8 = at - pending + error.start
            pending = len(decoder.getstate()[0])
        at += len(part)
    if found.not_utf8 < 0 and pending:
        found.not_utf8 = at - pending
    return found


def _is_of_windows(blob: Blob) -> bool:
    """Return whether all bytes are characters of cp1252, and none are letters in UTF-8."""
    try:
        for part in _overlapping(blob, _LETTER_BYTES - 1):
            part.decode("cp1252")
            if _LETTER.search(part):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _overlapping(blob: Blob, count: int) -> Iterator[bytes]:
    """Yield all bytes in parts, each with the last ``count`` of those before it."""
    before = b""
    for part in blob.parts():
        yield before + part
        before = (before + part)[-count:]


def _line_at(blob: Blob, place: int) -> int:
    """Return the number of the line in which a byte stands."""
    line, at = 1, 0
    for part in blob.parts():
        if at + len(part) > place:
            return line + part.count(b"\n", 0, place - at)
        line, at = line + part.count(b"\n"), at + len(part)
    return line
