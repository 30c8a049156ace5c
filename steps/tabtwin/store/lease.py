"""Lease a run, so that two drivers never work on the same one.

The lock object is created with ``If-None-Match: *`` and renewed while its owner lives. A driver that finds
it older than the lease, by the store's own clock, takes it over; processes of the same owner are let in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tabtwin.lib.errors import IntegrityError, TabtwinError
from tabtwin.store.store import ConflictError, MissingObjectError, Store

LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0
FRESH_SECONDS = 5.0
"""A lease that its owner renewed less than this ago is left as it is: each task of a run claims it."""


class HeldError(IntegrityError):
    """Another driver holds the run."""


def lock_key(run: str) -> str:
    """Return the key of a run's lock."""
    return f"private/runs/{run}/lock"


def claim(store: Store, run: str, owner: str, lease: float = LEASE_SECONDS) -> None:
    """Take the run for ``owner``, or renew the lease unless that was done a moment ago.

    Raises:
        HeldError: if another owner holds it.
    """
    key, mine = lock_key(run), owner.encode()
    try:
        head = store.head(key)
        holder = store.get(key)
        if holder != mine and head.age < lease:
            raise HeldError(
                f"run {run} is held by another driver; wait for it, or {lease:.0f} s after it died"
            )
        if holder != mine or head.age >= FRESH_SECONDS:
            store.swap(key, mine, head.etag)
    except MissingObjectError:
        try:
            store.create(key, mine)
        except ConflictError:
            claim(store, run, owner, lease)
    except ConflictError:
        # It was renewed or taken between the two reads: read again.
        claim(store, run, owner, lease)


def is_held(store: Store, run: str) -> bool:
    """Return whether a driver holds a run, or died less than a lease ago."""
    try:
        return store.head(lock_key(run)).age < LEASE_SECONDS
    except MissingObjectError:
        return False


def release(store: Store, run: str, owner: str) -> None:
    """Release the run, if ``owner`` still holds it."""
    try:
        if store.get(lock_key(run)) == owner.encode():
            store.delete(lock_key(run))
    except MissingObjectError:
        pass


@contextmanager
def held(
    store: Store,
    run: str,
    owner: str,
    *,
    every: float = RENEW_SECONDS,
    lost: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Hold the run while the body runs, renewing the lease; call ``lost`` if another driver has taken it."""
    claim(store, run, owner)
    done = threading.Event()

    def renew() -> None:
        while not done.wait(every):
            try:
                claim(store, run, owner)
            except HeldError:
                if lost:
                    lost()
                return
            except TabtwinError:
                continue  # the store may be away for a moment; the lease survives three misses

    thread = threading.Thread(target=renew, daemon=True, name="lease")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
