"""Keys that a twin repeats: by chance, or because it copied them."""

from __future__ import annotations

import numpy as np
import pytest

from tabtwin.evaluation.key_overlap import beyond_chance, density


def numbered(numbers: range, width: int = 0, before: str = "") -> np.ndarray:
    return np.array([f"{before}{number:0{width}d}" for number in numbers], dtype=object)


@pytest.mark.parametrize(("width", "before"), [(0, ""), (6, ""), (6, "K-"), (0, "row ")])
def test_numbers_are_as_dense_as_training_is_in_the_twins_range(width: int, before: str) -> None:
    twin, training = (numbered(part, width, before) for part in (range(1, 101), range(51, 1_000)))
    assert density(twin, training) == 0.5


def test_numbers_after_another_word_are_no_keys_of_this_range() -> None:
    assert density(numbered(range(10), before="a"), numbered(range(10), before="b")) == 0


def test_texts_are_as_dense_as_training_is_among_all_that_they_could_spell() -> None:
    twin = np.array(["AB", "BA", "AAA"], dtype=object)
    assert density(twin, np.array(["AA", "CA", "AAA", "X"], dtype=object)) == pytest.approx(2 / 5)


def test_row_numbers_repeat_by_chance_and_copied_keys_do_not() -> None:
    rows = numbered(range(400))
    assert not beyond_chance(rows, rows, 400, 400)
    wide = numbered(range(0, 400_000_000, 1_000_000), 9)
    assert beyond_chance(wide, wide, 400, 400)
    assert beyond_chance(wide, wide[:3], 400, 3)
    assert not beyond_chance(wide, wide[:0], 400, 0)


def test_a_twin_that_repeats_all_keys_where_chance_gives_nine_in_ten_copied_them() -> None:
    training = np.delete(numbered(range(1_000)), np.arange(0, 1_000, 10))
    assert beyond_chance(training, training, 900, 900)
    everything = numbered(range(1_000))
    assert not beyond_chance(everything, training, 1_000, 900)
