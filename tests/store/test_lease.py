from __future__ import annotations

import time

import pytest

from tabtwin.store import lease
from tabtwin.store.store import Store


@pytest.fixture
def store(each_store: Store) -> Store:
    return each_store


def test_a_second_owner_is_refused_while_the_lease_is_fresh(store: Store) -> None:
    lease.claim(store, "r", "first")

    with pytest.raises(lease.HeldError) as caught:
        lease.claim(store, "r", "second")
    assert caught.value.code == 4


def test_the_same_owner_is_let_in_again(store: Store) -> None:
    lease.claim(store, "r", "first")
    lease.claim(store, "r", "first")

    assert store.get(lease.lock_key("r")) == b"first"


def test_a_lease_that_ran_out_is_taken_over(store: Store) -> None:
    lease.claim(store, "r", "dead")
    lease.claim(store, "r", "alive", lease=-1)

    assert store.get(lease.lock_key("r")) == b"alive"


def test_only_the_owner_gives_a_run_back(store: Store) -> None:
    lease.claim(store, "r", "first")
    lease.release(store, "r", "second")
    assert store.exists(lease.lock_key("r"))

    lease.release(store, "r", "first")
    assert not store.exists(lease.lock_key("r"))


def test_a_held_run_is_renewed_in_the_background(store: Store) -> None:
    with lease.held(store, "r", "first", every=0.05):
        store.delete(lease.lock_key("r"))
        deadline = time.monotonic() + 10
        while not store.exists(lease.lock_key("r")) and time.monotonic() < deadline:
            time.sleep(0.05)

        assert store.get(lease.lock_key("r")) == b"first"


def test_who_loses_a_run_is_told(store: Store) -> None:
    told: list[bool] = []
    with lease.held(store, "r", "first", every=0.05, lost=lambda: told.append(True)):
        store.put(lease.lock_key("r"), b"second")
        deadline = time.monotonic() + 10
        while not told and time.monotonic() < deadline:
            time.sleep(0.05)

    assert told == [True]


@pytest.mark.parametrize(("fresh", "renewals"), [(60.0, 0), (-1.0, 1)])
def test_a_lease_is_renewed_unless_that_was_done_a_moment_ago(
    store: Store, monkeypatch: pytest.MonkeyPatch, fresh: float, renewals: int
) -> None:
    renewed: list[str] = []
    swap = type(store).swap

    def counted(self: Store, key: str, data: bytes, etag: str) -> str:
        renewed.append(key)
        return swap(self, key, data, etag)

    monkeypatch.setattr(type(store), "swap", counted)
    monkeypatch.setattr(lease, "FRESH_SECONDS", fresh)
    lease.claim(store, "r", "first")
    lease.claim(store, "r", "first")

    assert renewed == [lease.lock_key("r")] * renewals
    assert store.get(lease.lock_key("r")) == b"first"
