"""Formulas whose numbers are few subjects' are not found: they would tell theirs."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tabtwin.preparation.prepare import ingest_table
from tabtwin.protection.rare_values import decode
from tabtwin.schema.rules.formulas.finding import formulas
from tabtwin.schema.rules.formulas.support import leans_on_few
from tabtwin.schema.schema import Column, Schema

SECRET = 4321


def visits(flagged: int, rows_each: int) -> pd.DataFrame:
    """400 patients of three visits, and some with a surcharge on each of theirs."""
    rng = np.random.default_rng(1)
    patient = np.concatenate([np.repeat(np.arange(400), 3), np.repeat(400 + np.arange(flagged), rows_each)])
    base, flag = rng.integers(1000, 9000, len(patient)), (patient >= 400).astype(int)
    return pd.DataFrame(
        {
            "patient": [f"P{number:05d}" for number in patient],
            "base": base,
            "flag": flag,
            "total": base + SECRET * flag,
            "sex": rng.choice(["m", "f"], len(patient)),
        }
    )


@pytest.mark.parametrize(
    ("flagged", "rows_each", "is_said"), [(1, 120, False), (4, 40, False), (60, 5, True)]
)
def test_a_number_of_a_formula_is_said_only_if_enough_subjects_show_it(
    flagged: int, rows_each: int, is_said: bool
) -> None:
    data = visits(flagged, rows_each).to_csv(index=False).encode()
    found = ingest_table(data, "t.csv", entity="patient", target="sex")
    said = found.published.model_dump_json() + json.dumps(found.facts.notes)
    assert (str(SECRET) in said) == is_said
    assert (str(SECRET) in found.encoding.model_dump_json()) == is_said


def test_two_columns_that_differ_in_few_subjects_have_no_factor_of_their_own() -> None:
    rng = np.random.default_rng(2)
    base, flag = rng.normal(0, 1, 500), rng.integers(0, 2, 500).astype(float)
    other, subjects = flag.copy(), np.arange(500)
    other[np.flatnonzero(flag == 0)[:3]] = 1
    sources = np.column_stack([base, flag, other])
    assert leans_on_few(sources, subjects, 5)
    assert not leans_on_few(sources[:, :2], subjects, 5)
    assert not leans_on_few(sources, subjects, 3)
    assert leans_on_few(sources[:, :2], np.where(flag == 1, 0, subjects), 2)


def test_columns_that_follow_from_others_everywhere_lean_on_no_one() -> None:
    part = np.random.default_rng(3).normal(0, 1, 200)
    assert not leans_on_few(np.column_stack([part, 2 * part]), np.arange(200), 5)


def with_own_gaps(rows: int) -> pd.DataFrame:
    """A total of two numbers that is missing by itself in the first rows."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame({name: rng.integers(10, 90, 400).astype(float) for name in ("net", "tax")})
    table["gross"] = 3 * table["net"] + 2 * table["tax"]
    table.loc[: rows - 1, "gross"] = np.nan
    table.loc[200:240, ["net", "gross"]] = np.nan
    return table


@pytest.mark.parametrize(("rows", "people", "is_loose"), [(1, 1, False), (40, 4, False), (40, 5, True)])
def test_missing_cells_of_few_subjects_do_not_make_a_formula_loose(
    rows: int, people: int, is_loose: bool
) -> None:
    subjects = np.arange(400)
    subjects[:rows] %= people
    schema = Schema(
        columns=tuple(Column(name=name, kind="decimal", missing=True) for name in ("net", "tax", "gross"))
    )
    found = {rule.columns[0]: rule for rule in formulas(with_own_gaps(rows), schema, subjects, 5)}
    assert found["gross"].loose == is_loose


def test_a_twin_of_few_such_cells_has_none() -> None:
    found = ingest_table(with_own_gaps(4).to_csv(index=False).encode(), "t.csv")
    made = decode(found.encoded, found.schema, found.encoding)
    assert (made["gross"].isna() == made[["net", "tax"]].isna().any(axis=1)).all()
    assert made["gross"].isna().any()
