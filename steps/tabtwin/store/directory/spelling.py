"""Spell keys as paths, one to one, on any file system.

A segment of a key (the text between two ``/``) becomes a name of lower-case letters, digits and ``-_.``;
every other byte of its UTF-8 is ``%`` and two digits: file systems differ in how they treat upper case,
accents and special characters. An object is a file of that name, a segment before it a folder of that name
and ``=``, so that ``a`` and ``a/b`` can both exist. Names that are too long are cut, and all parts but the
last are folders whose names end in ``~``. No name begins with a dot: those are the store's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

FOLDER, CUT = "=", "~"
NAME_BYTES = 140
"""The longest name in bytes: file systems take 255, encrypted home folders 143."""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_EMPTY = "%"
"""The spelling of an empty segment: alone, this character appears nowhere else."""


def spell(key: str) -> tuple[list[str], str]:
    """Return the folders that lead to an object, and the name of its file.

    >>> spell("runs/A")
    (['runs='], '%41')
    """
    *segments, last = key.split("/")
    *cuts, name = _cut(_escape(last))
    return spell_folders(segments) + cuts, name


def spell_folders(segments: Sequence[str]) -> list[str]:
    """Return the names of the folders that these whole segments lead through."""
    names: list[str] = []
    for segment in segments:
        *cuts, end = _cut(_escape(segment))
        names += [*cuts, f"{end}{FOLDER}"]
    return names


def read_segment(cuts: Sequence[str], end: str) -> str | None:
    """Return the segment of this spelling, ``end`` being a file's name; ``None`` if there is none."""
    text = "".join(name.removesuffix(CUT) for name in cuts) + end
    try:
        segment = "" if text == _EMPTY else unquote_to_bytes(text).decode("utf-8", "surrogatepass")
    except UnicodeError:
        return None
    return segment if _cut(_escape(segment)) == [*cuts, end] else None


def _escape(segment: str) -> str:
    """Escape all but plain characters; a dot is plain only after another one, so a cut can fall beside it."""
    text, before = "", "."
    for byte in segment.encode("utf-8", "surrogatepass"):
        sign = chr(byte)
        plain = sign in _PLAIN or (sign == "." and before != ".")
        text += sign if plain else f"%{byte:02x}"
        before = sign
    return text or _EMPTY


def _cut(text: str) -> list[str]:
    names = []
    while len(text) > NAME_BYTES:
        end = NAME_BYTES - (text[NAME_BYTES] == ".")  # no name begins with a dot
        names.append(f"{text[:end]}{CUT}")
        text = text[end:]
    return [*names, text]
