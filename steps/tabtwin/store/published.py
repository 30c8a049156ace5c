"""What was published of the same people before, where that is limited: each release tells a little more.

    private/runs/RUN/published/DIGEST    a release of this run's name, by its listing, replaced since or not

The same people are known by a run's name, which a nightly run keeps though its table changes, or by the
table, which runs of other names and settings share.
"""

from __future__ import annotations

from contextlib import suppress

from tabtwin.lib.errors import IntegrityError
from tabtwin.store.artifacts import Run, sha256
from tabtwin.store.release_manifest import LISTING
from tabtwin.store.store import MissingObjectError, Store
from tabtwin.store.tries import CONTENTS, table_mark


def record(run: Run, listing: bytes) -> None:
    """Note that a release was published, for good."""
    run.store.put(f"{_place(run)}{sha256(listing)}", b"")


def count(run: Run, public: Store, listing: bytes) -> int:
    """How many releases went out under the run's name, or stand and are of its table.

    Where this very release went out before, under whatever name, 0: it tells nothing more.

    Args:
        run: The run, in the store of its records.
        public: Where releases stand.
        listing: What vouches for the release at hand.
    """
    own = {key.rpartition("/")[2] for key in run.store.list(_place(run))}
    standing = {key.split("/")[1] for key in public.list("release/") if key.endswith(f"/{LISTING}")}
    table = _table(run)
    others = [name for name in standing - {run.run} if table and _table(Run(run.store, name)) == table]
    known = sha256(listing) in own or any(_listing(public, name) == listing for name in others)
    return 0 if known else len(own) + len(others)


def _listing(public: Store, name: str) -> bytes:
    """What vouches for a release; nothing where it was withdrawn just now."""
    try:
        return public.get(f"release/{name}/{LISTING}")
    except MissingObjectError:
        return b""


def _table(run: Run) -> str:
    """What tells a run's table from others; nothing where its records are gone, or another owner's."""
    with suppress(IntegrityError):
        if run.digest(CONTENTS) is not None:
            return table_mark(run)
    return ""


def _place(run: Run) -> str:
    return f"private/runs/{run.run}/published/"
