"""The words of a name are told from other text in little time."""

import pytest

from tabtwin.protection.identifiers.known_names import parts


def test_the_words_of_a_name_are_its_first_names_first() -> None:
    assert parts("Dr. Smith, Anna") == ("anna", "smith")


@pytest.mark.parametrize("text", ["Anna" + " " * 30_000 + "x)", "(" * 30_000, "Anna, " * 5_000])
def test_a_long_text_is_no_name(text: str) -> None:
    assert parts(text) == ()
