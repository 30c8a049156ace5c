"""Sums that hold except for rounding are said to, and what they are off is learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from formulated import ROWS, TABLES, levels, rng, rounded_totals, said, with_found
from tabtwin.protection.rare_values import decode, encode, fit_encoding
from tabtwin.protection.recoding import with_recoding


@pytest.mark.parametrize("name", ["rounded shares", "rounded totals", "ages"])
def test_what_rounding_leaves_off_is_learned_and_put_back(name: str) -> None:
    table = TABLES[name][0]().astype(float)
    table.loc[:40, table.columns[0]] = np.nan
    schema = with_found(table)
    (rule,) = (rule for rule in schema.rules if rule.within)
    table.loc[:40, rule.columns[0]] = np.nan  # it is missing with its parts
    schema, people = with_found(table), np.arange(ROWS)
    (rule,) = (rule for rule in schema.rules if rule.within)
    encoding = fit_encoding(table, schema, people, 1)
    encoding = with_recoding(encoding, table, table, schema, people, 1)
    encoded = encode(table, schema, encoding)
    assert rule.columns[0] not in encoded
    columns = list(rule.columns)
    pd.testing.assert_frame_equal(decode(encoded, schema, encoding)[columns], table[columns])


@pytest.mark.parametrize("rows", [4, 5])
def test_that_a_sum_is_a_step_off_is_said_only_if_k_subjects_show_it(rows: int) -> None:
    table = levels()[["a", "b", "ab"]].astype(float)
    table.loc[: rows - 1, "ab"] += 1
    assert said(table) == ({"ab = a + b, give or take 1"} if rows == 5 else set())


def test_numbers_that_are_off_by_more_than_rounding_follow_no_sum() -> None:
    table = rounded_totals()
    table["sold"] += rng().integers(-3, 4, ROWS)
    assert not any("sold" in rule.columns for rule in with_found(table).rules if rule.computes)
