"""``tabtwin clean``: what lies in a store, how old and how large, and its removal.

Nothing goes without ``--yes``, nothing that a run uses which stays, and no release.
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
    """What is to go."""

    older_than: Annotated[float, options.Takes("DAYS")] = Field(
        0, ge=0, le=36_500, description="remove runs that recorded nothing in so many days"
    )
    run: Annotated[str, options.Takes("RUN")] = Field(
        "", description="remove this run, with those that go on from it and those before it"
    )


def main(arguments: Sequence[str]) -> int:
    """List what a store holds; remove what is asked for.

    Raises:
        InputError: if there is no store, or a driver works on what is to go.
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
            shutil.rmtree(own)  # nothing but what makes it a store
    return 0


def _remove(store: Store, found: Inventory, keys: Sequence[str], *, really: bool) -> None:
    """Remove objects, or say what would go."""
    sizes = {entry.key: entry.size for entries in found.entries.values() for entry in entries}
    total = _size(sum(sizes[key] for key in keys))
    if not really:
        print(f"{len(keys)} objects, {total}, would go: say so with --yes")  # noqa: T201 - the command's answer
        return
    for key in keys:
        store.delete(key)
    print(f"{len(keys)} objects, {total}, are gone")  # noqa: T201 - the command's answer


def _parser() -> command_line.Parser:
    parser = command_line.Parser(
        prog="tabtwin clean",
        description="List what lies in a store, how old and how large, and remove what is asked for. "
        "Releases are left alone.",
    )
    parser.add_argument("PLACE", help="an output folder, or the --store of a run")
    command_line.add_fields(parser, Params)
    parser.add_argument(
        "--unused", action="store_true", help="remove what no run uses, of other settings or versions"
    )
    parser.add_argument("--yes", action="store_true", help="do it; without it, only say what would go")
    return parser


def _chosen(found: Inventory, params: Params) -> list[str]:
    """The runs that are to go."""
    going = found.row(params.run) if params.run else []
    if params.older_than:
        going += found.old(datetime.now(UTC) - timedelta(days=params.older_than))
    return list(dict.fromkeys(going))


@contextmanager
def _place(place: str) -> Iterator[Path | None]:
    """Where an output folder's own store lies, in which nobody else works then; ``None`` for another."""
    if "://" in place:
        yield None
        return
    with folder.hold_again(Path(place)) as out:
        if not out.store.exists():
            raise InputError(
                f"expected a folder with a store of its own, found none in {place}; "
                "where its run had a --store, name that"
            )
        yield out.store.absolute()


def _show(found: Inventory, going: Sequence[str]) -> None:
    """The runs, what none of them uses, and all together."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)  # it is what --run is given
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(min_width=len("released"))
    table.add_column()
    table.add_row("run", "last used", Text("size", justify="right"), "release", "")
    today = datetime.now(UTC)
    for run in sorted(found.runs.values(), key=lambda run: run.last):
        table.add_row(run.name, _age(today - run.last), _right(run.size), _released(run), _state(run, going))
    unused = sum(map(found.bytes_at, found.unused))
    table.add_row("used by none", "", _right(unused), "", "")
    table.add_row("together", "", _right(found.size), "", "")
    Console(highlight=False).print(table)


def _released(run: StoredRun) -> str:
    said = "released" if run.released else "none"
    return f"{said}, then {run.follower}" if run.follower else said


def _state(run: StoredRun, going: Sequence[str]) -> str:
    return "at work" if run.working else "to go" if run.name in going else ""


def _age(since: timedelta) -> str:
    hours = int(since.total_seconds() // 3600)
    if hours < 1:
        return "just now"
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _right(size: int) -> Text:
    return Text(_size(size), justify="right")


def _size(size: float) -> str:
    """Bytes as people write them."""
    for unit in UNITS:
        if size < 1000 or unit == UNITS[-1]:
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == UNITS[0] else f"{size:.1f} {unit}"
