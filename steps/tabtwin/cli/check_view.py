"""Show what ``tabtwin check`` found: in 80 columns, plain if there is no terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tabtwin.preparation.check import Check, ColumnCheck

WIDEST = 100
NAME_WIDTH = 20
NARROW = 60
"""On a narrower terminal, each of the table's columns is a paragraph."""
MOST_LINES = 12
"""The most lines of rules shown; the schema file has all."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENDLESS = re.compile(r"(\S{40})\S{10,}")
_HEAVY = 0.2
_STOPS = dict.fromkeys(("identifier", "subject", "text"), "bold red")
_STYLES = _STOPS | {"dropped": "dim", "key": "cyan", "empty": "dim"}


def show(check: Check, estimate: str, then: str, console: Console | None = None) -> None:
    """Print a check, except for what stops a run, since the command ends with that line.

    Args:
        check: What was found.
        estimate: How long a run would take, and in how much memory.
        then: The command that comes next.
        console: Where to print; standard output by default.
    """
    out = console or Console()
    out.width = min(out.width, WIDEST)
    with out.capture() as drawn:
        out.print(Text(_head(check), style="bold"))
        out.print()
        if out.width < NARROW:
            _paragraphs(out, check.columns)
        else:
            out.print(_columns(check.columns))
        _list(out, "Always so, and kept in the twin", _short([*check.rules, *check.fixes]))
        _list(out, "What may go wrong", _short(check.doubts), most=len(check.doubts))
        if not check.stops:
            _list(out, "What a run takes", [estimate])
            out.print()
            out.print(Text("Next", style="bold"))
            # Folded, a long path would be two words of the command that is pasted.
            out.print(Text(f"  {clean(then)}"), soft_wrap=True)
    print(re.sub(" +$", "", drawn.get(), flags=re.MULTILINE), end="")  # noqa: T201 - the command's answer


def _head(check: Check) -> str:
    rows = f"{check.rows:,} rows" if check.whole is None else f"{check.rows:,} rows drawn of {check.whole:,}"
    text = f"{clean(check.file)}: {rows}, {len(check.columns)} columns"
    if check.training is None:
        return text
    chosen = " (chosen as the most balanced column with few values)" if check.chosen else ""
    target = f"the target is {clean(check.target)}{chosen}" if check.target else "no target"
    return _short([f"{text}; {check.training:,} rows to learn from, {check.holdout:,} held out; {target}"])[0]


def _columns(columns: Iterable[ColumnCheck]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim", expand=False)
    table.add_column("column", no_wrap=True, max_width=NAME_WIDTH, overflow="ellipsis")
    table.add_column("kind", no_wrap=True)
    for name in ("missing", "values", "heavy", "hidden"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for column in columns:
        table.add_row(
            Text(clean(column.name)),
            Text(column.kind, style=_STYLES.get(column.kind, "")),
            _count(column.missing),
            _count(column.values),
            _heavy(column),
            _count(column.hidden),
            Text(clean(column.why), style="dim"),
        )
    return table


def _paragraphs(out: Console, columns: Iterable[ColumnCheck]) -> None:
    """Print columns as paragraphs, for a terminal that is too narrow for a table; counts of 0 are left
    out.
    """
    for column in columns:
        counts = {
            "missing": _count(column.missing),
            "values": _count(column.values),
            "heavy": _heavy(column),
            "hidden": _count(column.hidden),
        }
        listed = "".join(f", {value} {name}" for name, value in counts.items() if value)
        name = _short([clean(column.name)])[0]
        out.print(Text.assemble((name, "bold"), ": ", (column.kind, _STYLES.get(column.kind, "")), listed))
        if column.why:
            out.print(Padding(Text(clean(column.why), style="dim"), (0, 0, 0, 2)))


def _heavy(column: ColumnCheck) -> str:
    """Return the share of the commonest value, if it is large."""
    return f"{100 * column.heaviest:.0f} %" if column.heaviest and column.heaviest >= _HEAVY else ""


def _list(out: Console, title: str, lines: Sequence[str], *, most: int = MOST_LINES) -> None:
    if not lines:
        return
    out.print()
    out.print(Text(title, style="bold"))
    for line in lines[:most]:
        out.print(Padding(Text(clean(line)), (0, 0, 0, 2)))
    if len(lines) > most:
        out.print(Padding(Text(f"and {len(lines) - most} more", style="dim"), (0, 0, 0, 2)))


def _short(lines: Iterable[str]) -> list[str]:
    """Return lines with long words, such as columns' names, cut."""
    return [_ENDLESS.sub(r"\1…", line) for line in lines]


def clean(text: str | None) -> str:
    """Return text without control characters, which a column's name may contain."""
    return _CONTROL.sub("?", text or "")


def _count(number: int) -> str:
    return f"{number:,}" if number else ""
