"""tabtwin.selection.layout and coding: which tables, and what a missing cell is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.schema.schema import Column, Schema
from tabtwin.selection.coding import PATTERN, Coder
from tabtwin.selection.layout import MAX_TRIPLES, plan


def table(columns: int, rows: int = 60, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {f"c{number:02}": draw.integers(0, 4, rows).astype(float) for number in range(columns)}
    )


def schema(columns: int) -> Schema:
    return Schema(columns=tuple(Column(name=f"c{number:02}", kind="integer") for number in range(columns)))


def test_a_small_table_has_all_tables_of_up_to_three_columns() -> None:
    made = plan(Coder.fit(table(6), schema(6)), 0, seed=1)
    assert [int((made.orders == order).sum()) for order in (1, 2, 3)] == [6, 15, 20]


def test_of_many_triples_a_sample_is_drawn_without_repeats_and_rich_in_the_target() -> None:
    made = plan(Coder.fit(table(40), schema(40)), 7, seed=1)
    triples = made.members[made.orders == 3]
    assert len(triples) == len(np.unique(triples, axis=0)) == MAX_TRIPLES
    assert (np.diff(triples, axis=1) > 0).all()
    assert (triples == 7).any(axis=1).sum() == 39 * 38 // 2
    other = plan(Coder.fit(table(40), schema(40)), 7, seed=2)
    assert not np.array_equal(other.members, made.members)


def test_patterns_of_missing_cells_are_a_column_of_their_own_where_two_columns_have_some() -> None:
    real = table(3)
    assert PATTERN not in Coder.fit(real.assign(c00=np.nan), schema(3)).names
    holed = real.copy()
    holed.loc[:9, ["c00", "c01"]] = np.nan
    holed.loc[10:14, "c00"] = np.nan
    coder = Coder.fit(holed, schema(3))
    assert coder.names[-1] == PATTERN
    patterns = coder.codes(holed)[-1]
    assert [len(set(patterns[part])) for part in (slice(0, 10), slice(10, 15), slice(15, 60))] == [1, 1, 1]
    assert len(set(patterns)) == 3
    made = plan(coder, 2, seed=1)
    assert [2, 3, -1] in made.members.tolist()


def test_a_pattern_that_was_not_seen_is_none_of_those_that_were() -> None:
    holed = table(3)
    holed.loc[:9, ["c00", "c01"]] = np.nan
    coder = Coder.fit(holed, schema(3))
    strange = table(3).assign(c02=np.nan)
    assert set(coder.codes(strange)[-1]) == {0}
