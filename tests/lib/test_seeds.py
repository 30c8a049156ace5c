from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.seeds import derive, generator


@given(st.integers(0, 2**40), st.text(max_size=8))
def test_the_same_path_gives_the_same_seed(seed: int, name: str) -> None:
    assert derive(seed, name) == derive(seed, name)


def test_each_use_has_a_seed_of_its_own() -> None:
    seeds = {
        derive(seed, use, member) for seed in range(9) for use in ("train", "sample") for member in range(9)
    }

    assert len(seeds) == 9 * 2 * 9


def test_a_generator_repeats_its_draws() -> None:
    assert generator(1, "x").random() == generator(1, "x").random() != generator(2, "x").random()
