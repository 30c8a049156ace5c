"""Columns fitted apart: the parts are one model, and only parts of one model are joined."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelled import SCHEMA, table
from tabtwin.generators import find
from tabtwin.generators.boost import BoostGenerator, BoostModel
from tabtwin.generators.boost.groups import deal, join
from tabtwin.generators.protocol import Settings
from tabtwin.lib.errors import IntegrityError
from tabtwin.protection.rare_values import encode, fit_encoding
from tabtwin.schema.schema import Column, Schema

CLOCK = Schema(columns=(*SCHEMA.columns, Column(name="at", kind="datetime", format="%Y-%m-%d %H:%M")))
"""With a column of several parts, which follow one another as others come between."""


@cache
def rows(seed: int = 3) -> pd.DataFrame:
    raw = table(300, seed=seed)
    minutes = np.random.default_rng(seed).integers(0, 60 * 24 * 400, len(raw))
    raw["at"] = pd.Timestamp("2021-01-01") + pd.to_timedelta(minutes, unit="min")
    return encode(raw, CLOCK, fit_encoding(raw, CLOCK, np.arange(len(raw)), 5))


@cache
def fit(group: int = 1, groups: int = 1, seed: int = 1, block: int = 0, table_seed: int = 3) -> BoostModel:
    """A part of a model, as it comes back from its file."""
    wanted = Settings(members=2, block=block, group=group, groups=groups)
    fitted = BoostGenerator().fit(rows(table_seed), CLOCK, wanted, seed, lambda *_: None)
    return BoostGenerator().load(fitted.save())


def parts(groups: int) -> list[BoostModel]:
    return [fit(group, groups) for group in range(1, groups + 1)]


@pytest.mark.parametrize("groups", [2, 3, 9])
def test_parts_joined_in_any_order_are_the_bytes_of_the_whole(groups: int) -> None:
    whole = fit().save()

    assert join(parts(groups)).save() == whole
    assert find("boost").join(parts(groups)[::-1]).save() == whole


def test_a_whole_is_its_own_only_part() -> None:
    assert join([fit()]) is fit()


def test_every_column_is_fitted_by_one_group_even_where_there_are_more_groups_than_columns() -> None:
    for groups in (2, 3, 9):
        fitted = [name for part in parts(groups) for name in part.training["columns"]]
        assert sorted(fitted) == sorted(rows())


def test_a_part_holds_the_trees_of_its_own_columns_alone() -> None:
    nodes = [len(part.forest.feature) for part in parts(3)]
    assert sum(nodes) == len(fit().forest.feature)
    assert max(nodes) < sum(nodes) * 0.7
    for part in parts(3):
        assert part.training["trees"] == len(part.forest.tree) - 1


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=40), st.integers(1, 12))
def test_columns_are_dealt_evenly_and_no_group_goes_without_one_for_nothing(
    costs: list[int], groups: int
) -> None:
    dealt = deal(costs, groups)
    loads = [
        sum(cost for cost, to in zip(costs, dealt, strict=True) if to == group) for group in range(groups)
    ]

    assert len(dealt) == len(costs)
    assert set(dealt) <= set(range(groups))
    assert len(set(dealt)) == min(groups, len(costs))
    assert max(loads) - min(loads) <= max(costs)


@pytest.mark.parametrize("stranger", [{"seed": 2}, {"block": 50}, {"table_seed": 4}])
def test_parts_of_different_models_do_not_join(stranger: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="train it again") as refused:
        join([fit(1, 2), fit(2, 2, **stranger)])

    assert refused.value.code == 4


@pytest.mark.parametrize(
    "given",
    [[(1, 3), (2, 3)], [(1, 2), (1, 2)], [(1, 2), (2, 3)], [(1, 2)], [(1, 1), (1, 1)], [(1, 1), (1, 2)]],
)
def test_too_few_too_many_or_the_wrong_parts_do_not_join(given: list[tuple[int, int]]) -> None:
    with pytest.raises(IntegrityError, match="expected"):
        join([fit(*part) for part in given])
