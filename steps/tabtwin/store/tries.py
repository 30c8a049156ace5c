"""Which twins of a table were judged in a store, what became of each, and what went before a twin.

    private/tables/TABLE/TRY.json

One record for each twin and the limits that it was judged by, whatever run made it: the same command again
is the same try. Gates judge a twin, and with it those that it goes on from. What else was released of the
same rows, and how often a refused table was tried again, they do not see; the report says so. Records outlive
their runs, since cleaning a store calls nothing back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tabtwin.lib.names import Digest
from tabtwin.pipeline.releases import twin_refs
from tabtwin.store import records
from tabtwin.store.artifacts import Frozen, Ref, Run, canonical, sha256
from tabtwin.store.signing import seal, sign
from tabtwin.store.store import ConflictError, MissingObjectError, Store

CONTENTS = Ref(step="ingest", file="contents.json")
"""The digest of a table's rows, which its files may hold in another order, format or line ends."""


class Before(Frozen):
    """What stood when a twin was first judged: other releases of the table, and tries that were refused."""

    releases: int = 0
    refused: int = 0


class Try(Frozen):
    """A twin that was judged, known by its digest, and what became of it, where it came so far."""

    twin: Digest
    before: Before
    refused: bool = False
    released: bool = False


def begin(run: Run, limits: str) -> Before:
    """Note that the run's twin is judged, and tell what went before it: always what did the first time.

    Args:
        run: The run, which has a twin.
        limits: What it is judged by.
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


def end(run: Run, limits: str, *, refused: bool = False, released: bool = False) -> None:
    """Note what became of the run's twin; what was released once stays so."""
    _, key, twins = _where(run, limits)
    found = _read(run.store, key) or Try(twin=twins[-1], before=Before())
    said = {"refused": found.refused or refused, "released": found.released or released}
    ended = found.model_copy(update=said)
    if ended != found:
        run.store.put(key, canonical(seal(ended.model_dump(), key)))


def place_of(run: Run) -> str:
    """Where the tries of a run's table stand."""
    return f"private/tables/{table_mark(run)}/"


def table_mark(run: Run) -> str:
    """What tells a run's table from others: the same for the same rows, and nothing to who lacks the key."""
    rows = run.read(CONTENTS) if run.digest(CONTENTS) is not None else b""
    return sign(rows, "table").decode()[:24]


def _where(run: Run, limits: str) -> tuple[str, str, list[str]]:
    """The place of the table's tries, this one's key, and the twins that are judged with it, its own last."""
    twins = [str(run.digest(ref)) for ref in twin_refs(run)[1:]]
    mark = sha256(canonical([twins, limits]))[:24]
    place = place_of(run)
    return place, f"{place}{mark}.json", twins


def _read(store: Store, key: str) -> Try | None:
    try:
        return records.opened(Try, store.get(key), key)
    except MissingObjectError:
        return None


def _count(found: Sequence[Try], twins: Collection[str]) -> Before:
    """Each twin is one release, under whatever limits, less those that are judged here together.

    A twin that several limits refused is as many tries: limits are tried, too.
    """
    return Before(
        releases=len({other.twin for other in found if other.released and other.twin not in twins}),
        refused=sum(other.refused for other in found),
    )
