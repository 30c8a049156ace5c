"""Keys repeat and are missing as often as the source's, where k subjects' do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tabtwin
from tabtwin.lib.taken import Taken
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.key_repeats import gaps_of, placed, repeats_of
from tabtwin.schema.kinds.witnesses import Witnesses


def witnesses(cells: list[object], k: int = 5) -> Witnesses:
    read = distinct(np.array(cells, dtype=object))
    return Witnesses(read, np.ones(len(cells), bool), np.arange(len(cells)), k)


def keys(rows: int, twice: int = 0, thrice: int = 0, gaps: int = 0, mark: object = None) -> list[object]:
    """Return keys of which some are in two and three rows, and some missing."""
    different = rows - twice - 2 * thrice - gaps
    drawn = np.random.default_rng(3).permutation(90_000)[:different] + 10_000
    texts = [f"K-{number}" for number in drawn]
    repeated = [*texts[:twice], *texts[twice : twice + thrice] * 2]
    cells = np.array([*texts, *repeated, *[mark] * gaps], dtype=object)
    return list(np.random.default_rng(4).permutation(cells))


def test_shares_are_of_different_keys_and_of_all_rows() -> None:
    some = witnesses(keys(1000, twice=30, thrice=10, gaps=50))
    assert repeats_of(some) == (0.9556, 0.0333, 0.0111)
    assert gaps_of(some) == 0.05


def test_sizes_that_fewer_than_k_subjects_have_count_as_smaller_ones() -> None:
    assert repeats_of(witnesses(keys(1000, twice=20, thrice=1))) == repeats_of(
        witnesses(keys(1001, twice=21))
    )
    assert repeats_of(witnesses(keys(1000, twice=2))) == ()
    assert gaps_of(witnesses(keys(1000, gaps=4))) == 0


@given(
    rows=st.integers(0, 400),
    gaps=st.sampled_from([0.0, 0.2, 1.0]),
    repeats=st.sampled_from([(), (0.9, 0.1), (0.5, 0.0, 0.5), (0.0, 1.0)]),
    seed=st.integers(0, 99),
)
def test_any_number_of_rows_is_filled(rows: int, gaps: float, repeats: tuple[float, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = placed(lambda count: np.arange(count).astype(object), rows, gaps, repeats, rng)
    counts = pd.Series(made).value_counts()
    assert len(made) == rows
    assert counts.max() <= max(1, len(repeats)) if len(counts) else gaps or not rows
    assert not gaps or not repeats or sorted(counts.index) == list(range(len(counts)))


def test_running_numbers_stay_in_order_but_for_those_that_repeat() -> None:
    column = Column(name="id", kind="key", pattern="#", first=101, repeats=(0.9, 0.1))
    made = KEY.make(column, 500, np.random.default_rng(1), Taken()).astype(int)
    once = pd.Series(made).drop_duplicates(keep=False)
    assert 44 <= pd.Series(made).duplicated().sum() <= 46
    assert once.is_monotonic_increasing or (np.diff(made) > 0).mean() > 0.7


@pytest.mark.parametrize("mark", [None, "NA"])
def test_a_twin_has_as_many_repeats_and_gaps_and_none_of_the_keys(mark: object) -> None:
    rng = np.random.default_rng(2)
    cells = keys(800, twice=18, gaps=60, mark=mark)
    source = pd.DataFrame({"order": cells, "paid": rng.gamma(2, 10, 800).round(2)})
    found = tabtwin.check(source, seed=1)
    assert found.schema_found["order"].kind == "key"
    assert "rarely repeat" in found.columns[0].why
    assert "not missing" in found.columns[0].why
    twin = tabtwin.fit(source, seed=1).sample(800)["order"]
    there = twin.dropna()
    assert 0.03 < 1 - len(there) / 800 < 0.13
    assert 12 <= there.duplicated().sum() <= 24
    assert there.str.fullmatch("K-[0-9]{5}").all()
    assert not set(there) & set(cells)


@pytest.mark.parametrize(
    ("twice", "said"),
    [
        (18, "18 of its values repeat: a twin has new ones, of which about as many repeat"),
        (2, "2 of its values repeat: a twin has new ones, of which none repeats, as fewer than 5 subjects'"),
    ],
)
def test_check_says_whether_new_keys_repeat(twice: int, said: str) -> None:
    rng = np.random.default_rng(2)
    source = pd.DataFrame({"order": keys(800, twice=twice), "paid": rng.gamma(2, 10, 800).round(2)})
    assert any(said in line for line in tabtwin.check(source, seed=1).doubts)


@pytest.mark.parametrize(("said", "least", "most"), [({}, 0, 0), ({"repeats": [0.5, 0.5]}, 200, 320)])
def test_a_declared_key_repeats_only_as_declared(said: dict[str, list[float]], least: int, most: int) -> None:
    rng = np.random.default_rng(2)
    source = pd.DataFrame({"order": keys(800, twice=18), "paid": rng.gamma(2, 10, 800).round(2)})
    declared = {"columns": [{"name": "order", "kind": "key"} | said]}
    schema = tabtwin.check(source, schema=declared, seed=1).schema_found
    twin = tabtwin.fit(source, schema, seed=1).sample(800)["order"]
    assert least <= twin.duplicated().sum() <= most
