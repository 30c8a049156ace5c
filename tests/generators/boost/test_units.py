"""Which boosters a part needs, by counts alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.generators.boost.categories import Categories
from tabtwin.generators.boost.knobs import MANY_CODES, POOLED_BELOW, Knobs
from tabtwin.generators.boost.numbers import Numbers, fit_numbers
from tabtwin.generators.boost.tree import plant
from tabtwin.generators.boost.units import Unit, units

KNOBS = Knobs()
COUNTS = st.lists(st.integers(1, 3_000), min_size=2, max_size=60)


def numbers(size: int) -> Numbers:
    """Numbers of so many codes."""
    part = fit_numbers(np.repeat(np.arange(float(size)), 30), np.arange(size * 30), 5, 1.0, 500)
    assert part.size == size
    return part


def of(counts: list[int], sample: list[int] | None = None, predictors: int = 3) -> tuple[Unit, ...]:
    """The boosters of numbers with these counts."""
    tree = plant(np.array(counts), 0, False)
    return units(tree, np.array(sample or counts), numbers(len(counts)), predictors, KNOBS)


@given(COUNTS)
def test_each_node_has_at_most_one_booster_and_those_of_a_pool_are_of_one_level(counts: list[int]) -> None:
    tree, found = plant(np.array(counts), 0, False), of(counts)
    nodes = [node for unit in found for node in unit.nodes]

    assert len(nodes) == len(set(nodes))
    assert (tree.cut[nodes] >= 0).all()
    for unit in found:
        assert all(tree.levels[unit.level] <= node < tree.levels[unit.level + 1] for node in unit.nodes)
        assert unit.rows == tree.rows[list(unit.nodes)].sum()


@given(COUNTS)
def test_only_small_nodes_of_many_codes_are_pooled(counts: list[int]) -> None:
    tree = plant(np.array(counts), 0, False)
    for unit in of(counts):
        small = tree.rows[list(unit.nodes)] < POOLED_BELOW
        assert unit.is_pool == (len(counts) > MANY_CODES and bool(small.all()))


@given(COUNTS, st.data())
def test_a_node_of_which_the_sample_has_too_few_rows_on_a_side_has_no_booster(
    counts: list[int], data: st.DataObject
) -> None:
    sample = [data.draw(st.integers(0, count)) for count in counts]
    tree = plant(np.array(counts), 0, False)
    for unit in of(counts, sample):
        for node in unit.nodes:
            left = sum(sample[tree.first[node] : tree.cut[node] + 1])
            right = sum(sample[tree.cut[node] + 1 : tree.end[node]])
            assert left + right > 0
            assert unit.is_pool or min(left, right) >= KNOBS.least_side


def test_what_nothing_predicts_has_no_booster() -> None:
    assert of([3_000] * 40, predictors=0) == ()


def test_a_booster_costs_no_more_rows_than_it_is_fitted_to() -> None:
    category = Categories(("a", "b"))
    costs = []
    for rows in (KNOBS.most_rows, 10 * KNOBS.most_rows):
        counts = np.array([rows, rows])
        (unit,) = units(plant(counts, 0, False), counts, category, 2, KNOBS)
        costs.append(unit.cost(KNOBS, KNOBS.alone, 4, 2))
    assert costs[0] == costs[1] > 0
