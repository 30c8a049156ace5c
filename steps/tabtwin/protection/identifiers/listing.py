"""Columns named in one option: with commas between them, in double quotes where a name has one, as in CSV."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Collection, Iterable


def split_columns(text: str, columns: Collection[str]) -> tuple[str, ...]:
    """The columns that an option names; a single one may be named as it is, whatever its name holds."""
    listed = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    names = [text] if text in columns else next(listed, [])
    return tuple(dict.fromkeys(names))


def spell_columns(columns: Iterable[str]) -> str:
    """Columns as one word that a shell hands on and :func:`split_columns` reads back."""
    return shlex.quote(joined(columns))


def joined(columns: Iterable[str]) -> str:
    """Columns with commas between them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(columns)
    return line.getvalue()
