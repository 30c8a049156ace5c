from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.apportion import largest_remainders


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=8), st.integers(0, 10_000))
def test_whole_numbers_add_up_and_are_less_than_one_off(weights: list[float], total: int) -> None:
    exact = [weight / sum(weights) * total for weight in weights]
    found = largest_remainders(exact, total)

    assert sum(found) == total
    assert all(abs(whole - share) < 1 + 1e-6 for whole, share in zip(found, exact, strict=True))


def test_of_equal_remainders_the_first_is_rounded_up() -> None:
    assert largest_remainders([0.5, 1.5, 2.0], 4) == [1, 1, 2]
