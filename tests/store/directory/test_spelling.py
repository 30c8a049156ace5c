from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from tabtwin.store.directory.spelling import CUT, FOLDER, read_segment, spell, spell_folders

SEGMENTS = st.text(st.characters(exclude_characters="/"), max_size=400)


@given(SEGMENTS)
@example("." * 1000)
@example("a" * 139 + "." + "b")
@example("%2e")
@example("")
@example("\ud800")
def test_a_segment_is_read_as_it_was_spelt_in_names_that_every_file_system_takes(segment: str) -> None:
    cuts, name = spell(segment)
    assert read_segment(cuts, name) == segment
    (*more, folder) = spell_folders([segment])
    assert (more, folder) == (cuts, name + FOLDER)
    for part in (*cuts, name, folder):
        assert re.fullmatch(r"[a-z0-9_%=~-][a-z0-9_.%=~-]{0,142}", part)
    assert all(cut.endswith(CUT) for cut in cuts)


@given(st.lists(SEGMENTS, min_size=2, max_size=2, unique=True))
@example(["é", "e\u0301"])
@example(["README", "readme"])
def test_what_differs_is_spelt_apart_for_file_systems_that_fold_letters(two: list[str]) -> None:
    one, other = (
        ["".join(unicodedata.normalize("NFC", name).casefold() for name in spell_folders([segment]))]
        for segment in two
    )
    assert one != other


def test_names_that_no_key_is_spelt_as_are_no_segments() -> None:
    for name in ("A", ".hidden", "%2E", "%61", "a b", "%ff", "a=", "a~", "", "%2", "é", "a..b"):
        assert read_segment([], name) is None
    assert read_segment(["ab~"], "c") is None
