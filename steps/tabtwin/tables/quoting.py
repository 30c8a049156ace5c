"""What a CSV puts in quotes and how its lines end: found in the source, and written again.

Programs differ: some quote what needs it, some all, R's ``write.csv`` the texts and the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from tabtwin.tables.numerals import MARKERS

Newline = Literal["\n", "\r\n"]
RECORDS = 200
"""Records that are looked at."""


class Quoting(NamedTuple):
    """How a CSV is written.

    Attributes:
        names: Whether the columns' names are in quotes.
        columns: The columns whose cells are, but for those that are missing.
        bare: What stands, not in quotes, where a cell of such a column is missing, if anything does.
        newline: How a line ends.
    """

    names: bool = False
    columns: frozenset[str] = frozenset()
    bare: Mapping[str, str] = MappingProxyType({})
    newline: Newline = "\n"


PLAIN = Quoting()
"""In quotes is what needs it."""


def find_quoting(head: str, delimiter: str, names: Sequence[str]) -> Quoting:
    """How a CSV is written, from its first records.

    Args:
        head: Its beginning; its last record may be cut.
        delimiter: What stands between its cells.
        names: Its columns.
    """
    records = list(islice(_raw(head, delimiter), RECORDS + 1))
    whole = [record for record in records if len(record) == len(names)]
    first = head.find("\n")
    newline: Newline = "\r\n" if first > 0 and head[first - 1] == "\r" else "\n"
    if len(whole) < 2:
        return Quoting(newline=newline)
    columns = dict(zip(names, zip(*whole[1:], strict=True), strict=True))
    quoted = frozenset(name for name, cells in columns.items() if _is_quoted(cells))
    marks = {name: [cell for cell in columns[name] if cell in MARKERS] for name in quoted}
    return Quoting(
        names=all(name[:1] == '"' for name in whole[0]),
        columns=quoted,
        bare={name: max(sorted(found), key=found.count) for name, found in marks.items() if found},
        newline=newline,
    )


def write_csv(
    columns: Mapping[str, pd.Series], blanks: Mapping[str, str], quoting: Quoting, delimiter: str
) -> str:
    """A CSV as the source was written.

    Args:
        columns: Texts, object ``str``; ``None`` where missing.
        blanks: What stands in each column where a cell is missing.
        quoting: How it was written.
        delimiter: What stood between its cells.
    """
    needs = re.compile(f'[{re.escape(delimiter)}"\\r\\n]')
    names = [_quoted(name) if quoting.names or needs.search(name) else name for name in columns]
    written = [
        _column(cells, blanks[name], needs, always=name in quoting.columns) for name, cells in columns.items()
    ]
    if len(written) == 1:
        written[0][written[0] == ""] = '""'  # an empty line would be no row
    lines = written[0]
    for cells in written[1:]:
        lines = lines + delimiter + cells
    return quoting.newline.join([delimiter.join(names), *lines, ""])


def _is_quoted(cells: Sequence[str]) -> bool:
    """Whether all cells are in quotes that are not missing."""
    held = [cell for cell in cells if cell and cell not in MARKERS]
    return bool(held) and all(cell[0] == '"' for cell in held)


def _column(cells: pd.Series, blank: str, needs: re.Pattern[str], *, always: bool) -> np.ndarray:
    """The cells as they stand in the file: object ``str`` (rows,)."""
    codes, texts = pd.factorize(cells.to_numpy(object))
    spelled = [_quoted(text) if always or needs.search(text) else text for text in map(str, texts)]
    return np.array([*spelled, blank], dtype=object)[codes]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _raw(head: str, delimiter: str) -> Iterator[list[str]]:
    """Records of cells with their quotes; they end where the text is no CSV, or is cut."""
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
