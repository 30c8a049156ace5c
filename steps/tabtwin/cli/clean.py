"""``tabtwin clean``: list what a store holds, how old and how large, and remove it.

Nothing is removed without ``--yes``, nor what a remaining run uses, nor releases.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tabtwin.lib import command_line, options
from tabtwin.lib.errors import InputError
from tabtwin.runner import folder
from tabtwin.store.artifacts import Frozen
from tabtwin.store.inventory import Inventory, StoredRun, survey
from tabtwin.store.opening import open_store
from tabtwin.store.store import Store

UNITS = ("B", "kB", "MB", "GB", "TB")


class Params(Frozen):
    """What to remove."""

    older_than: Annotated[float, options.Takes("DAYS")] = Field(
        0, ge=0, le=36_500, description="remove runs that have recorded nothing in this many days"
    )
    run: Annotated[str, options.Takes("RUN")] = Field(
        "", description="remove this run, with those that continue it and those that it continues"
    )


def main(arguments: Sequence[str]) -> int:
    """List what a store holds; remove what is named.

    Raises:
        InputError: if there is no store, or a driver is working on what is to be removed.
    """
    given = vars(_parser().parse_args(arguments))
    params = options.build(Params, given)
    with _place(given["PLACE"]) as own:
        store = open_store(str(own) if own else given["PLACE"])
        found = survey(store, held=own is not None)
        going = _chosen(found, params)
        _show(found, going)
        keys = found.going(going, unused=given["unused"])
        if params.run or params.older_than or given["unused"]:
            _remove(store, found, keys, really=given["yes"])
        if own and given["yes"] and not store.list(""):
            shutil.rmtree(own)  # nothing except what makes it a store
    return 0


def _remove(store: Store, found: Inventory, keys: Sequence[str], *, really: bool) -> None:
    """Remove objects, or print what would be removed."""
    sizes = {entry.key: entry.size for entries in found.entries.values() for entry in entries}
    total = _size(sum(sizes[key] for key in keys))
    if not really:
        print(f"{len(keys)} objects, {total}, would be removed; add --yes to do so")  # noqa: T201 - the command's answer
        return
    for key in keys:
        store.delete(key)
    print(f"{len(keys)} objects, {total}, were removed")  # noqa: T201 - the command's answer


def _parser() -> command_line.Parser:
    parser = command_line.Parser(
        prog="tabtwin clean",
        description="List what a store holds, how old and how large, and remove what you name. "
        "Releases are left alone.",
    )
    parser.add_argument("PLACE", help="an output folder, or the --store of a run")
    command_line.add_fields(parser, Params)
    parser.add_argument(
        "--unused", action="store_true", help="remove what no run uses, from other settings or versions"
    )
    parser.add_argument(
        "--yes", action="store_true", help="remove it; without this, only show what would be removed"
    )
    return parser


def _chosen(found: Inventory, params: Params) -> list[str]:
    """Return the runs to remove."""
    going = found.row(params.run) if params.run else []
    if params.older_than:
        going += found.old(datetime.now(UTC) - timedelta(days=params.older_than))
    return list(dict.fromkeys(going))


@contextmanager
def _place(place: str) -> Iterator[Path | None]:
    """Yield the place of an output folder's own store, locked for others; ``None`` for another store."""
    if "://" in place:
        yield None
        return
    with folder.hold_again(Path(place)) as out:
        if not out.store.exists():
            raise InputError(
                f"expected a folder with its own store, found none in {place}; "
                "if its run had a --store, name that"
            )
        yield out.store.absolute()


def _show(found: Inventory, going: Sequence[str]) -> None:
    """Print the runs, what none of them uses, and the total."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)  # it is the value for --run
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(min_width=len("released"))
    table.add_column()
    table.add_row("run", "last used", Text("size", justify="right"), "release", "")
    today = datetime.now(UTC)
    for run in sorted(found.runs.values(), key=lambda run: run.last):
        table.add_row(run.name, _age(today - run.last), _right(run.size), _released(run), _state(run, going))
    unused = sum(map(found.bytes_at, found.unused))
    table.add_row("unused", "", _right(unused), "", "")
    table.add_row("together", "", _right(found.size), "", "")
    Console(highlight=False).print(table)


def _released(run: StoredRun) -> str:
    said = "released" if run.released else "none"
    return f"{said}, then {run.follower}" if run.follower else said


def _state(run: StoredRun, going: Sequence[str]) -> str:
    return "running" if run.working else "to be removed" if run.name in going else ""


def _age(since: timedelta) -> str:
    hours = int(since.total_seconds() // 3600)
    if hours < 1:
        return "just now"
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _right(size: int) -> Text:
    return Text(_size(size), justify="right")


def _size(size: float) -> str:
    """Return a size in a readable unit."""
    for unit in UNITS:
        if size < 1000 or unit == UNITS[-1]:
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == UNITS[0] else f"{size:.1f} {unit}"
