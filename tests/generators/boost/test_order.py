from __future__ import annotations

import numpy as np

from tabtwin.generators.boost.order import information, learning_order


def test_information_is_the_entropy_of_a_copy_and_nothing_of_noise() -> None:
    rng = np.random.default_rng(1)
    one = rng.integers(0, 4, 20_000)
    told = information(
        np.stack([one, 3 - one, rng.integers(0, 4, 20_000)], axis=1).astype(np.int32), [4, 4, 4]
    )
    np.testing.assert_allclose(told[0, 1], np.log(4), atol=0.01)
    assert told[0, 2] < 0.001
    np.testing.assert_array_equal(told, told.T)


def test_the_first_tells_most_and_each_next_one_is_told_most_of() -> None:
    told = np.array([[0, 1, 3], [1, 0, 9], [3, 9, 0]], float)
    assert learning_order(told, [2, 2, 2], 0, []) == [2, 1, 0]


def test_few_codes_come_first_and_the_target_last() -> None:
    told = np.array([[0, 1, 3], [1, 0, 9], [3, 9, 0]], float)
    assert learning_order(told, [2, 2, 99], 16, []) == [1, 0, 2]
    assert learning_order(told, [2, 2, 99], 16, [1]) == [0, 2, 1]
