"""List what a store holds, which runs use it, and what would be removed with a run.

Releases, under ``release/``, were shared and are no part of this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.store import lease
from tabtwin.store.artifacts import output_key
from tabtwin.store.records import parse_object
from tabtwin.store.signing import KEY_VARIABLE, Document, is_sealed, unseal
from tabtwin.store.sources import UPLOADS
from tabtwin.store.store import Entry, MissingObjectError, Store

PRIVATE = "private/"
RUNS = "private/runs/"
TABLES = "private/tables/"
"""Judgments of each table: they outlive the runs, or a cleaned store would forget what was released."""
IDLE = timedelta(hours=1)
"""In a shared store, a run that recorded something within this time may still be at work."""


@dataclass(frozen=True)
class StoredRun:
    """A run as the store has it.

    Attributes:
        name: Its name.
        uses: Places of the outputs and uploaded files that its records name: ``private/STEP/MARK/``.
        last: When it last recorded something.
        size: Bytes of all that it uses, shared or not.
        follower: The run that continues it; empty if none does.
        released: Whether a release of its name exists.
        working: Whether a driver holds it, or may: in a shared store, one that waits for a pod holds nothing.
        damaged: A record that cannot be read, so that what the run uses is unknown; empty if all can.
        foreign: A record that another key signed; empty if there is none.
    """

    name: str
    uses: frozenset[str]
    last: datetime
    size: int
    follower: str
    released: bool
    working: bool
    damaged: str
    foreign: str


@dataclass(frozen=True)
class Inventory:
    """Everything that a store has under ``private/``."""

    runs: Mapping[str, StoredRun]
    entries: Mapping[str, tuple[Entry, ...]]

    @property
    def size(self) -> int:
        """Return the bytes of all of it."""
        return sum(map(self.bytes_at, self.entries))

    @property
    def unused(self) -> frozenset[str]:
        """Return the places that no run uses: outputs of other settings or versions, and unread files."""
        used = frozenset[str]().union(*(run.uses for run in self.runs.values()))
        return frozenset(place for place in self.entries if not place.startswith((RUNS, TABLES))) - used

    def bytes_at(self, place: str) -> int:
        """Return the bytes at a place."""
        return sum(entry.size for entry in self.entries[place])

    def row(self, name: str) -> list[str]:
        """Return a run, all that continue it and all that it continues: they are kept or removed together.

        Raises:
            InputError: if there is no such run.
        """
        if name not in self.runs:
            raise InputError(f"--run: expected a run that the store holds, found none named {name}")
        before = {run.follower: run.name for run in self.runs.values() if run.follower}
        seen = {name}
        while name in before and before[name] not in seen:
            name = before[name]
            seen.add(name)
        row: list[str] = []
        while name in self.runs and name not in row:
            row.append(name)
            name = self.runs[name].follower
        return row

    def old(self, before: datetime) -> list[str]:
        """Return the owner's runs that have recorded nothing since, and of whose row no other run has."""
        rows = {name: [self.runs[other] for other in self.row(name)] for name in self.runs}
        return [
            name for name, row in rows.items() if all(run.last < before and not run.foreign for run in row)
        ]

    def going(self, names: Collection[str], *, unused: bool) -> list[str]:
        """Return the keys to remove with these runs: records first, and manifests before what they vouch for.

        Raises:
            InputError: if a driver works on one of them, or on any run when unused files are to be removed.
            IntegrityError: if one of them is another owner's.
        """
        foreign = [run for run in self.runs.values() if run.foreign and run.name in names]
        if foreign:
            raise IntegrityError(
                f"{foreign[0].foreign} was not signed with this key: the run is another owner's; "
                f"give the key that signed it ({KEY_VARIABLE}) to remove it"
            )
        busy = [run.name for run in self.runs.values() if run.working and (unused or run.name in names)]
        if busy:
            raise InputError(f"expected runs that have ended, found {busy[0]} still running; wait for it")
        damaged = [run for run in self.runs.values() if run.damaged and run.name not in names]
        if damaged and (unused or names):
            raise InputError(
                f"expected records that say what each run uses, found {damaged[0].damaged} damaged; run that "
                f"again, or remove it first (--run {damaged[0].name})"
            )
        staying = frozenset[str]().union(*(run.uses for run in self.runs.values() if run.name not in names))
        theirs = frozenset[str]().union(*(self.runs[name].uses for name in names)) - staying
        places = sorted(theirs | (self.unused if unused else frozenset()))
        records = [entry.key for name in names for entry in self.entries[f"{RUNS}{name}/"]]
        keys = [entry.key for place in places if place in self.entries for entry in self.entries[place]]
        return [*records, *sorted(keys, key=lambda key: not key.endswith("/manifest.json"))]


def survey(store: Store, *, held: bool) -> Inventory:
    """Return the inventory of a store.

    Args:
        store: The store.
        held: Whether the caller holds all of it, so that a lock there is a dead driver's.
    """
    entries: dict[str, list[Entry]] = {}
    for entry in store.entries(PRIVATE):
        entries.setdefault("/".join(entry.key.split("/")[:3]) + "/", []).append(entry)
    released = {key.split("/")[1] for key in store.list("release/")}
    runs = {
        run.name: run
        for place, found in entries.items()
        if place.startswith(RUNS)
        for run in [_run(store, place, entries, released, held=held)]
    }
    return Inventory(runs, {place: tuple(found) for place, found in entries.items()})


def _run(
    store: Store,
    place: str,
    entries: Mapping[str, Iterable[Entry]],
    released: Collection[str],
    *,
    held: bool,
) -> StoredRun:
    name = place.removeprefix(RUNS).rstrip("/")
    keys = [entry.key for entry in entries[place] if entry.key.endswith(".json")]
    records = {key: _read(store, key) for key in keys}
    pointers = [record for record in records.values() if record and "fingerprint" in record]
    outputs = {output_key(str(found.get("step")), str(found["fingerprint"]), "") for found in pointers}
    read = {f"{UPLOADS}/{upload}/" for found in pointers for upload in _listed(found.get("uploads"))}
    # Whatever a record names, the runs' own places are never outputs.
    uses = (
        frozenset(found for found in outputs | read if not found.startswith((RUNS, TABLES))) & entries.keys()
    )
    followed = records.get(f"{place}followed.json") or {}
    last = max(entry.written for entry in entries[place])
    return StoredRun(
        name=name,
        uses=uses,
        last=last,
        size=sum(entry.size for used in (place, *uses) for entry in entries[used]),
        follower=str(followed.get("run", "")),
        released=name in released,
        working=not held and (datetime.now(UTC) - last < IDLE or lease.is_held(store, name)),
        damaged=next((key for key, found in records.items() if found is None), ""),
        foreign=next((key for key, found in records.items() if found and _is_foreign(found, key)), ""),
    )


def _listed(found: JsonValue) -> list[JsonValue]:
    """Return the items of a record's list; none if it has no such list."""
    return found if isinstance(found, list) else []


def _is_foreign(record: Document, key: str) -> bool:
    """Return whether another key signed a record; older versions wrote unsigned ones."""
    try:
        return is_sealed(record) and not unseal(record, key)
    except IntegrityError:
        return True


def _read(store: Store, key: str) -> Document | None:
    """Return a record of any version; ``None`` if it is not one, or is gone."""
    try:
        return parse_object(store.get(key))
    except MissingObjectError:
        return None
