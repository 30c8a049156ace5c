"""Lines that do not fit the header."""

from __future__ import annotations

from collections.abc import Iterator

from .table import Broken, csv, some, sound

_CELLS, _NAMES = "expected 5 cells in line", "expected as many column names in line 1"


def ragged() -> Iterator[Broken]:
    """Too many cells, too few, and lines that are no rows."""
    lines = csv(sound()).decode().splitlines()
    head, rows = lines[0], lines[1:]
    files = {
        "a line with a cell too many": ([*lines[:50], lines[50] + ",7", *lines[51:]], _CELLS),
        "a line with a cell too few": ([*lines[:50], "7,8", *lines[50:]], _CELLS),
        "a delimiter at the end of each line": ([line + "," for line in lines], "found none for column 6"),
        "a delimiter at the end of each row": ([head, *(line + "," for line in rows)], _NAMES),
        "names of rows without a name": ([head, *(f"{at},{line}" for at, line in enumerate(rows))], _NAMES),
        "a title above the header": (["Customers of 2020", "", *lines], _NAMES),
        "a title with delimiters above the header": (["Customers,,,,", *lines], "found none for column 2"),
        "a comment at the end": ([*lines, "# end of file"], _CELLS),
        "the header twice": ([head, *lines], "found them again in row 1;"),
        "the header between the rows": ([*lines[:100], head, *lines[100:]], "found them again in row 100;"),
        "no header": (rows, "line 1 looks like data"),
        "two delimiters": ([*lines[:120], *(line.replace(",", ";") for line in lines[120:])], _CELLS),
        "a stray quote": ([*lines[:9], '1,2,"gold,2015-01-01,no', *lines[9:]], "that is not closed"),
        "a row of totals": ([*lines, "Total,1234567.89,,,"], ""),
        "empty lines at the end": ([*lines, "", "", ""], ""),
    }
    for name, (written, said) in files.items():
        yield Broken(name, "\n".join(written).encode(), said)
    yield Broken("empty lines between", "\n\n".join(lines).encode())
    yield Broken("quotes within quotes", csv(sound(note=some('he said "no"', '"', '""'))))
    ends = "\r\n".join(lines[:80]), "\n".join(lines[80:160]), "\r".join(lines[160:])
    yield Broken("line ends of three systems", "\n".join(ends).encode())
