"""Show a run: a live list of the steps on a terminal, JSON lines anywhere else.

If a person reads and nothing can be overwritten (a dumb terminal, a pipe with ``--log text``), it is a line
for every task that ended.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tabtwin.cli.lines import JsonLines, PlainLines
from tabtwin.lib import log
from tabtwin.pipeline.finish import Ending, Headline
from tabtwin.runner.events import Watcher
from tabtwin.runner.folder import Folder

# rich is loaded late: lines for machines need none of it.
if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def open_watcher(style: str) -> Iterator[Watcher]:
    """Open the watcher that suits the output; ``style`` is auto, json or text."""
    if not is_text(style):
        yield JsonLines()
        return
    from rich.console import Console

    console = Console()
    if not is_live(console):
        yield PlainLines()
    else:
        from rich.live import Live

        from tabtwin.cli.live import LiveList

        view = LiveList()
        with Live(view, console=console, refresh_per_second=4):
            yield view


@contextmanager
def open_progress(style: str) -> Iterator[None]:
    """Show the progress of this process, in one changing line or in the log, but not among plain lines."""
    log.configure(style)
    if not is_text(style):
        yield
        return
    from rich.console import Console
    from rich.text import Text

    console = Console()
    if not is_live(console):
        with log.silence():
            yield
    else:
        with (
            console.status("reading") as status,
            log.report_to(
                lambda done, total, what: status.update(
                    Text(f"{what}, {done} of {total}", overflow="ellipsis")
                )
            ),
        ):
            yield


def announce(style: str, event: str, text: str, **facts: str) -> None:
    """Print a note before there is anything to watch: a sentence on a terminal, facts anywhere else."""
    if is_text(style):
        from rich.console import Console
        from rich.text import Text

        Console().print(Text(text, style="dim", overflow="fold"))
    else:
        JsonLines().noted(event, text, **facts)


def summarize(style: str, folder: Folder, ended: Ending | None) -> None:
    """Print how the run ended: the figures and the paths, or the step that ended it and why."""
    paths = {
        "release": str(folder.release) if folder.release.exists() else None,
        "report": str(folder.delivered / "report.html"),
    }
    figures = headline(folder)
    if not is_text(style):
        line = {"event": "run.done", "code": ended.code if ended else 0, **figures, **paths}
        if ended:
            line |= {"task": ended.task, "reason": ended.reason}
        print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201 - the log
        return
    shown = {name.replace("_", " "): "-" if value is None else str(value) for name, value in figures.items()}
    widest = max(map(len, (*shown, *paths)))
    lines = [f"{name:{widest}}  {value}" for name, value in shown.items()]
    # A path has its own line, so that it is not wrapped.
    lines += [f"{name}: {path}" for name, path in paths.items() if path]
    if ended:
        lines.append(f"{ended.task} ended the run (exit code {ended.code}): {ended.reason}")
    print("\n".join(lines), flush=True)  # noqa: T201 - the command's answer


def headline(folder: Folder) -> Headline:
    """Return the report's first figures, if the run got as far as a report."""
    file = folder.delivered / "metrics.json"
    if not file.exists():
        return {}
    found: Headline = json.loads(file.read_text()).get("headline", {})
    return found


def is_text(style: str) -> bool:
    """Return whether people read: a style of ``text``, or ``auto`` on a terminal."""
    return style == "text" or (style == "auto" and sys.stdout.isatty())


def is_live(console: Console) -> bool:
    """Return whether the console's output can be overwritten."""
    return console.is_terminal and not console.is_dumb_terminal
