"""What always holds in a table is found, what does not is not, and a twin that breaks it is seen."""

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks.always import broken_in, found_in, kept_in


def table(rows: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    city = rng.integers(0, 12, rows)
    net, tax = rng.integers(1, 10_000, rows) / 100, rng.integers(1, 1_000, rows) / 100
    return pd.DataFrame(
        {
            "city": [f"city {number}" for number in city],
            "state": [f"state {number % 4}" for number in city],
            "net": net,
            "tax": tax,
            "total": (net + tax).round(2),
            "again": net,
            "mass": rng.integers(1, 90, rows) * 25,
            "code": [f"{number:04d}-X" for number in rng.integers(0, 9_999, rows)],
            "any": rng.integers(0, 1_000, rows),
        }
    )


def test_each_kind_is_found() -> None:
    found = {str(rule) for rule in found_in(table())}
    assert found >= {
        "fixing city state",
        "order net total",
        "copy net again",
        "sum total net tax",
        "lattice mass",
        "shape code",
    }
    assert not any("any" in rule.split() for rule in found)


@pytest.mark.parametrize("seed", range(5))
def test_columns_that_are_unrelated_have_no_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    unrelated = pd.DataFrame(rng.integers(0, 60, (500, 8)), columns=list("abcdefgh"))
    assert found_in(unrelated) == []


def test_the_table_itself_keeps_all_and_a_shuffle_breaks_most() -> None:
    real = table()
    rules = found_in(real)
    rng = np.random.default_rng(2)
    shuffled = pd.DataFrame({name: rng.permutation(real[name].to_numpy()) for name in real})
    assert broken_in(real, rules) == []
    assert {line.split()[0] for line in broken_in(shuffled, rules)} == {"copy", "fixing", "order", "sum"}


def test_a_cell_that_protection_hides_says_nothing() -> None:
    real = table()
    (rule,) = (rule for rule in found_in(real) if str(rule) == "fixing city state")
    hidden = real.assign(state="(other)")
    assert kept_in(hidden, rule) == 1.0
    assert kept_in(real.assign(state="state 0"), rule) < 0.5


def panel(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Ten subjects of 30 rows each, whose two levels are unrelated, and whom rows are of."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(10), 30)
    low, high = rng.normal(0, 1, 10)[who], rng.normal(1.5, 1, 10)[who]
    noise = rng.normal(0, 0.01, (2, len(who)))
    return pd.DataFrame({"low": low + noise[0], "high": high + noise[1]}).round(3), who


def test_an_order_of_few_subjects_may_be_chance_however_many_rows_they_have() -> None:
    tables = [panel(seed) for seed in range(60)]
    assert any(found_in(rows) for rows, _ in tables)
    assert not any(found_in(rows, who) for rows, who in tables)


def test_what_fewer_than_five_subjects_share_is_their_secret() -> None:
    real = table()
    assert "fixing city state" in map(str, found_in(real, np.arange(len(real))))
    assert "fixing city state" not in map(str, found_in(real, real["city"].str[5:].astype(int).to_numpy()))
