"""Find what a CSV puts in quotes and how its lines end, and write a table in the same way.

Programs differ: some quote what needs it, some all, R's ``write.csv`` the texts and the names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.dialect import Newline, Quoting
from tabtwin.schema.spelling.missing_marks import MARKS

_BLANKS = ("", *MARKS)


def find_quoting(head: str, delimiter: str, names: Sequence[str]) -> Quoting:
    """Find the dialect of a CSV from its first records.

    Args:
        head: Its beginning; its last record may be truncated.
        delimiter: The delimiter of its cells.
        names: Its columns.
    """
    first = head.find("\n")
    newline: Newline = "\r\n" if first > 0 and head[first - 1] == "\r" else "\n"
    if '"' not in head:
        return Quoting(newline=newline)
    whole = [record for record in _raw(head, delimiter) if len(record) == len(names)]
    if len(whole) < 2:
        return Quoting(newline=newline)
    columns = {name: Counter(cells) for name, cells in zip(names, zip(*whole[1:], strict=True), strict=True)}
    quoted = frozenset(name for name, cells in columns.items() if _is_quoted(cells))
    bare = {name: max(_BLANKS[1:], key=columns[name].__getitem__) for name in quoted}
    return Quoting(
        names=all(name[:1] == '"' for name in whole[0]),
        columns=quoted,
        bare={name: mark for name, mark in bare.items() if columns[name][mark]},
        marked={name: _marked(cells) for name, cells in columns.items() if _marked(cells)},
        newline=newline,
    )


def write_csv(
    columns: Mapping[str, pd.Series],
    blanks: Mapping[str, str],
    quoting: Quoting,
    delimiter: str,
    names: Sequence[str] | None = None,
) -> str:
    """Return a CSV in the source's dialect.

    Args:
        columns: Texts, object ``str``; ``None`` if missing.
        blanks: The text of a missing cell in each column.
        quoting: The source's dialect.
        delimiter: The source's delimiter.
        names: Other names for the columns, if any.
    """
    called = list(columns) if names is None else list(names)
    needs = re.compile(f'[{re.escape(delimiter)}"\\r\\n]')
    headings = ["", *called[1:]] if quoting.unnamed else called
    first = [_quoted(name) if quoting.names or needs.search(name) else name for name in headings]
    written = []
    for name, cells in columns.items():
        blank = blanks[name]
        spelled = _quoted(blank) if blank in quoting.marked.get(name, ()) else blank
        written.append(_column(cells, spelled, needs, always=name in quoting.columns))
    if len(written) == 1:
        written[0][written[0] == ""] = '""'  # an empty line would not be a row
    lines = written[0]
    for some in written[1:]:
        lines = lines + delimiter + some
    return quoting.newline.join([delimiter.join(first), *lines, ""])


def _is_quoted(cells: Counter[str]) -> bool:
    """Return whether all cells that are not missing are in quotes."""
    held = [cell for cell in cells if cell not in _BLANKS]
    return bool(held) and all(cell[0] == '"' for cell in held)


def _marked(cells: Counter[str]) -> frozenset[str]:
    """Return the texts that may mean missing, and are in quotes more often than not."""
    return frozenset(mark for mark in _BLANKS if cells[_quoted(mark)] > cells[mark])


def _column(cells: pd.Series, blank: str, needs: re.Pattern[str], *, always: bool) -> np.ndarray:
    """Return the cells as they are in the file: object ``str`` (rows,)."""
    codes, texts = pd.factorize(cells.to_numpy(object))
    spelled = [_quoted(text) if always or needs.search(text) else text for text in map(str, texts)]
    return np.array([*spelled, blank], dtype=object)[codes]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _raw(head: str, delimiter: str) -> Iterator[list[str]]:
    """Yield records of cells with their quotes, up to where the text is not CSV, or is truncated."""
    cell = re.compile(
        f'("(?:[^"]|"")*"|[^{re.escape(delimiter)}"\\r\\n]*)({re.escape(delimiter)}|\\r\\n|\\n|\\r|$)'
    )
    record: list[str] = []
    at = 0
    while at < len(head):
        found = cell.match(head, at)
        if found is None or found.end() == at:
            return
        at = found.end()
        record.append(found[1])
        if found[2] != delimiter:
            yield record
            record = []
