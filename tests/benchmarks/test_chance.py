"""All finders of rules together find no false one in random tables, and true ones among the same columns."""

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks.chance import false_rules, found_rules
from tests.independent import KINDS, NAMES, independent_table


@pytest.mark.parametrize("first", [0, 6])
def test_no_rule_is_found_in_random_tables_of_independent_columns(first: int) -> None:
    assert not list(false_rules(range(5_000 + first, 5_006 + first)))


def test_random_tables_have_columns_of_all_kinds() -> None:
    tables = [independent_table(np.random.default_rng(seed)) for seed in range(5_000, 5_024)]
    lengths = [len(table) for table in tables]
    assert 100 <= min(lengths) < 200
    assert 1_000 < max(lengths) <= 2_000
    widths = [table.shape[1] for table in tables]
    assert 3 <= min(widths) < max(widths) <= 12 == len(NAMES)
    kinds = {column.dtype.kind for table in tables for _, column in table.items()}
    assert kinds == set("Oifb")
    assert any(table[name].dropna().is_monotonic_increasing for table in tables for name in table)
    assert any(table.isna().any(axis=None) for table in tables)
    assert len(KINDS) > 20


def test_columns_of_other_ranges_are_no_order_but_one_after_the_other_is() -> None:
    rng = np.random.default_rng(3)
    age = rng.integers(18, 90, 600)
    income = rng.lognormal(9, 0.6, 600).round().astype(int)
    later = age + rng.integers(0, 30, 600)
    assert not list(found_rules(pd.DataFrame({"age": age, "income": income})))
    rules = set(found_rules(pd.DataFrame({"age": age, "income": income, "later": later})))
    assert rules == {("check", "age <= later"), ("audit", "age ≤ later")}


def test_a_rule_is_gone_once_the_cells_of_one_column_are_shuffled() -> None:
    rng = np.random.default_rng(4)
    town = rng.integers(0, 12, 500)
    rows = pd.DataFrame({"town": town, "state": town // 3, "net": rng.integers(5, 99, 500)})
    rows["gross"] = rows["net"] + rows["town"]
    rows["town"] = "town " + rows["town"].astype(str)
    rows["state"] = "state " + rows["state"].astype(str)
    assert ("check", "town fixes state") in set(found_rules(rows))
    rows["state"] = rng.permutation(rows["state"])
    assert not any("state" in rule for _, rule in found_rules(rows))
