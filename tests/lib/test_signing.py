from __future__ import annotations

import pytest

from tabtwin.lib import signing
from tabtwin.lib.errors import IntegrityError


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


def test_a_given_key_counts_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(signing.KEY_VARIABLE, "given" * 8)

    assert signing.signing_key() == b"given" * 8
    assert not signing.key_file().exists()
