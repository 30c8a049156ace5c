"""Rows that stand closer to training than unseen rows would are told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.evaluation.distances.neighbours import Features
from tabtwin.evaluation.distances.screening_rules import (
    COPY,
    CROWD,
    DCR,
    NNDR,
    RULES,
    Closeness,
    Rules,
    measure,
    screen,
    threshold_for,
)

ROWS = 1500


def rows(count: int, seed: int, columns: int = 8) -> np.ndarray:
    """Rows of correlated numbers and two categories, as features have them."""
    draw = np.random.default_rng(seed)
    hidden = draw.normal(size=(count, 3))
    mixed = hidden @ np.random.default_rng(0).normal(size=(3, columns)) + draw.normal(size=(count, columns))
    categories = (hidden[:, :2] > 0).astype(float)
    return np.hstack([mixed / 8, categories]).astype(np.float32)


def closeness(pool: np.ndarray, training: np.ndarray) -> tuple[Closeness, Closeness]:
    return measure(Features(pool), Features(training), np.arange(len(training)))


def dropped(pool: np.ndarray, training: np.ndarray, rules: Rules, seed: int = 1) -> np.ndarray:
    masks = screen(*closeness(pool, training), rules, np.random.default_rng(seed))
    return np.logical_or.reduce(list(masks.values()))


def planted(training: np.ndarray, count: int, changed: int) -> np.ndarray:
    """Training rows with some cells taken from other rows."""
    draw = np.random.default_rng(5)
    copies, others = training[:count].copy(), training[-count:]
    for row in range(count):
        columns = draw.choice(training.shape[1], changed, replace=False)
        copies[row, columns] = others[row, columns]
    return copies


@pytest.mark.parametrize(("changed", "least"), [(0, 1.0), (1, 0.5)])
def test_planted_training_rows_go(changed, least):
    training, fresh = rows(ROWS, 1), rows(3 * ROWS, 2)
    pool = np.vstack([planted(training, 100, changed), fresh])
    assert dropped(pool, training, Rules())[:100].mean() >= least


def test_what_is_left_crowds_training_no_more_than_training_itself_does():
    training = rows(ROWS, 1)
    pool = np.vstack([planted(training, 200, 1), planted(training, 200, 2), rows(3 * ROWS, 2)])
    seen, own = closeness(pool, training)
    kept = seen.take(~dropped(pool, training, Rules()))
    assert (seen.nndr < 0.3).mean() > 1.5 * (own.nndr < 0.3).mean()
    for limit in (0.1, 0.2, 0.3, 0.4, 0.5):
        assert (kept.nndr < limit).mean() <= (own.nndr < limit).mean() + 0.001
        assert (kept.dcr("relative") < limit).mean() <= (own.dcr("relative") < limit).mean() + 0.001


@settings(max_examples=5)
@given(st.integers(0, 2**16))
def test_a_clean_pool_loses_next_to_nothing(seed):
    gone = dropped(rows(3 * ROWS, 2 * seed + 10**6), rows(ROWS, 2 * seed + 1), Rules())
    assert gone.mean() < 0.015


def test_cutoff_drops_whatever_is_below_either_threshold_and_nothing_else():
    training, pool = rows(ROWS, 1), np.vstack([rows(ROWS, 2), rows(ROWS, 1)[:50]])
    for scale in ("relative", "absolute"):
        rules = Rules(mode="cutoff", scale=scale)
        seen, _ = closeness(pool, training)
        below = (seen.dcr(scale) < rules.min_dcr) | (seen.nndr < rules.min_nndr)
        assert (dropped(pool, training, rules) == below).all()
        assert below[-50:].all()


def test_no_row_falls_to_two_rules():
    training = rows(ROWS, 1)
    pool = np.vstack([planted(training, 100, 0), planted(training, 100, 1), rows(ROWS, 2)])
    for mode in ("matched", "cutoff"):
        masks = screen(*closeness(pool, training), Rules(mode=mode), np.random.default_rng(1))
        assert tuple(masks) == RULES
        assert sum(mask.astype(int) for mask in masks.values()).max() == 1


def test_copies_are_thinned_to_the_rate_at_which_training_rows_equal_others():
    training, fresh = (rows(count, seed, columns=4) for count, seed in ((ROWS, 1), (3 * ROWS, 2)))
    for some in (training, fresh):
        some[: len(some) // 2, :4] = np.sign(some[: len(some) // 2, :4])
    pool = np.vstack([training, fresh])
    seen, own = closeness(pool, training)
    kept = ~dropped(pool, training, Rules())
    assert seen.copies.mean() > own.copies.mean() + 0.1 > 0.5
    assert seen.copies[kept].mean() == pytest.approx(own.copies.mean(), abs=0.02)


def test_copies_of_unique_rows_do_not_hide_behind_copies_of_common_ones():
    common = np.repeat(rows(100, 3), 5, axis=0)
    unique = rows(1000, 4)
    training = np.vstack([common, unique])
    pool = np.vstack([unique[:200], rows(1500, 6), common])
    masks = screen(*closeness(pool, training), Rules(), np.random.default_rng(1))
    assert masks[COPY][:200].all()
    assert masks[COPY][-len(common) :].mean() < 0.2


def test_a_row_is_measured_by_the_spacing_of_its_closest_training_row():
    training = np.array([[0.0], [0.1], [0.5], [0.9]], np.float32)
    pool = np.array([[0.49], [0.08], [0.5]], np.float32)
    seen, _ = closeness(pool, training)
    np.testing.assert_allclose(seen.dcr("relative"), [0.01 / 0.4, 0.02 / 0.1, 0], atol=1e-5)
    np.testing.assert_allclose(seen.nndr, [0.01 / 0.39, 0.02 / 0.08, 0], atol=1e-5)
    np.testing.assert_allclose(seen.dcr("absolute"), [0.01, 0.02, 0], atol=1e-6)


def test_next_to_a_training_row_with_an_equal_only_copies_are_capped():
    training = np.array([[0.0], [0.0], [0.5], [0.9]], np.float32)
    seen, _ = closeness(np.array([[0.001]], np.float32), training)
    assert seen.dcr("relative").tolist() == [np.inf]


def test_leaving_a_row_out_leaves_it_out_of_its_neighbours_spacing_too():
    training = np.array([[0.0], [0.01], [0.5], [0.9]], np.float32)
    _, own = closeness(training, training)
    np.testing.assert_allclose(own.dcr("relative")[0], 0.01 / 0.49, rtol=1e-4)


def test_leaving_one_out_leaves_out_its_whole_subject():
    base = rows(300, 1)
    training = np.vstack([base, base + np.float32(1e-4)])
    subjects = np.tile(np.arange(300), 2)
    _, own = measure(Features(base), Features(training), subjects)
    _, alone = measure(Features(base), Features(base), np.arange(300))
    np.testing.assert_allclose(own.distance[:300], alone.distance, atol=2e-4)
    assert (own.dcr("relative") < 0.05).mean() < 0.02


def test_training_as_the_pool_loses_only_what_lies_below_the_least_dcr():
    training = rows(ROWS, 1)
    _, own = closeness(training, training)
    masks = screen(own, own, Rules(min_dcr=0.3), np.random.default_rng(1))
    assert masks[DCR].sum() == (own.dcr("relative") < 0.3).sum() > 0
    assert not (masks[COPY] | masks[NNDR] | masks[CROWD]).any()


def test_the_same_seed_drops_the_same_rows_and_another_other_rows():
    training = rows(ROWS, 1)
    pool = np.vstack([planted(training, 300, 3), rows(ROWS, 2)])
    first, again, other = (dropped(pool, training, Rules(), seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@settings(max_examples=30)
@given(st.floats(0, 3), st.floats(0, 1), st.sampled_from(["matched", "cutoff"]), st.integers(0, 99))
def test_any_thresholds_can_be_screened_with(min_dcr, min_nndr, mode, seed):
    training, pool = rows(60, seed), rows(90, seed + 100)
    rules = Rules(mode=mode, min_dcr=min_dcr, min_nndr=min_nndr)
    seen, _ = closeness(pool, training)
    kept = ~dropped(pool, training, rules)
    assert (seen.dcr("relative")[kept] >= min_dcr).all()
    if mode == "cutoff":
        assert (seen.nndr[kept] >= min_nndr).all()


def test_the_threshold_that_would_do_does():
    training, pool = rows(ROWS, 1), rows(ROWS, 2)
    for scale, min_dcr in (("absolute", 0.2), ("relative", 0.05)):
        rules = Rules(mode="cutoff", scale=scale, min_dcr=min_dcr, min_nndr=0.8 if scale == "relative" else 0)
        wanted = (~dropped(pool, training, rules)).sum() + 100
        name, value = threshold_for(closeness(pool, training)[0], rules, wanted)
        lowered = rules.model_copy(update={name: value})
        assert (~dropped(pool, training, lowered)).sum() >= wanted


def test_no_single_threshold_may_do():
    seen = Closeness(np.array([0.0, 0.3]), np.array([0.0, 0.1]), np.array([1.0, 1.0]))
    assert threshold_for(seen, Rules(mode="cutoff"), 2) is None


@settings(max_examples=20)
@given(st.integers(0, 2**16), st.integers(1, 5), st.integers(1, 40))
def test_some_training_rows_are_measured_as_they_are_among_all(seed, together, count):
    draw = np.random.default_rng(seed)
    training, pool = Features(rows(60, seed)), Features(rows(90, seed + 1))
    subjects = draw.permutation(np.arange(60) // together)
    some = np.sort(draw.choice(60, count, replace=False))
    seen, own = measure(pool, training, subjects, some=some)
    whole, everyone = measure(pool, training, subjects)
    for found, expected in ((seen, whole), (own, everyone.take(some))):
        assert found.distance.tobytes() == expected.distance.tobytes()
        assert found.nndr.tobytes() == expected.nndr.tobytes()
        assert found.spacing.tobytes() == expected.spacing.tobytes()
