"""Log as JSON lines for machines and as plain lines on a terminal, and never a cell of the table.

structlog's default tracebacks print local variables, and an exception's message may hold a cell (``could
not convert string to float: ...``): both are left out, and only the type and the lines of code remain.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from tabtwin.lib.progress_file import write_progress

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what), as often as the caller likes; the log thins it out."""

PROGRESS_SECONDS = 1.0
T = TypeVar("T")


def configure(style: str) -> None:
    """Set up logging for this process; ``style`` is ``json``, ``text`` or ``auto`` (by terminal)."""
    import structlog  # loaded late: it brings rich along, and who drives a run logs nothing

    json = style == "json" or (style == "auto" and not sys.stdout.isatty())
    renderer: Any = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )


def logger() -> Any:
    """Return the logger of this process."""
    import structlog  # as above

    return structlog.get_logger()


def progress(done: int, total: int, what: str) -> None:
    """Log the progress of a long loop, at most once a second and always at its end, and tell Argo of it.

    ``what`` names what is counted; after a comma it may add what changes: ``epochs, loss 0.842``.
    """
    now, counted_as = time.monotonic(), what.partition(",")[0]
    if done >= total or now - _last.get(counted_as, -PROGRESS_SECONDS) >= PROGRESS_SECONDS:
        _last[counted_as] = now
        _shown_by.get()(done, total, what)


def _logged(done: int, total: int, what: str) -> None:
    logger().info("progress", what=what, done=done, total=total)
    write_progress(done, total)


_last: dict[str, float] = {}
_shown_by: ContextVar[Progress] = ContextVar("shown_by", default=_logged)


@contextmanager
def report_to(shown_by: Progress) -> Iterator[None]:
    """Send progress there, and to no log, while this is open."""
    token = _shown_by.set(shown_by)
    try:
        yield
    finally:
        _shown_by.reset(token)


@contextmanager
def portion(before: int, own: int, total: int, what: str) -> Iterator[None]:
    """Report progress, while this is open, as that of a portion of a longer work, and its end.

    Args:
        before: How much of the work is done, in units of any size.
        own: How much the portion is.
        total: How much all of it is.
        what: The work's name.
    """
    whole = _shown_by.get()
    furthest = 0.0

    def shown(done: int, most: int, part: str) -> None:
        nonlocal furthest
        # A portion may count several things in turn, each from its beginning.
        furthest = max(furthest, done / most if most else 0)
        whole(int(100 * (before + own * furthest) / total), 100, part)

    with report_to(shown):
        yield
    whole(100 * (before + own) // total, 100, what)


def silence() -> AbstractContextManager[None]:
    """Report no progress while this is open: for functions that are called outside a run."""
    return report_to(lambda done, total, what: None)


def counted(items: Iterable[T], total: int, what: str, report: Progress = progress) -> Iterator[T]:
    """Yield ``items``, reporting progress as each is done."""
    for done, item in enumerate(items, start=1):
        yield item
        report(done, total, what)


def where(error: BaseException) -> str:
    """Return the type of an unexpected error and the lines of code that led to it, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames[-6:]]
    return f"{type(error).__name__} at " + " < ".join(reversed(lines))
