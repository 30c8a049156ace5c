"""tabtwin.evaluation.attacks.nearest_rows: what the rows near a row say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audited import SCHEMA, source
from tabtwin.evaluation.attacks.nearest_rows import NEIGHBOURS, density_ratios, relative_distances, towards
from tabtwin.evaluation.delong import components
from tabtwin.evaluation.distances.neighbours import Features, Gower, nearest


def features(*tables: object) -> list[Features]:
    gower = Gower.fit(tables[0], SCHEMA)
    return [gower.features(table) for table in tables]


def area(members: np.ndarray, others: np.ndarray) -> float:
    return float(components(members, others)[0].mean())


@settings(max_examples=25)
@given(st.integers(1, 30), st.integers(1, 150), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_the_relative_distance_is_the_least_over_twin_rows(rows, size, columns, seed):
    draw = np.random.default_rng(seed)
    asked, twin = (
        Features(draw.integers(0, 4, (count, columns)).astype(np.float32) / 4) for count in (rows, size)
    )
    reach = draw.integers(0, 4, size) / 4
    found = relative_distances(asked, twin, reach, threads=1)
    apart = np.minimum(np.abs(asked.values[:, None] - twin.values[None]), 1).mean(axis=2, dtype=float)
    there = reach > 0
    expected = (apart[:, there] / reach[there]).min(axis=1) if there.any() else np.full(rows, np.inf)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_copy_stands_at_relative_distance_zero_and_a_fresh_row_at_about_one():
    training, fresh, reference = features(source(1000, 1), source(1000, 2), source(1000, 3))
    reach = nearest(training, reference, 1, threads=1)[0][:, 0]
    of_members, of_others = (
        relative_distances(rows, training, reach, threads=1) for rows in (training, fresh)
    )
    assert (of_members == 0).all()
    assert 0.5 < np.median(of_others) < 1.5


def test_the_density_ratio_finds_copies_with_one_neighbour_and_hardly_with_five():
    training, fresh, reference = features(source(1000, 1), source(1000, 2), source(1000, 3))
    ratios = [
        density_ratios(towards(rows, training, threads=1), towards(rows, reference, threads=1))
        for rows in (training, fresh)
    ]
    by_k = {k: area(ratios[0][:, place], ratios[1][:, place]) for place, k in enumerate(NEIGHBOURS)}
    assert by_k[1] > 0.99
    assert by_k[5] < 0.7


def test_a_hole_around_training_rows_turns_the_density_ratio_around():
    training, fresh, reference, twin = features(*(source(1500, seed) for seed in range(4)))
    near = towards(twin, training, threads=1).distances[:, 0]
    cut = twin.take(near > np.quantile(near, 0.3))
    ratios = [
        density_ratios(towards(rows, cut, threads=1), towards(rows, reference, threads=1))[:, 0]
        for rows in (training, fresh)
    ]
    assert area(*ratios) < 0.47


def test_a_table_of_fewer_rows_than_neighbours_leaves_scores_finite():
    rows, few = features(source(50, 1), source(3, 2))
    near = towards(rows, few, threads=1)
    assert np.isinf(near.distances[:, -1]).all()
    assert np.isfinite(density_ratios(near, near)).all()
