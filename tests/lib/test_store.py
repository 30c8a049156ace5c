from __future__ import annotations

import os

import pytest

from tabtwin.lib.errors import InputError, IntegrityError, StoreError
from tabtwin.lib.store import MULTIPART_BYTES, ConflictError, MissingObjectError, Store


def test_an_object_comes_back_as_it_was_written(store: Store) -> None:
    store.put("a/b", b"bytes")

    assert store.get("a/b") == b"bytes"


def test_an_object_over_the_multipart_threshold_comes_back_whole(store: Store) -> None:
    data = os.urandom(MULTIPART_BYTES + 12_345)

    store.put("big", data)

    assert store.get("big") == data
    assert "-" in store.head("big").etag  # an ETag of parts: it did go up in several


def test_a_missing_object_is_told_from_a_failure(store: Store) -> None:
    with pytest.raises(MissingObjectError):
        store.get("nothing")


def test_create_writes_only_where_nothing_is(store: Store) -> None:
    store.create("lock", b"first")

    with pytest.raises(ConflictError):
        store.create("lock", b"second")
    assert store.get("lock") == b"first"


def test_swap_writes_only_over_the_object_that_was_seen(store: Store) -> None:
    etag = store.create("lock", b"first")
    store.swap("lock", b"second", etag)

    with pytest.raises(ConflictError):
        store.swap("lock", b"third", etag)
    assert store.get("lock") == b"second"


def test_list_gives_keys_under_the_stores_own_prefix(store: Store) -> None:
    for key in ("x/2", "x/1", "y/1"):
        store.put(key, b"")

    assert store.list("x/") == ["x/1", "x/2"]


def test_delete_of_nothing_is_nothing(store: Store) -> None:
    store.delete("nothing")

    assert not store.exists("nothing")


def test_an_objects_age_is_by_the_stores_clock(store: Store) -> None:
    store.put("now", b"")

    assert 0 <= store.head("now").age < 30


def test_a_wrong_secret_is_a_matter_of_access(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    with pytest.raises(IntegrityError, match="denies access"):
        Store.open(store.url).get("anything")


def test_a_store_that_is_away_may_be_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(StoreError, match="does not answer") as caught:
        Store.open(store.url).get("anything")
    assert caught.value.code == 1


def test_a_url_that_is_no_bucket_is_refused() -> None:
    with pytest.raises(InputError, match="s3://bucket/prefix"):
        Store.open("/tmp/somewhere", client=object())
