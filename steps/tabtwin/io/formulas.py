"""Find cells and names that a spreadsheet would run as formulas, and escape them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.registry import is_label, of
from tabtwin.schema.schema import Schema

ESCAPE = "'"
"""The mark of a text in spreadsheets."""

_BEGINS = re.compile("[=+@\t\r＝＋－＠]")
_MINUS = re.compile(r"-(?:[A-Za-z(=@+]|[0-9.]+[^0-9.eE,% ]|.*[(=@+*/^&|!])", re.DOTALL)


def begins_formula(text: str) -> bool:
    """Return whether a spreadsheet would run a text; negative numbers, ranges of them, and dashes are not
    run.

    >>> begins_formula("=1+1"), begins_formula("-3.5")
    (True, False)
    """
    return bool(_BEGINS.match(text) or _MINUS.match(text))


def escape(text: str) -> str:
    """Return a text that no spreadsheet runs.

    >>> escape("@SUM(A1)")
    "'@SUM(A1)"
    """
    return ESCAPE + text if begins_formula(text) else text


def escaped(cells: pd.Series) -> pd.Series:
    """Return a column of texts that no spreadsheet runs; missing cells stay missing."""
    written = [None if text is None else escape(text) for text in cells]
    return pd.Series(written, index=cells.index, dtype=object)


def formulas_note(schema: Schema, encoding: Encoding) -> list[str]:
    """Return a note on a twin that may hold formulas, by column and without a cell; none if it cannot."""
    held = []
    for column in schema.columns:
        shown = encoding.columns[column.name].categories if is_label(column) else ()
        if which := of(column).formulas(column, shown, begins_formula):
            held.append(which)
    if names := _count(column.name for column in schema.columns):
        held.append(f"{names} names of columns")
    if not held:
        return []
    which = ", ".join(held)
    line = (
        f"A spreadsheet runs what begins with =, +, - or @ as a formula: {which} do. Before each, "
        "--escape-formulas sets an apostrophe in the CSV."
    )
    return [line]


def _count(texts: Iterable[str]) -> int:
    return sum(map(begins_formula, texts))
