"""Columns and rows fitted apart: the parts are one model, and only parts of one model are joined."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import product
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelled import SCHEMA, table
from tabtwin.generators import find
from tabtwin.generators.boost import BoostGenerator, BoostModel, Knobs
from tabtwin.generators.boost.joining import join
from tabtwin.generators.boost.share import Place
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


@dataclass(frozen=True)
class Given:
    """What a model is fitted with; by default, on all rows at once."""

    seed: int = 1
    block: int = 0
    table_seed: int = 3
    most_grown: int = 1 << 20


AT_ONCE = Place()
SAMPLED = Given(most_grown=150)
"""Trees grow on half of the rows."""


@cache
def fit(place: Place = AT_ONCE, chosen: Given = Given()) -> BoostModel:
    """A part of a model, as it comes back from its file."""
    wanted = Settings(members=2, block=chosen.block, **asdict(place))
    knobs = Knobs(most_grown=chosen.most_grown)
    found = BoostGenerator(knobs).fit(rows(chosen.table_seed), CLOCK, wanted, chosen.seed, lambda *_: None)
    return BoostGenerator().load(found.save())


def parts(groups: int, shards: int = 1, chosen: Given = Given()) -> list[BoostModel]:
    """All parts of a model, in their order."""
    places = product(range(1, groups + 1), range(1, shards + 1))
    return [fit(Place(group, groups, shard, shards), chosen) for group, shard in places]


@settings(max_examples=12)
@given(
    st.sampled_from([1, 2, 3, 9]),
    st.sampled_from([1, 2, 4]),
    st.sampled_from([Given(), SAMPLED]),
    st.randoms(),
)
def test_parts_joined_in_any_order_are_the_bytes_of_the_whole(
    groups: int, shards: int, chosen: Given, order: Random
) -> None:
    shuffled = parts(groups, shards, chosen)
    order.shuffle(shuffled)

    assert find("boost").join(shuffled).save() == fit(AT_ONCE, chosen).save()


def test_rows_drawn_are_those_of_the_whole_however_it_was_divided() -> None:
    drawn = fit().sample(0, 200, 7)
    for groups, shards in ((2, 1), (1, 3), (2, 2)):
        pd.testing.assert_frame_equal(join(parts(groups, shards)).sample(0, 200, 7), drawn)


def test_trees_grow_on_the_sample_and_all_rows_are_counted() -> None:
    whole, sampled = fit(), fit(AT_ONCE, SAMPLED)

    assert {int(model.tree.counts.sum()) for model in sampled.sequence} == {len(rows())}
    counts = [
        {part.part: sorted(part.tree.counts.tolist()) for part in model.sequence}
        for model in (whole, sampled)
    ]
    assert counts[0] == counts[1]
    assert whole.training["rows"] == sampled.training["rows"] == len(rows())
    assert whole.forest.value.tolist() != sampled.forest.value.tolist()


def test_a_whole_is_its_own_only_part() -> None:
    assert join([fit()]) is fit()


def test_every_column_is_fitted_by_one_group_even_where_there_are_more_groups_than_columns() -> None:
    for groups in (2, 3, 9):
        fitted = [name for part in parts(groups) for name in part.training["columns"]]
        assert sorted(fitted) == sorted(rows())


@pytest.mark.parametrize(("groups", "shards"), [(3, 1), (1, 3)])
def test_a_part_holds_its_own_trees_alone(groups: int, shards: int) -> None:
    nodes = [len(part.forest.feature) for part in parts(groups, shards)]
    assert sum(nodes) == len(fit().forest.feature)
    assert max(nodes) < sum(nodes) * 0.7
    for part in parts(groups, shards):
        assert part.training["trees"] == len(part.forest.tree) - 1


STRANGERS = [Given(seed=2), Given(block=50), Given(table_seed=4), SAMPLED]


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize(
    ("first", "second"), [(Place(1, 2), Place(2, 2)), (Place(1, 1, 1, 2), Place(1, 1, 2, 2))]
)
def test_parts_of_different_models_do_not_join(first: Place, second: Place, stranger: Given) -> None:
    with pytest.raises(IntegrityError, match="train it again") as refused:
        join([fit(first), fit(second, stranger)])

    assert refused.value.code == 4
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "places",
    [
        [Place(1, 3), Place(2, 3)],
        [Place(1, 2), Place(1, 2)],
        [Place(1, 2), Place(2, 3)],
        [Place(1, 2)],
        [AT_ONCE, AT_ONCE],
        [AT_ONCE, Place(1, 2)],
        [Place(1, 1, 1, 3), Place(1, 1, 3, 3)],
        [Place(1, 1, 2, 3)] * 3,
        [Place(1, 1, 1, 2), Place(1, 1, 2, 3)],
        [Place(1, 2, 1, 2), Place(1, 2, 2, 2), Place(2, 2, 1, 2)],
        [Place(1, 2), Place(2, 2, 1, 2), Place(2, 2, 2, 2)],
    ],
)
def test_too_few_too_many_or_the_wrong_parts_do_not_join(places: list[Place]) -> None:
    with pytest.raises(IntegrityError, match="expected every part of one model, each once, found") as refused:
        join([fit(place) for place in places])

    assert refused.value.code == 4
    assert "\n" not in str(refused.value)


def test_a_part_that_lacks_a_booster_is_damaged() -> None:
    first, second = parts(1, 2)
    assert second.share
    held = next(at for at, piece in enumerate(second.share.pieces) if len(piece.numbers))
    pieces = list(second.share.pieces)
    pieces[held] = replace(pieces[held], numbers=pieces[held].numbers + 1_000)

    with pytest.raises(IntegrityError, match="every booster of part"):
        join([first, replace(second, share=replace(second.share, pieces=tuple(pieces)))])
