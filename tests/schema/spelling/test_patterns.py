"""New keys are made in the pattern of the source's, all different."""

import uuid

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.lib.taken import Taken
from tabtwin.schema.spelling.patterns import in_words, infer, regenerate


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def texts(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("K{:04d}", "K0999"),
        ("{}", "#"),
        ("user_{}", "user_#"),
        ("{}-A", "#-\\A"),
        ("\\#9{:03d}", "\\\\\\#\\9999"),
    ],
)
def test_the_pattern_holds_what_all_keys_share(form: str, pattern: str) -> None:
    assert infer(texts(*(form.format(number) for number in range(200)))) == pattern


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("#", "a running number"),
        ("user_#", '"user_", a running number'),
        ("C\\1999", '"C1", 3 digits'),
        ("\\\\\\#\\9a9", '"\\#9", 1 small letter, 1 digit'),
        ("hhhh-HH", '4 hex digits, "-", 2 capital hex digits'),
        ("1999", "1 digit but 0, 3 digits"),
        ("", ""),
    ],
)
def test_a_pattern_can_be_said_in_words(pattern: str, said: str) -> None:
    assert in_words(pattern) == said


def test_numbers_of_one_length_never_begin_with_zero() -> None:
    numbers = np.random.default_rng(1).choice(np.arange(1000, 10_000), 500, replace=False)
    assert infer(texts(*map(str, numbers))) == "1999"
    assert all(key[0] != "0" for key in regenerate("1999", 5000, rng()))


def test_what_fewer_than_k_owners_keys_have_tells_nothing() -> None:
    keys = [f"K{number:04d}" for number in range(200)]
    odd = ["k0001", "K001", "K-001", "XXXXXXXX"]
    owners = np.arange(204)
    assert infer(texts(*keys, *odd), owners, 5) == infer(texts(*keys)) == "K0999"
    assert infer(texts(*keys, *odd[:3] * 2, *odd[:2]), np.arange(208), 3) != "K0999"


def test_keys_of_one_owner_tell_nothing_however_many_there_are() -> None:
    keys = [f"K{number:04d}" for number in range(400)]
    own = [f"L{number:04d}" for number in range(30)]
    owners = np.array([*range(400), *[400] * 30])
    assert infer(texts(*keys, *own), owners, 5) == "K0999"
    assert infer(texts(*keys, *own), np.arange(430), 5) == "A0999"


def test_a_uuid_is_hexadecimal() -> None:
    draw = np.random.default_rng(2)
    ids = texts(*(str(uuid.UUID(bytes=draw.bytes(16), version=4)) for _ in range(500)))
    assert infer(ids) == "hhhhhhhh-hhhh-4hhh-hhhh-hhhhhhhhhhhh"


def test_texts_that_share_no_pattern_have_none() -> None:
    assert infer(texts("ann b", "bob", "c-3")) is None
    assert infer(texts("a-1", "a_2")) is None


def test_a_pattern_with_too_little_room_grows() -> None:
    keys = regenerate("X09", 500, rng())
    assert len(set(keys)) == 500
    assert all(key.startswith("X") for key in keys)


def test_the_same_generator_state_gives_the_same_keys() -> None:
    assert regenerate("AA-9999", 50, rng()).tolist() == regenerate("AA-9999", 50, rng()).tolist()


@given(
    values=st.lists(st.from_regex(r"[A-Z]{2}[-#\\][0-9a-f]{6}", fullmatch=True), min_size=2, unique=True),
    count=st.integers(1, 300),
)
@settings(max_examples=30)
def test_new_keys_are_unique_and_have_the_old_ones_length(values: list[str], count: int) -> None:
    pattern = infer(texts(*values))
    if pattern is not None:
        keys = regenerate(pattern, count, rng())
        assert len(set(keys)) == count
        assert all(len(key) >= len(values[0]) for key in keys)


@given(
    pattern=st.sampled_from(["99", "A9", "X\\99", "#", "hh-#", "AAAA"]),
    counts=st.lists(st.integers(0, 60), min_size=1, max_size=5),
)
@settings(max_examples=30)
def test_keys_that_are_made_in_turns_are_unique_together(pattern: str, counts: list[int]) -> None:
    taken, made, chance = Taken(), [], rng()
    for count in counts:
        keys = regenerate(pattern, count, chance, taken=taken)
        taken.add(keys)
        made += keys.tolist()
    assert len(set(made)) == len(made) == sum(counts)


def test_keys_that_are_made_in_turns_have_one_length_if_their_number_is_known() -> None:
    taken, chance = Taken(planned=300), rng()
    lengths = set()
    for _ in range(30):
        keys = regenerate("A9", 10, chance, taken=taken)
        taken.add(keys)
        lengths |= set(map(len, keys))
    assert lengths == {3}
