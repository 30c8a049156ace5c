"""Only what identifies rows and says nothing else is a key."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.writing import export_table, to_csv
from tabtwin.preparation.check import Check, check_table
from tabtwin.preparation.hanging import find_hanging
from tabtwin.preparation.prepare import ingest_table
from tabtwin.preparation.profile import Asked, Opened, open_table
from tabtwin.protection.rare_values import decode

ROWS = 600


def opened(table: pd.DataFrame) -> Opened:
    return open_table(table.to_csv(index=False).encode(), "t.csv", b"", Asked())


def checked(table: pd.DataFrame) -> Check:
    return check_table(opened(table), "t.csv")


def scores(rng: np.random.Generator) -> np.ndarray:
    return np.sort(rng.normal(50, 10, ROWS).round(1))[::-1]


def test_a_rank_is_learned_and_why_says_what_it_falls_with() -> None:
    table = pd.DataFrame({"rank": np.arange(1, ROWS + 1), "score": scores(np.random.default_rng(1))})
    (rank, _) = checked(table.sample(frac=1, random_state=2)).columns
    assert rank.kind == "integer"
    assert rank.why == "unique integers in even steps that fall with score: learned, no key"


@pytest.mark.parametrize("name", ["order_id", "Unnamed: 0", "row", "index"])
def test_what_is_called_after_rows_stays_a_key_and_the_check_says_so(name: str) -> None:
    days = np.sort(np.random.default_rng(1).integers(0, 900, ROWS)).astype("timedelta64[D]")
    table = pd.DataFrame({name: np.arange(1, ROWS + 1), "day": np.datetime64("2020-01-01") + days})
    found = checked(table)
    assert found.columns[0].kind == "key"
    (said,) = [line for line in found.doubts if "although its numbers rise with day" in line]
    assert said.startswith(f"{name} counts as a key")


def test_random_columns_make_no_key_a_number() -> None:
    for seed in range(12):
        rng = np.random.default_rng(seed)
        numbers = {f"n{at}": rng.normal(size=120).round(2) for at in range(6)}
        found = opened(pd.DataFrame({"place": np.arange(120), **numbers}))
        assert found.schema["place"].kind == "key"
        assert not find_hanging(found.schema.columns, found.source.columns)


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("as_text", [True, False])
def test_keys_with_gaps_stay_keys_with_gaps(stored: bool, as_text: bool) -> None:
    rng = np.random.default_rng(3)
    numbers = pd.Series(rng.permutation(90_000)[:ROWS])
    keys = "C-" + (numbers + 100_000).astype(str) if as_text else numbers.astype("Int64")
    table = pd.DataFrame(
        {"customer_id": keys.mask(rng.random(ROWS) < 0.1), "x": rng.normal(size=ROWS).round(1)}
    )
    data = from_pandas(table) if stored else table.to_csv(index=False).encode()
    found = ingest_table(data, "t")
    column = found.schema["customer_id"]
    assert (column.kind, column.missing) == ("key", True)
    assert "where they are not missing" in column.why
    cells = decode(found.encoded, found.schema, found.encoding)
    twin = export_table(cells, found.schema, np.random.default_rng(1))
    made = twin["customer_id"]
    assert 0.05 < made.isna().mean() < 0.15
    assert made.dropna().is_unique
    assert not set(made.dropna()) & set(table["customer_id"].dropna().astype(str))
    assert to_csv(twin, found.schema).count(b"\n,") == made.isna().sum()


def test_a_gap_of_few_is_none() -> None:
    table = pd.DataFrame({"customer_id": np.arange(ROWS) * 7 + 3, "x": np.arange(ROWS) % 13})
    table.loc[:1, "customer_id"] = None
    assert (
        ingest_table(from_pandas(table.astype({"customer_id": "Int64"})), "t").schema["customer_id"].gaps == 0
    )
