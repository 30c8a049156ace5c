"""New keys come from where the source has none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.schema.kinds.key_ranges import apart
from tabtwin.schema.spelling.patterns import infer, literal, regenerate


def texts(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


def made(keys: np.ndarray, dtype: str = "string") -> np.ndarray:
    """As many new keys as there are old ones."""
    pattern = infer(keys)
    assert pattern is not None
    found = apart(keys, pattern, dtype)
    return regenerate(found["pattern"], len(keys), np.random.default_rng(7), first=found["first"])


@pytest.mark.parametrize(
    ("form", "count", "first"),
    [("{}", 7_043, "10001"), ("user_{}", 200, "user_1001"), ("{}-A", 99, "101-A")],
)
def test_running_numbers_begin_with_a_digit_more_than_the_sources_have(
    form: str, count: int, first: str
) -> None:
    keys = texts(*(form.format(number) for number in range(1, count + 1)))
    assert made(keys)[0] == first
    assert not set(made(keys)) & set(keys)


def test_a_type_that_ends_before_has_its_numbers_from_1_again() -> None:
    keys = texts(*map(str, range(1, 101)))
    assert apart(keys, "#", "int8")["first"] == 1
    assert apart(keys, "#", "int16")["first"] == 1_001


def test_a_pattern_that_is_nearly_full_has_a_digit_more() -> None:
    keys = texts(*(f"K{number:03d}" for number in range(900)))
    assert apart(keys, "K999", "string")["pattern"] == "K9999"
    numbers = texts(*map(str, range(100, 1_000)))
    assert apart(numbers, "999", "int64")["pattern"] == "9999"


def test_scattered_keys_have_a_digit_more_where_no_beginning_is_free() -> None:
    drawn = np.random.default_rng(4).permutation(10_000)[:900]
    keys = texts(*(f"A{number:04d}" for number in drawn))
    assert apart(keys, "\\A9999", "string")["pattern"] == "\\A99999"


def test_keys_of_letters_only_have_a_letter_more_where_no_beginning_is_free() -> None:
    codes = [first + then for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for then in "ACEGIKMO"]
    assert apart(texts(*codes), "AA", "string")["pattern"] == "AAA"
    assert all(len(key) == 3 and key.isalpha() for key in made(texts(*codes)))


def test_a_pattern_with_far_more_room_than_keys_stays_as_it_is() -> None:
    draw = np.random.default_rng(2)
    keys = texts(*(draw.bytes(16).hex() for _ in range(500)))
    pattern = "h" * 32
    assert apart(keys, pattern, "string")["pattern"] == pattern


def test_the_free_range_is_written_as_signs_that_stand_for_themselves() -> None:
    keys = texts(*(f"C{number:05d}" for number in range(0, 98_000, 200)))
    found = apart(keys, "C99999", "string")["pattern"]
    assert found in {"C\\9\\8999", "C\\9\\9999"}


def test_a_free_range_is_drawn_among_all_that_are_free_and_is_the_same_for_the_same_keys() -> None:
    found = set()
    for shift in range(60):
        keys = texts(*(f"C{number:04d}" for number in range(1_000 + shift, 3_000, 20)))
        pattern = apart(keys, "C9999", "string")["pattern"]
        assert pattern == apart(keys, "C9999", "string")["pattern"]
        found.add(pattern)
    assert found == {f"C{literal(digit)}999" for digit in "03456789"}


def test_a_key_of_another_form_does_not_keep_others_from_a_free_range() -> None:
    keys = texts(*(f"C{number:04d}" for number in range(1_000, 3_000, 20)), "X-17")
    new = apart(keys, "C9999", "string")["pattern"]
    assert new != "C9999"
    assert not set(regenerate(new, 100, np.random.default_rng(7))) & set(keys)


def test_where_no_range_is_free_the_last_digit_that_all_keys_have_is_another_one() -> None:
    keys = texts(*(f"00{number:03d}" for number in range(1, 401)))
    assert apart(keys, "00999", "string")["pattern"] == "01999".replace("1", "\\1")
    assert not set(made(keys)) & set(keys)


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (10**9, 2**31 - 1, "int32"),
        (10_000, 32_767, "int16"),
        (10**18, 9 * 10**18, "int64"),
        (100, 255, "uint8"),
        (10_000, 10_399, "int16"),
    ],
)
def test_new_keys_are_numbers_that_the_type_can_hold(low: int, high: int, dtype: str) -> None:
    drawn = np.unique(np.random.default_rng(3).integers(low, high, 300, dtype="uint64"))
    keys = texts(*map(str, drawn.tolist()))
    pattern = infer(keys)
    assert pattern is not None
    new = regenerate(apart(keys, pattern, dtype)["pattern"], 80, np.random.default_rng(7))
    assert max(map(int, new)) <= np.iinfo(dtype).max
    assert all(len(key) == len(keys[0]) for key in new)


@given(
    numbers=st.sets(st.integers(0, 99_999), min_size=2, max_size=300),
    form=st.sampled_from(["{:05d}", "K-{:05d}", "{:05d}x", "{:05x}"]),
)
@settings(max_examples=100)
def test_a_key_that_is_made_anew_in_a_free_range_is_none_of_the_sources(numbers: set[int], form: str) -> None:
    keys = texts(*(form.format(number) for number in sorted(numbers)))
    pattern = infer(keys)
    if pattern is None:
        return
    found = apart(keys, pattern, "string")
    if found["pattern"] != pattern or found["first"] != 1:
        assert not set(made(keys)) & set(keys)
