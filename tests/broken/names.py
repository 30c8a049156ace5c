"""Names that somebody may have thought of."""

from __future__ import annotations

from collections.abc import Iterator

from .table import Broken, csv, sound

NAMES = {
    "a formula": "=cmd()",
    "JavaScript's": "__proto__",
    "a line in it": "first\nsecond",
    "ten thousand signs": "n" * 10_000,
    "markup": "<script>alert(1)</script>",
    "a path": "../../../etc/passwd",
    "an option": "--drop",
    "quotes and commas": 'a "quoted", b',
    "formats": "%s {0} {{workflow.name}} ${HOME}",
    "written from the right": "\u202egnp.exe",
    "a sign without width": "\u200b",
    "escapes of a terminal": "\x1b[31mred",
    "a column's of a step": "subject",
    "a word for missing": "nan",
    "an SQL command": "x'; DROP TABLE t; --",
}
_NAMELESS = "found none for column 2"
HEADERS = {
    "duplicate names": ("age,age,plan,since,left", "2 columns named 'age'"),
    "an empty name": ("age,,plan,since,left", _NAMELESS),
    "a blank name": ("age,  ,plan,since,left", _NAMELESS),
    "a name that is ours": ("age,tabtwin:x,plan,since,left", "which is reserved"),
    "numbers for names": ("0,1,2,3,4", "line 1 looks like data"),
    "a carriage return in a name, unquoted": ("age,in\rcome,plan,since,left", "column names in line 1"),
    "names that differ by case": ("age,Age,plan,since,left", ""),
    "names that differ by a blank": ("age,age ,plan,since,left", ""),
}


def named() -> Iterator[Broken]:
    """A column of each such name, some together, and headers that cannot be used."""
    for name, spelled in NAMES.items():
        yield Broken(f"a name: {name}", csv(sound().rename(columns={"income": spelled})))
    yield Broken("all names hostile", csv(sound().set_axis(list(NAMES.values())[:5], axis=1)))
    rows = csv(sound()).partition(b"\n")[2]
    for name, (line, said) in HEADERS.items():
        yield Broken(name, line.encode() + b"\n" + rows, said)
    yield Broken("a file called as a shell would run it", csv(sound()), file="$(id); rm -rf.csv")
