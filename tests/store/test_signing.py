from __future__ import annotations

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabtwin.lib.errors import IntegrityError
from tabtwin.store import signing


@pytest.fixture(autouse=True)
def own_cache(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_what_was_signed_is_verified() -> None:
    signing.verify(b"model", signing.sign(b"model", "here"), "here")


@pytest.mark.parametrize(("data", "where"), [(b"modem", "here"), (b"model", "there")])
def test_another_byte_or_place_is_refused(data: bytes, where: str) -> None:
    with pytest.raises(IntegrityError):
        signing.verify(data, signing.sign(b"model", "here"), where)


def test_the_key_is_made_once_and_for_the_user_alone() -> None:
    first = signing.signing_key()

    assert signing.signing_key() == first
    assert signing.key_file().stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_can_read_is_refused() -> None:
    signing.signing_key()
    signing.key_file().chmod(0o644)

    with pytest.raises(IntegrityError, match="chmod 600"):
        signing.signing_key()


@pytest.mark.parametrize("key", ["", "short", " " * 40, "0123456789abcdef" + " " * 40])
def test_an_empty_or_short_key_is_refused_wherever_it_stands(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing.signing_key()
    signing.key_file().write_text(key)
    with pytest.raises(IntegrityError, match=r"expected 32 characters or more, found .*; make one with"):
        signing.sign(b"model", "here")
    monkeypatch.setenv(signing.KEY_VARIABLE, key)
    with pytest.raises(IntegrityError, match=f"^{signing.KEY_VARIABLE}: expected 32 characters or more"):
        signing.sign(b"model", "here")


def test_a_key_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    signing.signing_key()
    monkeypatch.setattr("os.geteuid", lambda: 12_345)
    with pytest.raises(IntegrityError, match="is another user's"):
        signing.signing_key()


@pytest.mark.parametrize("place", ["link", "dangling link", "folder", "pipe"])
def test_what_is_no_file_is_no_key_and_is_not_waited_for(place: str) -> None:
    signing.signing_key()
    path = signing.key_file()
    other = path.rename(path.with_name("other"))
    if place == "folder":
        path.mkdir()
    elif place == "pipe":
        os.mkfifo(path, 0o600)
    else:
        path.symlink_to(other if place == "link" else other.with_name("gone"))
    with pytest.raises(IntegrityError, match=r"the signing key .*; remove it, or set"):
        signing.signing_key()


DOCUMENTS = st.dictionaries(
    st.text(max_size=5).filter(lambda name: name != signing.SIGNATURE),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(document=DOCUMENTS, other=DOCUMENTS)
def test_a_sealed_document_is_read_back_after_any_spelling_and_no_other_passes_for_it(
    document: dict[str, object], other: dict[str, object]
) -> None:
    sealed = json.loads(json.dumps(signing.seal(document, "here"), indent=3))
    assert signing.unseal(sealed, "here") == document
    with pytest.raises(IntegrityError):
        signing.unseal(sealed, "there")
    if json.dumps(document, sort_keys=True) != json.dumps(other, sort_keys=True):
        with pytest.raises(IntegrityError):
            signing.unseal({**other, signing.SIGNATURE: sealed[signing.SIGNATURE]}, "here")


def test_a_document_without_a_signature_or_with_no_number_is_refused() -> None:
    for document in ({}, {"a": 1}, {"a": float("nan"), signing.SIGNATURE: "00"}, {signing.SIGNATURE: "é"}):
        with pytest.raises(IntegrityError):
            signing.unseal(document, "here")


def test_a_given_key_counts_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.KEY_VARIABLE, "given" * 8)

    assert signing.signing_key() == b"given" * 8
    assert not signing.key_file().exists()
