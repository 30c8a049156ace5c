"""A file's encoding is found in parts of any size as it is in the whole file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.io.text import Text, read_text
from tabtwin.lib import blob
from tabtwin.lib.blob import Held
from tabtwin.lib.errors import InputError

SIGNS = [*'a\n"é€😀\ufeff']
BYTES = st.lists(st.sampled_from([*(sign.encode() for sign in SIGNS), b"\xe4", b"\x81"]), max_size=30).map(
    b"".join
)


class Parts(Held):
    """Bytes in parts of a few."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._part = size

    def parts(self, size: int = blob.PART) -> Iterator[bytes]:
        return super().parts(self._part)


def found(blob: Held) -> tuple[str, str] | str:
    try:
        text: Text = read_text(blob, "t.csv")
    except InputError as error:
        return str(error)
    return text.encoding, text.lines().read()


@given(BYTES, st.integers(1, 7))
def test_parts_of_any_size_are_the_same_text(data: bytes, size: int) -> None:
    assert found(Parts(data, size)) == found(Held(data))


@given(BYTES)
def test_text_is_what_python_decodes(data: bytes) -> None:
    text = found(Held(data))
    try:
        assert text[1] == data.decode("utf-8-sig")
    except UnicodeDecodeError:
        assert isinstance(text, str) or text == ("cp1252", data.decode("cp1252"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a\nb\n" + b"c" * 1_000 + b"\n\0", "found a zero byte in line 4"),
        (b"a\n\0\0", "found another format"),
        ("a\né\n".encode() + b"b\n\xe4", "found other bytes in line 4"),
        ("a\né\n".encode() + b"\xe2\x82", "found other bytes in line 3"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(data: bytes, said: str) -> None:
    assert said in found(Parts(data, 3))
