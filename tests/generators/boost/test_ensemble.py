from __future__ import annotations

import numpy as np
import pytest

from tabtwin.generators.boost.ensemble import Problem, choose, fit_booster
from tabtwin.generators.boost.forest import probabilities, store
from tabtwin.generators.boost.knobs import Growth, Knobs

ROWS, MEMBERS, CODES = 2_000, 2, 32
SHALLOW = Growth(leaves=4, rounds=60, rate=0.3, patience=10)
DEEP = SHALLOW.model_copy(update={"leaves": 16})


def problem(x: np.ndarray, chance: np.ndarray, seed: int = 1) -> Problem:
    """Sides that fall right with some ``chance`` (rows,)."""
    y = (np.random.default_rng(seed).random(len(x)) < chance).astype(np.uint8)
    starts = np.zeros((MEMBERS, len(x)), np.float32)
    bases = np.zeros(MEMBERS, np.float32)
    sizes = np.full(x.shape[1], CODES)
    return Problem(x, y, (np.arange(len(x)) % 5).astype(np.int8), starts, bases, sizes, (), 3)


def codes(seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, CODES, (ROWS, 4)).astype(np.uint8)


def by_profile() -> Problem:
    """What decides is a profile of three features, each of which alone says nothing."""
    x = codes()
    high = x[:, :3] >= CODES // 2
    return problem(x, np.where(high.sum(axis=1) % 2 == 1, 0.98, 0.02))


def by_sum() -> Problem:
    """Every feature adds a little to the logit."""
    x = codes()
    return problem(x, 1 / (1 + np.exp(-(x.astype(float) / CODES - 0.5).sum(axis=1) * 2)))


@pytest.mark.parametrize(("made", "wanted"), [(by_profile(), DEEP), (by_sum(), SHALLOW)])
def test_trees_are_as_deep_as_rows_left_out_want_them(made: Problem, wanted: Growth) -> None:
    assert choose(made, [SHALLOW, DEEP], Knobs()) == wanted
    assert choose(made, [DEEP, SHALLOW], Knobs()) == wanted


def test_of_growths_that_do_equally_well_the_first_is_chosen() -> None:
    longer = SHALLOW.model_copy(update={"rounds": 61})
    nobody_left_out = problem(codes(), np.full(ROWS, 0.5))
    nobody_left_out.folds[:] = 4
    assert choose(nobody_left_out, [SHALLOW, longer], Knobs()) == SHALLOW
    assert choose(nobody_left_out, [longer, SHALLOW], Knobs()) == longer


def test_the_mean_of_members_is_sharpened_and_a_single_one_is_not() -> None:
    made, sharp = by_sum(), SHALLOW.model_copy(update={"sharpness": 1.1})
    nowhere = np.zeros((1, 0), np.float32)

    def logits(members: int, growth: Growth) -> np.ndarray:
        some = Problem(
            made.x, made.y, made.folds, made.starts[:members], made.bases[:members], made.sizes, (), 3
        )
        kept, _ = fit_booster(some, growth, Knobs())
        p = probabilities(store([kept]), 0, made.x, nowhere)
        return np.asarray(np.log(p / (1 - p)))

    np.testing.assert_allclose(logits(2, sharp), 1.1 * logits(2, SHALLOW), atol=1e-5)
    np.testing.assert_array_equal(logits(1, sharp), logits(1, SHALLOW))


def test_members_give_the_mean_of_their_logits() -> None:
    made = by_sum()
    kept, _ = fit_booster(made, SHALLOW, Knobs())
    nowhere = np.zeros((1, 0), np.float32)
    together = probabilities(store([kept]), 0, made.x, nowhere)
    apart = [probabilities(store([(member,)]), 0, made.x, nowhere) for member in kept]
    mean = np.mean([np.log(p / (1 - p)) for p in apart], axis=0)
    np.testing.assert_allclose(together, 1 / (1 + np.exp(-mean)), atol=1e-6)
