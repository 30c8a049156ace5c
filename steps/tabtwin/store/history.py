"""Record which twins of a table were judged and released, and count what came before a twin.

    private/tables/TABLE/TRY.json        a twin of a table, the limits that it was judged by, and its outcome
    private/runs/RUN/published/DIGEST    a release under this run's name, by its listing, even if replaced

Two counts answer two questions. :func:`begin` counts what the *gates* cannot see: other releases of the same
rows, and refused tries, whatever runs made them; the same command again is the same try. :func:`releases_of`
counts releases about the same *people*, which may be limited: they are known by the run's name, which a
nightly run keeps though its table changes, or by the table, which runs of other names share. Records of a
table outlive its runs, since cleaning a store recalls no release.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from tabtwin.lib.errors import IntegrityError
from tabtwin.lib.names import Digest
from tabtwin.store import records
from tabtwin.store.artifacts import Frozen, Ref, canonical, sha256
from tabtwin.store.release_manifest import LISTING
from tabtwin.store.run import Run
from tabtwin.store.signing import seal, sign
from tabtwin.store.store import ConflictError, MissingObjectError, Store
from tabtwin.store.twins import twin_digests

CONTENTS = Ref(step="ingest", file="contents.json")
"""The digest of a table's rows, which its files may hold in another order, format or with other line ends."""


class Before(Frozen):
    """What there was when a twin was first judged: other releases of the table, and refused tries."""

    releases: int = 0
    refused: int = 0


class Try(Frozen):
    """A twin that was judged, known by its digest, and its outcome so far."""

    twin: Digest
    before: Before
    refused: bool = False
    released: bool = False


def begin(run: Run, limits: str) -> Before:
    """Record that the run's twin is judged; return what came before it, as of the first time.

    Args:
        run: The run, which has a twin.
        limits: The limits that it is judged by.
    """
    place, key, twins = _where(run, limits)
    found = _read(run.store, key)
    if found is None:
        others = [_read(run.store, other) for other in run.store.list(place)]
        found = Try(twin=twins[-1], before=_count([other for other in others if other], twins))
        try:
            run.store.create(key, canonical(seal(found.model_dump(), key)))
        except ConflictError:
            return begin(run, limits)
    return found.before


def end(run: Run, limits: str, *, refused: bool) -> None:
    """Record that the run's twin was judged and not released; an earlier release stays on record."""
    _update(run, limits, refused=refused)


def publish(run: Run, limits: str, listing: bytes) -> None:
    """Record that the run's twin is released, for good: by the table, and by the run's name."""
    run.store.put(f"{_published(run)}{sha256(listing)}", b"")
    _update(run, limits, released=True)


def releases_of(run: Run, public: Store, listing: bytes) -> int:
    """Count the releases under the run's name, and those of its table that still exist.

    If this very release was published before, under any name, the count is 0: it reveals nothing more.

    Args:
        run: The run, in the store of its records.
        public: The store of releases.
        listing: The manifest of the release at hand.
    """
    own = {key.rpartition("/")[2] for key in run.store.list(_published(run))}
    standing = {key.split("/")[1] for key in public.list("release/") if key.endswith(f"/{LISTING}")}
    table = _table(run)
    others = [name for name in standing - {run.run} if table and _table(Run(run.store, name)) == table]
    known = sha256(listing) in own or any(_listing(public, name) == listing for name in others)
    return 0 if known else len(own) + len(others)


def place_of(run: Run) -> str:
    """Return the prefix of the tries of a run's table."""
    return f"private/tables/{table_mark(run)}/"


def table_mark(run: Run) -> str:
    """Return the mark of a run's table: the same for the same rows, and meaningless without the key."""
    rows = run.read(CONTENTS) if run.digest(CONTENTS) is not None else b""
    return sign(rows, "table").decode()[:24]


def _update(run: Run, limits: str, *, refused: bool = False, released: bool = False) -> None:
    _, key, twins = _where(run, limits)
    found = _read(run.store, key) or Try(twin=twins[-1], before=Before())
    outcome = {"refused": found.refused or refused, "released": found.released or released}
    updated = found.model_copy(update=outcome)
    if updated != found:
        run.store.put(key, canonical(seal(updated.model_dump(), key)))


def _where(run: Run, limits: str) -> tuple[str, str, list[str]]:
    """Return the place of the table's tries, this one's key, and the twins judged with it, its own last."""
    twins = twin_digests(run)
    mark = sha256(canonical([twins, limits]))[:24]
    place = place_of(run)
    return place, f"{place}{mark}.json", twins


def _read(store: Store, key: str) -> Try | None:
    try:
        return records.read_signed(Try, store.get(key), key)
    except MissingObjectError:
        return None


def _count(found: Sequence[Try], twins: Collection[str]) -> Before:
    """Count each released twin once, whatever its limits, except those that are judged here together.

    A twin that several limits refused counts as several tries: trying other limits is another try.
    """
    return Before(
        releases=len({other.twin for other in found if other.released and other.twin not in twins}),
        refused=sum(other.refused for other in found),
    )


def _listing(public: Store, name: str) -> bytes:
    """Return the manifest of a release; nothing if it was withdrawn just now."""
    try:
        return public.get(f"release/{name}/{LISTING}")
    except MissingObjectError:
        return b""


def _table(run: Run) -> str:
    """Return the mark of a run's table; nothing where its records are gone, or another owner's."""
    with suppress(IntegrityError):
        if run.digest(CONTENTS) is not None:
            return table_mark(run)
    return ""


def _published(run: Run) -> str:
    return f"private/runs/{run.run}/published/"
