"""Cells that are not of one kind, and cells that something takes for more than text."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from .damage import PARQUET
from .table import ROWS, Broken, csv, parquet, some, sound

_NESTED = "flatten or drop it"


def mixed() -> Iterator[Broken]:
    """A column each that is not all of one kind."""
    ages = [str(age) for age in np.random.default_rng(5).integers(18, 80, ROWS)]
    days = [f"2015-02-{1 + at % 28:02d}" for at in range(ROWS)]
    american = [f"{1 + at % 28}/2/2015" for at in range(ROWS)]
    cells = {
        "numbers with words between": [*ages[:-20], *["unknown"] * 20],
        "numbers with one word": [*ages[:-1], "unknown"],
        "numbers with units": [f"{age} kg" for age in ages],
        "numbers with a currency": [f"$ {age}" for age in ages],
        "percentages": [f"{age}%" for age in ages],
        "numbers with thousands apart": [f"1,{age}0" for age in ages],
        "numbers beyond 64 bits": [f"9{age}00000000000000000000" for age in ages],
        "numbers with leading zeros": [f"00{age}" for age in ages],
        "numbers with leading pluses": [f"+{age}" for age in ages],
        "numbers in hexadecimal": [hex(int(age)) for age in ages],
        "dates in two formats": [*days[: ROWS // 2], *american[ROWS // 2 :]],
        "dates that are none": [*days[12:], *["2015-02-30"] * 12],
        "dates of other ages": [*days[12:], *["0001-01-01"] * 12],
        "dates and numbers": [*days[: ROWS // 2], *ages[ROWS // 2 :]],
        "booleans of four words": some("yes", "no", "true", "false"),
        "every mark of missing": some("1", "NA", "null", "?", "-", "N/A", "nan", "#N/A", "."),
        "lists": [f"[{age}, 2]" for age in ages],
        "JSON in cells": [json.dumps({"age": age}) for age in ages],
        "bytes as Python spells them": some("b'x'", "b'\\x00'"),
    }
    for name, column in cells.items():
        yield Broken(name, csv(sound(odd=column)))
    for word in ("1e999", "inf"):
        yield Broken(f"numbers, and {word}", csv(sound(odd=[*ages[:-1], word])), "expected finite numbers")
    yield Broken("objects in Parquet", parquet(sound(odd=[{"a": 1}] * ROWS)), _NESTED, PARQUET)
    yield Broken("bytes in Parquet", parquet(sound(odd=[b"\0"] * ROWS)), _NESTED, PARQUET)


def hostile() -> Iterator[Broken]:
    """What a spreadsheet, a browser, a terminal or a parser may take for more than text."""
    cells = {
        "formulas": some("fine", '=HYPERLINK("http://x.example","y")', "+1", "@x", "-2+3+cmd|' /C calc'!A0"),
        "markup": some("fine", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;"),
        "lines within cells": some("one\ntwo", "three\r\nfour", "\n", "five"),
        "delimiters within cells": some("a,b", "a;b", "a\tb", "a|b"),
        "escapes of a terminal": some("fine", "\x1b[2J", "\x07", "\x7f"),
        "the token that tabtwin puts out": some("(other)", "fine", "rest"),
        "blanks around cells": some("fine", " fine", "fine ", " "),
        "the same letters in two ways": some("Käse", "Ka\u0308se", "fine"),
        "signs without width": some("fine", "fi\u200bne", "\ufeff"),
        "a cell of 1 MB": some("fine", "x" * 1_000_000),
        "emoji": some("\U0001f600", "\U0001f469\u200d\U0001f467", "fine"),
    }
    for name, column in cells.items():
        yield Broken(name, csv(sound(odd=column)))
