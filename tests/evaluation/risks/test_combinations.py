"""tabtwin.evaluation.risks.combinations: who holds a rare combination, and which of them the twin holds."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from audited import SCHEMA, source
from tabtwin.evaluation.risks.combinations import K, combinations
from tabtwin.schema.schema import Column, Schema

ZIPS = Schema(
    columns=(
        Column(name="zip", kind="integer"),
        Column(name="sex", kind="category"),
        Column(name="id", kind="key"),
    ),
    quasi_identifiers=("sex", "zip"),
)


def people(*held: tuple[float, str | None, int]) -> pd.DataFrame:
    """A table of combinations, each with how many rows hold it."""
    rows = [(zip_code, sex) for zip_code, sex, times in held for _ in range(times)]
    return pd.DataFrame(rows, columns=["zip", "sex"]).astype({"zip": "float64", "sex": "object"})


def counted(
    twin: pd.DataFrame,
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    *subjects: np.ndarray,
    schema: Schema = ZIPS,
) -> dict[str, Any]:
    """What is counted, as JSON."""
    of = subjects or (np.arange(len(training)), np.arange(len(holdout)))
    found = combinations(twin, training, holdout, schema, (of[0], of[1]))
    assert found is not None
    return json.loads(json.dumps(found.model_dump(mode="json"), allow_nan=False))


def test_combinations_that_few_of_both_tables_hold_are_rare_and_those_in_the_twin_are_counted() -> None:
    training = people((1, "f", 4), (1, "m", 3), (2, "f", 9), (3, "f", 1))
    holdout = people((1, "m", 2), (4, None, 2), (2, "f", 1))
    twin = people((1, "f", 6), (4, None, 1), (2, "f", 20), (7, "f", 1))
    found = counted(twin, training, holdout)
    assert found["columns"] == ["zip", "sex"]
    assert found["training"] == {"combinations": 2, "subjects": 5, "in_twin": 1, "met": 4}
    assert found["holdout"] == {"combinations": 1, "subjects": 2, "in_twin": 1, "met": 2}
    assert found["twin"] == {"rows": 28, "rare": 6}
    assert found["difference"]["value"] == 4 / 5 - 1


def test_constant_and_empty_columns_are_left_out_by_name() -> None:
    columns = (*ZIPS.columns, Column(name="town", kind="constant"))
    schema = Schema(columns=columns, quasi_identifiers=("sex", "town"))
    found = counted(people((1, "f", 4)), people((1, "f", 4)), people((1, "f", 2)), schema=schema)
    assert (found["columns"], found["left_out"]) == (["sex"], ["town"])


def test_where_no_column_is_left_nothing_is_rare() -> None:
    columns = (*ZIPS.columns, Column(name="town", kind="constant"))
    schema = Schema(columns=columns, quasi_identifiers=("town",))
    found = counted(people((1, "f", 9)), people((1, "f", 9)), people((1, "f", 2)), schema=schema)
    assert (found["columns"], found["training"]["combinations"], found["difference"]) == ([], 0, None)


def test_a_persons_rows_count_once() -> None:
    training, holdout = people((1, "f", 12), (2, "m", 8)), people((2, "m", 1))
    subjects = np.repeat(np.arange(5), 4), np.zeros(1, int)
    found = counted(training, training, holdout, *subjects)
    assert K > 3
    assert found["training"] == {"combinations": 2, "subjects": 5, "in_twin": 2, "met": 5}


def test_people_who_share_a_combination_are_met_together_and_count_so() -> None:
    apart, shared = ([(zip_code, "f", of) for zip_code in range(400 // of)] for of in (1, 4))
    nobody = people(*[(1_000.0 + zip_code, "m", 1) for zip_code in range(50)])
    numbers = []
    for held in (apart, shared):
        twin = people(*held[: len(held) // 4])
        found = counted(twin, people(*held), nobody)
        assert found["training"]["met"] == 100
        numbers.append(found["difference"]["rates"][0]["n"])
    assert numbers[0] == pytest.approx(400)
    assert 70 < numbers[1] <= 100


def test_where_nobody_holds_a_rare_one_there_is_no_difference() -> None:
    common = people((1, "f", 50))
    assert counted(common, common, common)["difference"] is None


def test_nothing_is_counted_where_nothing_is_declared() -> None:
    table = people((1, "f", 3))
    schema = ZIPS.model_copy(update={"quasi_identifiers": ()})
    assert combinations(table, table, table, schema, (np.arange(3), np.arange(3))) is None


def test_a_copy_meets_all_and_fresh_rows_as_many_of_either() -> None:
    schema = SCHEMA.model_copy(update={"quasi_identifiers": ("age", "plan", "left")})
    training, holdout = source(1_000, 1), source(500, 2)
    copied, fresh = (counted(twin, training, holdout, schema=schema) for twin in (training, source(1_000, 3)))
    assert copied["training"]["met"] == copied["training"]["subjects"]
    assert copied["difference"]["low"] > 0.2
    assert fresh["difference"]["low"] < 0 < fresh["difference"]["high"]
