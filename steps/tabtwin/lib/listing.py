"""List columns in one option: separated by commas, in double quotes if a name has one, as in CSV."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Collection, Iterable


def split_columns(text: str, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns that an option names; a single one may be unquoted, whatever its name holds.

    >>> split_columns('age,"last, first"', ["age", "last, first"])
    ('age', 'last, first')
    """
    listed = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    names = [text] if text in columns else next(listed, [])
    return tuple(dict.fromkeys(names))


def spell_columns(columns: Iterable[str]) -> str:
    """Return columns as one word for a shell, which :func:`split_columns` reads back."""
    return shlex.quote(joined(columns))


def as_option(columns: str | Iterable[str]) -> str:
    """Return columns in the form of an option; a text already has it.

    >>> as_option(["age", "last, first"])
    'age,"last, first"'
    >>> as_option(())
    ''
    """
    return columns if isinstance(columns, str) else joined(columns)


def joined(columns: Iterable[str]) -> str:
    """Return columns separated by commas."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(columns)
    return line.getvalue()
